package io.calicofleet.cli.distribution;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A manual page of each command, as man(7) has them, from the declarations that its help is made of. They are in roff at once: what makes
 * AsciiDoc of the declarations needs a Ruby to go on from there (docs/adr/0081-*).
 */
final class ManPages {

    private static final List<String> EXIT_CODES = List.of(
            "Done.",
            "The campaign failed or waits for a person.",
            "The input is wrong.",
            "A server or a part of the system cannot be reached.");

    private final String source;
    private final LocalDate date;
    private final Map<String, String> pages = new LinkedHashMap<>();

    private ManPages(String version, LocalDate date) {
        this.source = "calico-fleet " + version;
        this.date = date;
    }

    /**
     * All of them, but for commands that are hidden.
     *
     * @param root the command line
     * @param version of which they are
     * @param date when that was built
     * @return each by the name of its file, such as {@code calico-fleet-up.1}
     */
    static Map<String, String> of(CommandLine root, String version, LocalDate date) {
        ManPages pages = new ManPages(version, date);
        pages.add(root);
        return pages.pages;
    }

    private void add(CommandLine command) {
        pages.put(name(command.getCommandSpec()) + ".1", page(command));
        subcommands(command).forEach(this::add);
    }

    private String page(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        StringBuilder page = new StringBuilder(".\\\" Made of the declarations of commands.\n");
        page.append(".TH \"%s\" 1 \"%s\" \"%s\" \"calico-fleet\"\n"
                .formatted(text(name(spec).toUpperCase(Locale.ROOT)), date, text(source)));
        String description = description(spec);
        page.append(".SH NAME\n")
                .append(text(name(spec)))
                .append(" \\- ")
                .append(text(description.replaceAll("(?s)[.:;,]\\s.*|[.]$", "")))
                .append('\n');
        page.append(".SH SYNOPSIS\n.nh\n.ad l\n")
                .append(synopsis(command, spec))
                .append("\n.ad\n.hy\n");
        page.append(".SH DESCRIPTION\n").append(text(description)).append('\n');
        List<OptionSpec> options =
                spec.options().stream().filter(option -> !option.hidden()).toList();
        section(page, "ARGUMENTS", spec.positionalParameters().stream().filter(each -> !each.hidden()));
        section(page, "OPTIONS", options.stream());
        if (!subcommands(command).isEmpty()) {
            page.append(".SH COMMANDS\n");
            subcommands(command)
                    .forEach(each -> page.append(".TP\n\\fB")
                            .append(text(name(each.getCommandSpec())))
                            .append("\\fR(1)\n")
                            .append(text(rendered(
                                    each.getCommandSpec().usageMessage().description()[0])))
                            .append('\n'));
        }
        String footer = Stream.of(spec.usageMessage().footer())
                .map(ManPages::rendered)
                .collect(Collectors.joining("\n"))
                .strip();
        if (!footer.isEmpty()) {
            // People align what stands here by hand.
            page.append(".SH NOTES\n.nf\n").append(text(footer)).append("\n.fi\n");
        }
        page.append(".SH EXIT STATUS\n");
        for (int code = 0; code < EXIT_CODES.size(); code++) {
            page.append(".TP\n.B ")
                    .append(code)
                    .append('\n')
                    .append(EXIT_CODES.get(code))
                    .append('\n');
        }
        if (spec.parent() != null) {
            page.append(".SH SEE ALSO\n\\fB").append(text(name(spec.parent()))).append("\\fR(1)\n");
        }
        return page.toString();
    }

    private static void section(StringBuilder page, String title, Stream<? extends ArgSpec> arguments) {
        List<? extends ArgSpec> all = arguments.toList();
        if (all.isEmpty()) {
            return;
        }
        page.append(".SH ").append(title).append('\n');
        for (ArgSpec argument : all) {
            String label = "\\fI" + text(rendered(argument.paramLabel())) + "\\fR";
            String names = argument instanceof OptionSpec option
                    ? Stream.of(option.names())
                                    .map(name -> "\\fB" + text(name) + "\\fR")
                                    .collect(Collectors.joining(", "))
                            + (option.arity().max() > 0 ? " " + label : "")
                    : label;
            page.append(".TP\n")
                    .append(names)
                    .append('\n')
                    .append(text(Stream.of(argument.description())
                            .map(ManPages::rendered)
                            .collect(Collectors.joining(" "))))
                    .append('\n');
        }
    }

    private static String synopsis(CommandLine command, CommandSpec spec) {
        CommandLine.Help plain = new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(Ansi.OFF));
        String all = rendered(plain.synopsis(0)).replaceAll("\\s+", " ").strip();
        String called = command.getCommandSpec().qualifiedName();
        return "\\fB" + text(called) + "\\fR" + text(all.substring(called.length()));
    }

    private static List<CommandLine> subcommands(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(
                command.getSubcommands().values().stream().distinct().toList());
        all.removeIf(each -> each.getCommandSpec().usageMessage().hidden()
                || each.getCommandName().equals("help"));
        return all;
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private static String description(CommandSpec spec) {
        return Stream.of(spec.usageMessage().description())
                .map(ManPages::rendered)
                .collect(Collectors.joining(" "));
    }

    /** A line as help shows it: picocli formats each, with nothing to put in. */
    private static String rendered(String line) {
        return line.replace("%n", "\n").replace("%%", "%");
    }

    /** What roff would take for its own is a character like others. */
    private static String text(String plain) {
        String escaped = plain.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("\"", "\\(dq");
        return escaped.lines()
                .map(line -> line.startsWith(".") ? "\\&" + line : line)
                .collect(Collectors.joining("\n"));
    }
}
