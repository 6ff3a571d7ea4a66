package io.calicofleet.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can come next on a command line that is being typed. Commands, options and constants are those of the declarations; what is named
 * live, such as campaigns, is told by {@link Names}.
 *
 * @param words that can come, each with what it is; empty where that is not known
 * @param files whether a file can come
 */
record Completion(Map<String, String> words, boolean files) {

    /** Looks up what is not declared but there. */
    @FunctionalInterface
    interface Names {
        /**
         * The names of one kind, each with what is known of it; none where they cannot be had.
         *
         * @param kind campaign, cluster, member (a cluster of {@code campaign}), plan, context
         * @param options what was typed for options, by their longest names
         */
        Map<String, String> of(String kind, Map<String, String> options);
    }

    private static final Set<String> FILES = Set.of("FILE", "DIR", "DIR_OR_URL", "N|FILE");

    Completion {
        words = new LinkedHashMap<>(words);
    }

    /**
     * What can come.
     *
     * @param root the command line
     * @param typed its words after the program, the last one being the one that is typed, maybe empty
     */
    static Completion of(CommandLine root, List<String> typed, Names names) {
        return new Line(root, names).complete(typed);
    }

    /** A command line as far as it was typed. */
    private static final class Line {
        private final Names names;
        private final Map<String, String> options = new LinkedHashMap<>();
        private final List<String> positionals = new ArrayList<>();
        private final CommandLine root;
        private CommandLine at;

        Line(CommandLine root, Names names) {
            this.root = root;
            this.at = root;
            this.names = names;
        }

        Completion complete(List<String> typed) {
            OptionSpec open = null;
            for (String word : typed.subList(0, typed.size() - 1)) {
                open = open == null ? read(word) : close(open, word);
            }
            String last = typed.getLast();
            if (open != null) {
                return values(open, last, "");
            }
            if (last.startsWith("-")) {
                int sign = last.indexOf('=');
                OptionSpec option = sign < 0 ? null : spec().findOption(last.substring(0, sign));
                return option == null ? options(last) : values(option, last, last.substring(0, sign + 1));
            }
            if (!at.getSubcommands().isEmpty() && positionals.isEmpty()) {
                return commands(at, last);
            }
            return spec().positionalParameters().stream()
                    .filter(each -> each.index().contains(positionals.size()))
                    .findFirst()
                    .map(each -> values(each, last, ""))
                    .orElse(new Completion(Map.of(), false));
        }

        private CommandSpec spec() {
            return at.getCommandSpec();
        }

        /** The option whose value comes next; null where a word is complete by itself. */
        private @Nullable OptionSpec read(String word) {
            if (word.startsWith("-")) {
                int sign = word.indexOf('=');
                OptionSpec option = spec().findOption(sign < 0 ? word : word.substring(0, sign));
                if (option != null && sign > 0) {
                    close(option, word.substring(sign + 1));
                }
                return option == null || sign > 0 || option.arity().max() == 0 ? null : option;
            }
            CommandLine command = positionals.isEmpty() ? at.getSubcommands().get(word) : null;
            if (command == null) {
                positionals.add(word);
            } else {
                at = command;
            }
            return null;
        }

        private @Nullable OptionSpec close(OptionSpec option, String value) {
            options.put(option.longestName(), value);
            return null;
        }

        private Completion commands(CommandLine of, String typed) {
            Map<String, String> words = new LinkedHashMap<>();
            of.getSubcommands().forEach((name, command) -> {
                if (!command.getCommandSpec().usageMessage().hidden()) {
                    put(
                            words,
                            typed,
                            name,
                            first(command.getCommandSpec().usageMessage().description()));
                }
            });
            return new Completion(words, false);
        }

        private Completion options(String typed) {
            Map<String, String> words = new LinkedHashMap<>();
            spec().options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> put(words, typed, option.longestName(), first(option.description())));
            return new Completion(words, false);
        }

        /** What can stand for an option or a parameter: its constants, or what its label says. */
        private Completion values(ArgSpec argument, String typed, String before) {
            Map<String, String> all = new LinkedHashMap<>();
            if (argument.completionCandidates() != null) {
                argument.completionCandidates().forEach(constant -> all.put(constant, ""));
            }
            String label = argument.paramLabel();
            if (all.isEmpty() && label.equals("COMMAND")) {
                return commands(root, typed);
            }
            if (all.isEmpty()) {
                all.putAll(live(argument, label));
            }
            Map<String, String> words = new LinkedHashMap<>();
            all.forEach((word, meaning) -> put(words, typed, before + word, meaning));
            return new Completion(words, words.isEmpty() && FILES.contains(label));
        }

        private Map<String, String> live(ArgSpec argument, String label) {
            String kind = argument instanceof OptionSpec option ? option.longestName() : label;
            boolean context = spec().parent() != null && spec().parent().name().equals("context");
            return switch (kind) {
                case "--campaign" -> names.of("campaign", options);
                case "--context", "CONTEXT" -> names.of("context", options);
                case "PLAN", "--plan" -> names.of("plan", options);
                case "--cluster" -> clusters();
                case "ID", "CLUSTER" -> names.of("cluster", options);
                case "NAME" -> context ? names.of("context", options) : named();
                case "campaign/NAME|cluster/ID" -> prefixed();
                case "CAMPAIGN|CLUSTER|campaign.FIELD" -> {
                    Map<String, String> all = new LinkedHashMap<>(names.of("campaign", options));
                    all.putAll(names.of("cluster", options));
                    CampaignField.file().all().forEach(field -> all.put(field.subject(), field.meaning()));
                    yield all;
                }
                default -> {
                    Map<String, String> constants = new LinkedHashMap<>();
                    if (label.matches("[a-z]+(\\|[a-z]+)+")) {
                        new TreeSet<>(List.of(label.split("\\|"))).forEach(word -> constants.put(word, ""));
                    }
                    yield constants;
                }
            };
        }

        /** Of the campaign that was named, if one was. */
        private Map<String, String> clusters() {
            String campaign = options.containsKey("--campaign")
                    ? options.get("--campaign")
                    : positionals.isEmpty() ? null : positionals.getFirst();
            if (campaign == null) {
                return names.of("cluster", options);
            }
            options.put("--campaign", campaign);
            return names.of("member", options);
        }

        /** A campaign; after {@code get}, what is got. */
        private Map<String, String> named() {
            return positionals.isEmpty() || positionals.getFirst().startsWith("campaign")
                    ? names.of("campaign", options)
                    : positionals.getFirst().startsWith("cluster") ? clustersOfGet() : Map.of();
        }

        private Map<String, String> clustersOfGet() {
            return names.of(options.containsKey("--campaign") ? "member" : "cluster", options);
        }

        private Map<String, String> prefixed() {
            Map<String, String> all = new LinkedHashMap<>();
            names.of("campaign", options).forEach((name, meaning) -> all.put("campaign/" + name, meaning));
            clustersOfGet().forEach((name, meaning) -> all.put("cluster/" + name, meaning));
            return all;
        }

        private static void put(Map<String, String> words, String typed, String word, String meaning) {
            if (word.startsWith(typed)) {
                words.put(word, meaning);
            }
        }

        private static String first(String[] description) {
            return description.length == 0
                    ? ""
                    : description[0].replace("%%", "%").replaceFirst("(?s)([.:;]| \\$\\{).*", "");
        }
    }
}
