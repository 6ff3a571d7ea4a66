package io.calicofleet.cli.demo;

import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.CampaignView;
import io.calicofleet.cli.view.Phases;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.StepSucceeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How the demo came out, cluster by cluster; versions, drops and local changes as the simulator has them. */
final class DemoSummary {

    private final Snapshot snapshot;
    private final List<Row> rows;

    private DemoSummary(Snapshot snapshot, List<Row> rows) {
        this.snapshot = snapshot;
        this.rows = rows;
    }

    /** A cluster. */
    private record Row(
            ClusterStatus status,
            String install,
            String runs,
            String hostEndpoints,
            String kept,
            boolean allKept,
            long drops) {}

    /** Asks the planner and the simulator for what the table shows. */
    static DemoSummary gather(FleetClient client, SimulatedFleet fleet, Snapshot snapshot) throws InterruptedException {
        Map<ClusterId, ClusterFacts> facts = facts(client, snapshot);
        List<Row> rows = new ArrayList<>();
        for (ClusterStatus status : snapshot.clusters()) {
            rows.add(row(fleet, status, facts.get(status.cluster())));
        }
        return new DemoSummary(snapshot, rows);
    }

    /** Prints the table, and why clusters failed. */
    void print(Terminal terminal) {
        Table table = Table.of(
                "cluster",
                "install",
                "result",
                "from",
                "to",
                "steps>",
                "host endpoints",
                "local changes kept",
                "drops>",
                "time>");
        for (Row row : rows) {
            ClusterStatus status = row.status();
            table.row(
                    status.cluster().value(),
                    row.install(),
                    terminal.styled(Phases.style(status.phase()), status.phase().encode()),
                    version(status.source()),
                    row.runs(),
                    String.valueOf(status.steps().size()),
                    row.hostEndpoints(),
                    row.kept(),
                    String.valueOf(row.drops()),
                    time(status));
        }
        table.print(terminal);
        for (Row row : rows) {
            if (row.status().phase() == ClusterPhase.FAILED) {
                terminal.line("");
                terminal.line(terminal.styled(Style.BAD, row.status().cluster() + " failed: ")
                        + CampaignView.why(row.status()));
                new CampaignView(terminal).gates(row.status().gates());
            }
        }
        terminal.line("");
        terminal.line(
                "\"to\" is what runs on the nodes; \"drops\" are connections of host endpoints that policies denied.");
        terminal.line(snapshot.campaign().summary());
    }

    /** Whether it came out as it should: everything upgraded; with trouble, everything but one that failed its gate. */
    boolean cameOutWell(boolean withTrouble) {
        List<ClusterStatus> failed = snapshot.clusters().stream()
                .filter(status -> status.phase() != ClusterPhase.SUCCEEDED)
                .toList();
        boolean kept = rows.stream()
                .filter(row -> row.status().phase() == ClusterPhase.SUCCEEDED)
                .allMatch(Row::allKept);
        boolean asMeant = withTrouble
                ? failed.size() == 1
                        && failed.get(0).phase() == ClusterPhase.FAILED
                        && failed.get(0).holdReason() == HoldReason.GATE_FAILED
                : failed.isEmpty() && snapshot.succeeded();
        return kept && asMeant;
    }

    private static Row row(SimulatedFleet fleet, ClusterStatus status, @Nullable ClusterFacts facts) {
        String id = status.cluster().value();
        var inside = fleet.cluster(id);
        TreeSet<String> versions = new TreeSet<>();
        inside.path("nodeVersions").forEach(version -> versions.add(version.asText()));
        long drops = 0;
        for (var count : inside.path("drops")) {
            drops += count.asLong();
        }
        KeptChanges changes = new KeptChanges(fleet, id);
        return new Row(
                status,
                facts == null ? "?" : facts.installMethod().toString(),
                versions.isEmpty() ? "?" : String.join(", ", versions),
                facts == null ? "?" : hostEndpoints(facts),
                facts == null ? "?" : changes.of(facts.customisations()),
                facts != null && changes.all(facts.customisations()),
                drops);
    }

    private static String hostEndpoints(ClusterFacts facts) {
        long wild = facts.hostEndpoints().stream()
                .filter(HostEndpointFact::needsProtection)
                .count();
        return wild == 0 ? "-" : wild + " protected";
    }

    /** What the inspections found. */
    private static Map<ClusterId, ClusterFacts> facts(FleetClient client, Snapshot snapshot)
            throws InterruptedException {
        Map<ClusterId, ClusterFacts> facts = new HashMap<>();
        String query = "campaign=" + snapshot.campaign().campaign() + "&type=step.succeeded";
        EventStream.soFar(client, query, message -> {
            StepSucceeded event = FleetClient.convert(message.data().path("data"), StepSucceeded.class);
            ClusterFacts found = event.facts();
            if (found != null) {
                facts.putIfAbsent(event.step().cluster(), found);
            }
        });
        return facts;
    }

    private static String version(@Nullable CalicoVersion version) {
        return version == null ? "-" : version.toString();
    }

    private static String time(ClusterStatus status) {
        List<StepRecord> steps = status.steps();
        if (steps.isEmpty()) {
            return "-";
        }
        Instant end = steps.stream()
                .map(StepRecord::finishedAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(status.updatedAt());
        return Times.shortly(Duration.between(steps.get(0).startedAt(), end));
    }
}
