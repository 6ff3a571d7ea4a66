package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.PlanView;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.PlanMade;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an upgrade would do; nothing is written. */
@Command(
        name = "plan",
        description =
                "Say what an upgrade would do to each of its clusters: every object it would write, what restarts, what a person"
                        + " will be asked. Nothing is written.")
public final class PlanCommand implements Callable<Integer> {

    /** As {@link OutputFormat}, and a diff. */
    enum Format {
        TABLE,
        JSON,
        YAML,
        DIFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        private OutputFormat structured() {
            return this == JSON ? OutputFormat.JSON : OutputFormat.YAML;
        }
    }

    private static final long LOOK_MILLIS = 400;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The campaign to plan, YAML or JSON; - is standard input")
    private @Nullable String file;

    @Parameters(
            paramLabel = "PLAN",
            arity = "0..1",
            description = "A plan that was made, or a campaign that keeps to one")
    private @Nullable String name;

    @Option(names = "--cluster", paramLabel = "ID", description = "One cluster: its steps and every object")
    private @Nullable String cluster;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private Format format = Format.TABLE;

    @Option(
            names = "--export",
            paramLabel = "DIRECTORY",
            description = "Write what others are to bring to each cluster, of a campaign that says apply: external")
    private @Nullable Path export;

    /** What is planned; null where a plan is looked at that was made before. */
    private @Nullable JsonNode document;

    /** The plan, where it was made now. */
    private @Nullable JsonNode made;

    /** Prints to {@code terminal}. */
    public PlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((file == null) == (name == null)) {
            throw CliException.usage(
                    "what is to be planned? Give a campaign with -f FILE, or name a plan that was made.");
        }
        String plan = name;
        if (plan == null) {
            CampaignFile campaign = CampaignFile.read(String.valueOf(file));
            document = campaign.document();
            try {
                plan = server.client()
                        .post("/plans", campaign.document())
                        .path("campaign")
                        .asText();
            } catch (RequestRefusedException e) {
                Failures.refused(terminal, campaign.inOrder(e.problem()), campaign::at);
                return ExitCodes.USAGE;
            }
            made = awaitMade(plan);
        }
        if (export != null) {
            return export(plan, export);
        }
        return cluster == null ? whole(plan) : one(plan, cluster);
    }

    private int export(String plan, Path directory) {
        String only = cluster;
        List<ClusterStatus> clusters = clusters(document(plan)).stream()
                .filter(status -> only == null || status.cluster().value().equals(only))
                .toList();
        if (clusters.isEmpty()) {
            throw CliException.usage("the plan " + plan + " has no cluster " + only + ".");
        }
        return new PlanExport(terminal, directory)
                .write(clusters, status -> made(plan, status.cluster().value()));
    }

    private int whole(String plan) {
        JsonNode whole = document(plan);
        List<ClusterStatus> clusters = clusters(whole);
        Optional<PlannedTimes> times = Optional.ofNullable(document)
                .flatMap(campaign -> PlannedTimes.of(
                        server.client(),
                        campaign,
                        clusters,
                        InstantSource.system().instant()));
        if (format == Format.DIFF) {
            for (ClusterStatus status : clusters) {
                if (status.plan() != null) {
                    view().diff(made(plan, status.cluster().value()));
                }
            }
        } else if (format == Format.TABLE) {
            view().whole(whole, clusters, file);
            times.ifPresent(this::tell);
        } else {
            times.ifPresent(expected -> ((ObjectNode) whole).set("expected", expected.json()));
            format.structured().print(terminal, whole);
        }
        return PlanView.allGo(clusters) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** When it would be done. */
    private void tell(PlannedTimes times) {
        terminal.line("");
        terminal.line("Expected, were it applied now and everybody answered at once, by " + times.by() + ":");
        Table table = Table.of("wave", "starts p50>", "p95>", "ends p50>", "p95>");
        times.waves()
                .forEach((wave, span) -> table.row(
                        wave,
                        "in " + Times.shortly(span.start()),
                        "in " + Times.shortly(span.startLate()),
                        "in " + Times.shortly(span.end()),
                        "in " + Times.shortly(span.endLate())));
        table.print(terminal);
    }

    private int one(String plan, String id) {
        JsonNode node =
                server.client().get("/campaigns/" + FleetClient.encode(plan) + "/clusters/" + FleetClient.encode(id));
        ClusterStatus status = FleetClient.convert(node, ClusterStatus.class);
        if (format == Format.JSON || format == Format.YAML) {
            format.structured()
                    .print(terminal, server.client().get(path(plan) + "/clusters/" + FleetClient.encode(id)));
        } else if (format == Format.DIFF) {
            view().diff(made(plan, id));
        } else if (status.plan() == null) {
            view().stopped(status);
        } else {
            view().one(status, made(plan, id));
        }
        return PlanView.goes(status) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private PlanMade made(String plan, String id) {
        return FleetClient.convert(
                server.client().get(path(plan) + "/clusters/" + FleetClient.encode(id)), PlanMade.class);
    }

    private static String path(String plan) {
        return "/plans/" + FleetClient.encode(plan);
    }

    private PlanView view() {
        return new PlanView(terminal, server.commandLines());
    }

    private static List<ClusterStatus> clusters(JsonNode document) {
        List<ClusterStatus> clusters = new ArrayList<>();
        document.path("clusters").forEach(node -> clusters.add(FleetClient.convert(node, ClusterStatus.class)));
        return clusters;
    }

    /** Shows how far it is until it is made; the planner takes up what it was sent in a moment. */
    private JsonNode awaitMade(String plan) throws InterruptedException {
        long told = System.nanoTime();
        String before = "";
        for (int unknown = 0; ; ) {
            CampaignStatus status = null;
            try {
                status = server.client().campaign(plan);
            } catch (RequestRefusedException e) {
                if (e.problem().status() != 404 || ++unknown > 75) {
                    throw e;
                }
            }
            if (status != null && status.clusters() == 0 && status.phase() == CampaignPhase.FAILED) {
                throw CliException.usage(status.reason());
            }
            // All of it is asked for once: a plan of many clusters is large.
            if (status != null && status.clusters() > 0 && PlanView.over(status) == status.clusters()) {
                JsonNode whole = server.client().get(path(plan));
                if (whole.path("digest").isTextual()) {
                    if (terminal.interactive()) {
                        terminal.live(List.of());
                    }
                    return whole;
                }
            }
            if (status != null) {
                String now = PlanView.progress(status);
                if (terminal.interactive()) {
                    terminal.live(List.of(now));
                } else if (!now.equals(before) && System.nanoTime() - told > TELL_NANOS) {
                    terminal.errorLine(now);
                    told = System.nanoTime();
                    before = now;
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** The plan with all its clusters, as it was found to be made or as it is. */
    private JsonNode document(String plan) {
        JsonNode known = made;
        return known == null ? server.client().get(path(plan)) : known;
    }
}
