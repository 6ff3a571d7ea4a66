package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.simulate.FleetSource;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.simulation.Assumptions;
import io.calicofleet.planner.core.simulation.Eta;
import io.calicofleet.planner.core.simulation.Member;
import io.calicofleet.planner.core.simulation.Simulation;
import io.calicofleet.planner.core.simulation.Timetable;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * When the waves and clusters of a plan would begin and be done, were it applied now: the campaign is simulated with clusters that take as long as the
 * last upgrades of this fleet took, or, where there were too few, with what each of their nodes is assumed to take. People are taken to answer at once.
 *
 * @param by what it is told by, in words
 * @param start when it would start
 * @param waves by name
 * @param clusters by id
 */
record PlannedTimes(String by, Instant start, Map<String, Timetable.Span> waves, Map<String, Timetable.Span> clusters) {

    /** So many clusters say more than an assumption does. */
    private static final int ENOUGH = 5;

    private static final int CAMPAIGNS = 3;
    private static final int RUNS = 100;

    /** Empty where the campaign, as it is written, never ends, or takes no cluster that would go. */
    static Optional<PlannedTimes> of(FleetClient client, JsonNode document, List<ClusterStatus> planned, Instant now) {
        if (!(CampaignSpecReader.read(EventJson.mapper().convertValue(document, Object.class))
                instanceof Reading.Read<CampaignSpec> read)) {
            return Optional.empty();
        }
        List<ClusterStatus> clusters =
                planned.stream().filter(cluster -> cluster.plan() != null).toList();
        if (clusters.isEmpty()) {
            return Optional.empty();
        }
        List<Duration> taken = history(client);
        Map<ClusterId, Map<String, String>> labels = FleetSource.served(client.get("/clusters"), 1).stream()
                .map(Member::candidate)
                .collect(Collectors.toMap(ClusterCandidate::cluster, ClusterCandidate::labels));
        List<Member> fleet = clusters.stream()
                .map(cluster -> new Member(
                        new ClusterCandidate(cluster.cluster(), labels.getOrDefault(cluster.cluster(), Map.of()), ""),
                        nodes(cluster.plan())))
                .toList();
        CampaignSpec spec = inWaves(read.value(), clusters);
        Simulation simulation = taken.size() < ENOUGH
                ? new Simulation(spec, fleet, Assumptions.DEFAULT, now)
                : Simulation.asTaken(spec, fleet.stream().map(Member::candidate).toList(), taken, now);
        Timetable table = new Timetable(
                LongStream.range(0, RUNS).parallel().mapToObj(simulation::run).toList());
        Map<String, Timetable.Span> ofClusters = new LinkedHashMap<>();
        Map<WaveName, List<Integer>> waves = new LinkedHashMap<>();
        IntStream.range(0, clusters.size()).forEach(i -> {
            waves.computeIfAbsent(clusters.get(i).wave(), key -> new ArrayList<>())
                    .add(i);
            table.of(List.of(i))
                    .ifPresent(span -> ofClusters.put(clusters.get(i).cluster().value(), span));
        });
        Map<String, Timetable.Span> ofWaves = new LinkedHashMap<>();
        waves.forEach((wave, members) -> table.of(members).ifPresent(span -> ofWaves.put(wave.value(), span)));
        return ofWaves.isEmpty()
                ? Optional.empty()
                : Optional.of(new PlannedTimes(
                        taken.size() < ENOUGH
                                ? "the number of nodes, for too few upgrades were measured"
                                : taken.size() + " upgrades of this fleet",
                        now,
                        ofWaves,
                        ofClusters));
    }

    /** The waves as the plan has them, without clusters that would be refused, and without waves that have none then. */
    private static CampaignSpec inWaves(CampaignSpec spec, List<ClusterStatus> clusters) {
        List<WaveSpec> waves = spec.waves().stream()
                .map(wave -> new WaveSpec(
                        wave.name(),
                        new WaveClusters(
                                clusters.stream()
                                        .filter(cluster -> cluster.wave().equals(wave.name()))
                                        .map(ClusterStatus::cluster)
                                        .toList(),
                                Map.of(),
                                null,
                                null),
                        wave.maxConcurrent(),
                        wave.minSucceeded(),
                        wave.soak(),
                        wave.approval(),
                        wave.failureBudget(),
                        wave.approvalRule()))
                .filter(wave -> !wave.clusters().names().isEmpty())
                .toList();
        return new CampaignSpec(
                spec.name(),
                spec.procedure(),
                spec.target(),
                new ClusterSelector(List.of(), Map.of(), true),
                waves,
                spec.maxConcurrent(),
                spec.failureBudget(),
                spec.gates(),
                spec.onConflict(),
                spec.drillSteps(),
                spec.upgrade(),
                spec.schedule(),
                spec.perLabel(),
                spec.unreachable());
    }

    private static int nodes(@Nullable ClusterPlan plan) {
        return plan == null ? 1 : Math.max(1, plan.nodes());
    }

    /** How long the clusters of the newest upgrades took. */
    private static List<Duration> history(FleetClient client) {
        List<CampaignStatus> campaigns = new ArrayList<>();
        client.get("/campaigns").forEach(node -> campaigns.add(FleetClient.convert(node, CampaignStatus.class)));
        List<Duration> taken = new ArrayList<>();
        campaigns.stream()
                .filter(campaign -> campaign.spec().procedure() == Procedure.UPGRADE
                        && campaign.phases().getOrDefault("succeeded", 0) > 0)
                .sorted(Comparator.comparing(CampaignStatus::createdAt).reversed())
                .limit(CAMPAIGNS)
                .forEach(campaign -> taken.addAll(Eta.taken(clusters(client, campaign))));
        return taken;
    }

    private static List<ClusterStatus> clusters(FleetClient client, CampaignStatus campaign) {
        List<ClusterStatus> clusters = new ArrayList<>();
        try {
            client.get("/campaigns/" + FleetClient.encode(campaign.campaign().value()) + "/clusters")
                    .forEach(node -> clusters.add(FleetClient.convert(node, ClusterStatus.class)));
        } catch (RequestRefusedException e) {
            // It was deleted meanwhile.
        }
        return clusters;
    }

    /** For programs. */
    ObjectNode json() {
        ObjectNode document = FleetClient.body().put("by", by).put("start", start.toString());
        spans(document.putArray("waves"), "wave", waves);
        spans(document.putArray("clusters"), "cluster", clusters);
        return document;
    }

    private void spans(ArrayNode list, String what, Map<String, Timetable.Span> spans) {
        spans.forEach((name, span) -> {
            ObjectNode entry = list.addObject().put(what, name);
            entry.putObject("starts")
                    .put("p50", start.plus(span.start()).toString())
                    .put("p95", start.plus(span.startLate()).toString());
            entry.putObject("ends")
                    .put("p50", start.plus(span.end()).toString())
                    .put("p95", start.plus(span.endLate()).toString());
        });
    }
}
