package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.Problem;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.simulate.FleetSource;
import io.calicofleet.cli.simulate.ForecastView;
import io.calicofleet.cli.simulate.Variation;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.CampaignCreation;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.simulation.Assumptions;
import io.calicofleet.planner.core.simulation.Forecast;
import io.calicofleet.planner.core.simulation.Member;
import io.calicofleet.planner.core.simulation.Simulation;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A campaign in simulated time, many times over, by the rules of the planner. */
@Command(
        name = "simulate",
        description = {
            "Carry a campaign out in simulated time, many times: when it would be done, and how far a bad release would reach.",
            "Nothing is written, and no cluster is asked; the planner's own rules decide."
        })
public final class SimulateCommand implements Callable<Integer> {

    private static final int MOST_CLUSTERS = 100_000;
    private static final int MOST_RUNS = 10_000;
    private static final int MADE_UP = 100;
    private static final String AS_WRITTEN = "as written";

    private final Terminal terminal;
    private final InstantSource clock = InstantSource.system();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The campaign's file; - is standard input")
    private String file = "-";

    @Option(
            names = "--clusters",
            paramLabel = "N|FILE",
            description =
                    "So many clusters that are made up, or those of a file as clusters.yaml is, which may say the nodes of each."
                            + " Default: those the planner knows, or " + MADE_UP + " where none answers")
    private @Nullable String clusters;

    @Option(
            names = "--failure-rate",
            paramLabel = "X%%",
            defaultValue = "0%",
            description = "On how many the release is bad. Default: 0%%")
    private String failureRate = "0%";

    @Option(names = "--runs", paramLabel = "N", defaultValue = "100", description = "How many times. Default: 100")
    private int runs = 100;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed gives the same result. Default: 1")
    private long seed = 1;

    @Option(
            names = "--with",
            paramLabel = "FIELD=VALUE",
            description =
                    "A row more, with a field of the campaign otherwise, such as maxConcurrent=10%%; may be repeated")
    private List<String> with = new ArrayList<>();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Nodes of a cluster that does not say. Default: 10")
    private int nodes = 10;

    @Option(
            names = "--per-cluster",
            paramLabel = "TIME",
            defaultValue = "PT2M",
            description = "What each cluster takes. Default: PT2M")
    private String perCluster = "PT2M";

    @Option(
            names = "--per-node",
            paramLabel = "TIME",
            defaultValue = "PT40S",
            description = "What each of its nodes takes more. Default: PT40S")
    private String perNode = "PT40S";

    @Option(
            names = "--spread",
            paramLabel = "X%%",
            defaultValue = "25%",
            description = "How much clusters differ, as the deviation of a log-normal distribution. Default: 25%%")
    private String spread = "25%";

    @Option(
            names = "--host-endpoints",
            paramLabel = "X%%",
            defaultValue = "0%",
            description = "How many have host endpoints, whose traffic is observed and reviewed. Default: 0%%")
    private String hostEndpoints = "0%";

    @Option(
            names = "--unreachable-rate",
            paramLabel = "X%%",
            defaultValue = "0%",
            description = "How many cannot be reached when their turn comes. Default: 0%%")
    private String unreachableRate = "0%";

    @Option(
            names = "--answer",
            paramLabel = "TIME",
            defaultValue = "PT0S",
            description = "How long people take to approve a wave, or a review. Default: PT0S")
    private String answer = "PT0S";

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "When it starts, such as 2026-12-01T08:00:00Z. Default: now")
    private @Nullable String start;

    /** Prints to {@code terminal}. */
    public SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        within("--runs", runs, MOST_RUNS);
        within("--nodes", nodes, 10_000);
        Assumptions assumed = new Assumptions(
                duration("--per-cluster", perCluster),
                duration("--per-node", perNode),
                share("--spread", spread),
                share("--failure-rate", failureRate),
                share("--host-endpoints", hostEndpoints),
                share("--unreachable-rate", unreachableRate),
                duration("--answer", answer));
        Instant from = from();
        CampaignFile written = CampaignFile.read(file);
        Map<String, JsonNode> documents = new LinkedHashMap<>();
        documents.put(AS_WRITTEN, written.document());
        with.forEach(each -> documents.put(each, new Variation(each).applyTo(written.document())));
        Map<String, CampaignSpec> specs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> document : documents.entrySet()) {
            switch (CampaignSpecReader.read(EventJson.mapper().convertValue(document.getValue(), Object.class))) {
                case Reading.Read<CampaignSpec> read -> specs.put(document.getKey(), read.value());
                case Reading.Refused<CampaignSpec> refused -> {
                    return refuse(document.getKey(), written, refused.problems());
                }
            }
        }
        CampaignSpec asWritten = specs.values().iterator().next();
        List<Member> fleet = fleet(asWritten);
        Map<String, Forecast> forecasts = new LinkedHashMap<>();
        for (Map.Entry<String, CampaignSpec> spec : specs.entrySet()) {
            var problems = CampaignCreation.problems(
                    spec.getValue(), fleet.stream().map(Member::candidate).toList(), server.actor(), from);
            if (!problems.isEmpty()) {
                return refuse(spec.getKey(), written, problems);
            }
            Simulation simulation = new Simulation(spec.getValue(), fleet, assumed, from);
            // By a seed of its own each, in whatever order.
            forecasts.put(
                    spec.getKey(),
                    new Forecast(LongStream.range(0, runs)
                            .parallel()
                            .mapToObj(run -> simulation.run(seed * MOST_RUNS + run))
                            .toList()));
        }
        int taking = forecasts.values().iterator().next().runs().getFirst().clusters();
        if (server.output().structured()) {
            server.output().print(terminal, ForecastView.json(forecasts, taking, from, assumed()));
        } else {
            tell(asWritten, taking, from);
            ForecastView.print(terminal, forecasts, taking);
        }
        return ExitCodes.OK;
    }

    private int refuse(
            String which, CampaignFile written, List<io.calicofleet.planner.core.document.Problem> problems) {
        Problem problem = new Problem(
                422,
                which.equals(AS_WRITTEN) ? "The campaign is wrong" : "With " + which + " the campaign is wrong",
                "",
                problems.stream()
                        .map(each -> new Problem.FieldProblem(
                                each.field(), each.message(), each.allowed(), each.suggestion()))
                        .toList());
        Failures.refused(terminal, written.inOrder(problem), written::at);
        return ExitCodes.USAGE;
    }

    private List<Member> fleet(CampaignSpec spec) {
        String from = clusters;
        if (from == null) {
            try {
                return FleetSource.served(server.client().get("/clusters"), nodes);
            } catch (ServerUnreachableException e) {
                terminal.error("No planner answers, so there are " + MADE_UP
                        + " clusters that are made up; --clusters N|FILE says others.");
                return FleetSource.madeUp(MADE_UP, spec, nodes);
            }
        }
        if (from.matches("\\d{1,9}")) {
            int count = Integer.parseInt(from);
            within("--clusters", count, MOST_CLUSTERS);
            return FleetSource.madeUp(count, spec, nodes);
        }
        return FleetSource.file(Path.of(from), nodes);
    }

    private void tell(CampaignSpec spec, int taking, Instant from) {
        terminal.line(terminal.styled(Style.BOLD, spec.name().value()) + ": " + taking
                + (taking == 1 ? " cluster, " : " clusters, ") + runs + (runs == 1 ? " run" : " runs") + " from " + from
                + " on, seed " + seed);
        terminal.line("Assumed: a cluster takes " + Times.shortly(duration("--per-cluster", perCluster)) + " and "
                + Times.shortly(duration("--per-node", perNode)) + " for each node (" + nodes
                + " where it does not say), "
                + spread + " more or less; the release is bad on " + failureRate + ", and nobody retries; "
                + hostEndpoints
                + " have host endpoints; people answer after " + Times.shortly(duration("--answer", answer)) + ".");
        terminal.line("");
    }

    private ObjectNode assumed() {
        return FleetClient.body()
                .put("perCluster", perCluster)
                .put("perNode", perNode)
                .put("nodes", nodes)
                .put("spread", spread)
                .put("failureRate", failureRate)
                .put("hostEndpoints", hostEndpoints)
                .put("answer", answer)
                .put("seed", seed);
    }

    private Instant from() {
        String text = start;
        try {
            return text == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw CliException.usage("--start is '" + text + "': a time such as 2026-12-01T08:00:00Z");
        }
    }

    private static void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw CliException.usage(option + " is " + value + ": a number from 1 to " + most);
        }
    }

    private static Duration duration(String option, String text) {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative() && duration.compareTo(Duration.ofDays(30)) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw CliException.usage(option + " is '" + text + "': an ISO-8601 duration up to P30D, such as PT40S");
    }

    private static double share(String option, String text) {
        if (text.matches("\\d{1,3}(\\.\\d{1,6})?%")) {
            double share = Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
            if (share <= 1) {
                return share;
            }
        }
        throw CliException.usage(
                String.format(Locale.ROOT, "%s is '%s': a share from 0%% to 100%%, such as 5%%", option, text));
    }
}
