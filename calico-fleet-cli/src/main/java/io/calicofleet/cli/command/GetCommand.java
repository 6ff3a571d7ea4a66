package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists campaigns, clusters and steps as {@code kubectl get} does. */
@Command(
        name = "get",
        description = {
            "List campaigns, clusters or steps, or show some by their names.",
            "clusters are those of the fleet; with --campaign, those of a campaign, as its status has them."
        },
        footer = {
            "",
            "get campaigns --field phase=running",
            "get clusters --selector env=prod,region!=eu -o wide",
            "get clusters --campaign calico-3-22 --field phase=held,failed -o jsonpath='{range .items[*]}{.cluster}{\"\\n\"}{end}'",
            "get steps --campaign calico-3-22 --cluster eu-west-1"
        })
final class GetCommand implements Callable<Integer> {

    private static final long WATCHED_MILLIS = 1000;

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Parameters(index = "0", paramLabel = "campaigns|clusters|steps", description = "What")
    private String kind = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME", description = "Only these")
    private List<String> names = new ArrayList<>();

    @Option(
            names = {"-c", "--campaign"},
            paramLabel = "NAME",
            description = "The campaign whose clusters or steps are wanted")
    private @Nullable String campaign;

    @Option(names = "--cluster", paramLabel = "ID", description = "Only the steps of this cluster")
    private @Nullable String cluster;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Only clusters with these labels: key=value, key!=value, key, !key, with commas between")
    private @Nullable String selector;

    @Option(
            names = "--field",
            paramLabel = "NAME=VALUE",
            description =
                    "Only those whose field is so: phase, wave, reason, and others of the list; several values with"
                            + " commas between. May be given again")
    private List<String> fields = new ArrayList<>();

    @Option(
            names = {"-q", "--search"},
            paramLabel = "TEXT",
            description = "Only those with this text in their name, version, sentence or labels")
    private @Nullable String search;

    @Option(names = "--sort-by", paramLabel = "FIELD", description = "The order")
    private @Nullable String sort;

    @Option(names = "--reverse", description = "The other way round; without --sort-by, by name")
    private boolean reverse;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, wide, name, json, yaml, jsonpath=TEMPLATE. Default: table")
    private String output = "table";

    @Option(
            names = {"-w", "--watch"},
            description = "Go on, and show what changes, until Ctrl-C")
    private boolean watch;

    /** Prints to {@code terminal}. */
    GetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Printed printed = Printed.parse(output);
        Kind wanted = Kind.parse(kind, campaign != null);
        if (watch && printed.whole()) {
            throw CliException.usage("--watch shows a table or names, not -o " + output);
        }
        if (wanted == Kind.STEPS && campaign == null) {
            throw CliException.usage("steps are those of a campaign: get steps --campaign NAME");
        }
        if (cluster != null && wanted != Kind.STEPS) {
            throw CliException.usage("--cluster is for steps; get clusters " + cluster + " has one cluster");
        }
        if (watch) {
            follow(printed, wanted);
        }
        printed.print(terminal, wanted, entries(printed, wanted), names.size() == 1);
        return ExitCodes.OK;
    }

    /** Ends with the process. */
    private void follow(Printed printed, Kind wanted) throws InterruptedException {
        Set<String> before = new HashSet<>();
        while (true) {
            List<String> lines = printed.lines(terminal, wanted, entries(printed, wanted));
            if (terminal.interactive()) {
                terminal.live(lines);
            } else {
                lines.stream().filter(line -> !before.contains(line)).forEach(terminal::line);
                before.clear();
                before.addAll(lines);
            }
            TimeUnit.MILLISECONDS.sleep(WATCHED_MILLIS);
        }
    }

    private ArrayNode entries(Printed printed, Kind wanted) {
        FleetClient client = server.client();
        if (wanted == Kind.STEPS) {
            return steps(client);
        }
        if (names.isEmpty()) {
            return client.list(path(wanted) + query(wanted, printed.whole() ? "" : wanted.fields()));
        }
        if (selector != null || search != null || !fields.isEmpty()) {
            throw CliException.usage("either names, or --selector, --field and --search");
        }
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        names.forEach(name -> entries.add(client.get(path(wanted) + "/" + FleetClient.encode(bare(name)))));
        return entries;
    }

    private ArrayNode steps(FleetClient client) {
        String path = path(Kind.MEMBERS);
        ArrayNode clusters = cluster == null
                ? client.list(path + query(Kind.STEPS, Kind.STEPS.fields()))
                : JsonNodeFactory.instance.arrayNode().add(client.get(path + "/" + FleetClient.encode(cluster)));
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : clusters) {
            each.path("steps").forEach(step -> {
                if (names.isEmpty()
                        || names.stream()
                                .map(GetCommand::bare)
                                .anyMatch(step.path("step").asText()::equals)) {
                    steps.add(step);
                }
            });
        }
        if (steps.size() < names.size()) {
            throw CliException.usage("campaign " + campaign + " has no step of that name, at least not yet");
        }
        return steps;
    }

    private String path(Kind wanted) {
        return switch (wanted) {
            case CAMPAIGNS -> "/campaigns";
            case CLUSTERS -> "/clusters";
            case MEMBERS, STEPS -> "/campaigns/" + FleetClient.encode(String.valueOf(campaign)) + "/clusters";
        };
    }

    private String query(Kind wanted, String wantedFields) {
        List<String> parts = new ArrayList<>();
        add(parts, "fields", wantedFields.isEmpty() ? null : wantedFields);
        add(parts, "label", selector);
        add(parts, "q", search);
        String order = sort == null && reverse ? (wanted == Kind.CAMPAIGNS ? "campaign" : "cluster") : sort;
        add(parts, "sort", order == null ? null : (reverse ? "-" : "") + order);
        for (String field : fields) {
            int sign = field.indexOf('=');
            if (sign < 1) {
                throw CliException.usage("--field is '" + field + "': such as phase=running");
            }
            add(parts, field.substring(0, sign), field.substring(sign + 1).replaceFirst("^=", ""));
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private static void add(List<String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add(FleetClient.encode(name) + "=" + FleetClient.encode(value));
        }
    }

    /** {@code campaign/NAME}, as {@code -o name} prints it, is {@code NAME}. */
    private static String bare(String name) {
        return name.replaceFirst("^(campaign|cluster|step)/", "");
    }
}
