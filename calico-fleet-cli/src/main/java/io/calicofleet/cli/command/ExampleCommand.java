package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import io.calicofleet.model.document.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints files to begin with. */
@Command(name = "example", description = "Print a campaign file to begin with; without a kind, say which there are.")
final class ExampleCommand implements Callable<Integer> {

    /** Each is a file of its own among the resources, but the last one, which has every field with its default. */
    private static final Map<String, String> KINDS = new LinkedHashMap<>();

    private static final String ALL_FIELDS = "all-fields";

    static {
        KINDS.put("upgrade", "an upgrade in two waves, the first of one cluster");
        KINDS.put("approvals", "waves that wait for people");
        KINDS.put("windows", "maintenance windows and a freeze");
        KINDS.put("change", "settings, Typha or the registry on all clusters, in place of a release");
        KINDS.put("restore", "puts backups back");
        KINDS.put("drill", "changes nothing, and shows that all answer");
        KINDS.put("clusters", "clusters.yaml, the labels beside the kubeconfigs");
        KINDS.put(ALL_FIELDS, "every field of a campaign, as a comment with what it means");
    }

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "One of ${COMPLETION-CANDIDATES}")
    private @Nullable String kind;

    /** Prints to {@code terminal}. */
    ExampleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String wanted = kind;
        if (wanted == null) {
            Table table = Table.of("kind", "has");
            KINDS.forEach(table::row);
            table.print(terminal);
            terminal.line("");
            terminal.line("Print one: " + CommandLines.called() + " example upgrade > campaign.yaml");
            return ExitCodes.OK;
        }
        if (!KINDS.containsKey(wanted)) {
            String nearest = Suggestion.of(wanted, KINDS.keySet());
            throw CliException.usage("there is no example '" + wanted + "'"
                    + (nearest.isEmpty()
                            ? ": " + String.join(", ", KINDS.keySet())
                            : "; did you mean " + nearest + "?"));
        }
        terminal.document(wanted.equals(ALL_FIELDS) ? allFields() : text(wanted));
        return ExitCodes.OK;
    }

    private static String text(String kind) {
        try (InputStream file =
                Objects.requireNonNull(ExampleCommand.class.getResourceAsStream("/examples/" + kind + ".yaml"), kind)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has to be there as it is, and everything else as a comment, in the form of the file. */
    private static String allFields() {
        StringBuilder text = new StringBuilder("""
                # Every field of a campaign file. Take the # away from what you need.
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: my-campaign
                """);
        for (CampaignField field : CampaignField.file().fields()) {
            if (!field.path().matches("apiVersion|kind|name")) {
                write(field, "", false, text);
            }
        }
        return text.toString().stripTrailing();
    }

    /** A field and those below it; {@code dash} before the first one of an entry of a list. */
    private static void write(CampaignField field, String indent, boolean dash, StringBuilder text) {
        String values = field.constants().isEmpty()
                ? field.allowed()
                : String.join(", ", field.constants().keySet());
        boolean written = field.fields().isEmpty() && !field.fallback().contains(" ");
        String fallback = written ? field.fallback() : "";
        text.append("\n# ").append(indent).append("# ").append(field.meaning());
        text.append(values.isEmpty() ? "" : " (" + values + ")").append("\n# ").append(indent);
        text.append(dash ? "- " : "").append(field.name()).append(':');
        text.append(fallback.isEmpty() ? "" : " " + fallback);
        text.append(field.fields().isEmpty() && fallback.isEmpty() ? "   # " + field.type() : "");
        text.append('\n');
        String below = indent + (dash ? "    " : "  ");
        boolean list = field.path().endsWith("[]");
        for (int i = 0; i < field.fields().size(); i++) {
            write(field.fields().get(i), list && i > 0 ? below + "  " : below, list && i == 0, text);
        }
    }

    /** For the completion of shells. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KINDS.keySet().iterator();
        }
    }
}
