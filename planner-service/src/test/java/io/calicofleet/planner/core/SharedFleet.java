package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.claim.ClaimCore;
import io.calicofleet.planner.core.claim.ClaimDecision;
import io.calicofleet.planner.core.claim.ClaimState;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Several campaigns on the same clusters, all of whose chances come from one seed. What one sender says to one receiver stays in
 * order, as on a partition of Kafka, and may come twice, at once or much later; between partitions there is no order. Planners crash
 * and read their stores again. The executor of a cluster does one step after the other, as they were asked for, and keeps in the cluster the highest epoch it
 * has seen.
 *
 * <p>Checked at every step of a cluster, by what the cluster sees and not by what planners remember: its epochs never go down, no two
 * campaigns have the same one, and whoever is granted an upgrade begins with an inspection, so that it acts on what all others left: between
 * what a campaign looked at and what it writes nobody else has written. A restore puts back what was there before and looks at nothing.
 */
final class SharedFleet {

    private final Random random;
    private final PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
    private final List<ClusterCandidate> clusters;
    private final Map<CampaignName, Campaign> campaigns = new TreeMap<>();
    private final Map<ClusterId, Cluster> world = new TreeMap<>();
    private final Map<String, Deque<FleetEvent>> partitions = new TreeMap<>();
    private final List<Map.Entry<String, FleetEvent>> sent = new ArrayList<>();
    private final boolean troubled;
    private boolean settling;
    private Instant now = Driver.START;

    final Map<StepKind, Integer> acted = new EnumMap<>(StepKind.class);
    int takenOver;
    int waited;

    SharedFleet(long seed) {
        random = new Random(seed);
        clusters = Fleet.of(1 + random.nextInt(4));
        clusters.forEach(candidate -> world.put(candidate.cluster(), new Cluster()));
        troubled = random.nextBoolean();
    }

    /** A campaign, and what its store holds. */
    private static final class Campaign {
        private CampaignState state;
        private CampaignHeader header;
        private final Map<ClusterId, ClusterState> stored = new TreeMap<>();
    }

    /** What a cluster sees, and the claim on it. */
    private static final class Cluster {
        private ClaimState claim;
        private long journal;
        private long writes;
        private long lookedAt;
        private long byThisGrant;
        private final Map<Long, CampaignName> epochs = new HashMap<>();
    }

    void run() {
        int count = 2 + random.nextInt(4);
        List<CampaignCommand> creations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CampaignSpec spec = randomSpec("k" + i);
            campaigns.put(spec.name(), new Campaign());
            creations.add(new CampaignCreated(spec.name(), spec, ""));
        }
        for (int i = 0; i < 150 + 200 * count; i++) {
            now = now.plusMillis(random.nextInt(2000));
            if (!creations.isEmpty() && random.nextInt(4) == 0) {
                command(creations.removeFirst());
            } else {
                turn();
            }
        }
        creations.forEach(this::command);
    }

    private CampaignSpec randomSpec(String name) {
        if (random.nextInt(4) == 0) {
            return CampaignDefaults.restore(CampaignName.of(name), one());
        }
        Object[] fields = {
            "name",
            name,
            "maxConcurrent",
            1 + random.nextInt(3),
            "failureBudget",
            Map.of("maxFailures", random.nextInt(3))
        };
        if (random.nextInt(3) == 0) {
            return Fleet.drill(1 + random.nextInt(3), fields);
        }
        Object[] more = Arrays.copyOf(fields, fields.length + 2);
        more[fields.length] = "onGateFailure";
        more[fields.length + 1] = random.nextBoolean() ? "rollback" : "hold";
        return Fleet.campaign(more);
    }

    private ClusterId one() {
        return clusters.get(random.nextInt(clusters.size())).cluster();
    }

    /** From now on everybody does what they should: each campaign comes to its end, and nobody is left with a cluster. */
    void settle() {
        settling = true;
        for (int i = 0; i < 5000 && !over(); i++) {
            now = now.plus(Duration.ofMinutes(30));
            if (!deliverAll()) {
                for (CampaignName name : List.copyOf(campaigns.keySet())) {
                    feed(name, new PlannerInput.Tick(Times.at(now)));
                    command(new CampaignResumed(name, "", ""));
                    command(new ClusterRetried(name, null, "", ""));
                }
            }
        }
        deliverAll();
        assertThat(over())
                .as("everybody gets his turn: "
                        + campaigns.values().stream().map(c -> c.state).toList())
                .isTrue();
        world.forEach((id, cluster) -> {
            if (cluster.claim == null) {
                return; // Nobody ever asked for it.
            }
            assertThat(cluster.claim.holder()).as("nobody is left with " + id).isNull();
            assertThat(cluster.claim.line()).isEmpty();
        });
    }

    private boolean deliverAll() {
        boolean any = false;
        for (String partition = anyPartition(); partition != null; partition = anyPartition()) {
            deliver(partition);
            any = true;
        }
        return any;
    }

    private boolean over() {
        return campaigns.values().stream()
                .allMatch(campaign -> campaign.state.header().phase().terminal());
    }

    private void turn() {
        int what = random.nextInt(100);
        String partition = anyPartition();
        List<CampaignName> names = List.copyOf(campaigns.keySet());
        CampaignName name = names.get(random.nextInt(names.size()));
        if (what < 5) {
            command(randomCommand(name));
        } else if (what < 10) {
            crash(campaigns.get(name));
        } else if (what < 12 && !sent.isEmpty()) {
            Map.Entry<String, FleetEvent> old = sent.get(random.nextInt(sent.size()));
            partitions.get(old.getKey()).addLast(old.getValue());
        } else if (what < 20 || partition == null) {
            feed(name, new PlannerInput.Tick(Times.at(now)));
        } else {
            deliver(partition);
        }
    }

    private CampaignCommand randomCommand(CampaignName name) {
        ClusterId one = one();
        return switch (random.nextInt(10)) {
            case 0 -> new CampaignPaused(name, "", "");
            case 1, 2 -> new CampaignResumed(name, "", "");
            case 3, 4, 5 -> new ClusterRetried(name, null, "", "");
            case 6 -> new ClusterSkipped(name, one, "", "");
            case 7, 8 -> new ClusterTakenOver(name, one, "urgent", "");
            default -> random.nextInt(4) == 0 ? new CampaignAborted(name, "", "") : new CampaignResumed(name, "", "");
        };
    }

    private String anyPartition() {
        List<String> filled = partitions.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        return filled.isEmpty() ? null : filled.get(random.nextInt(filled.size()));
    }

    /** One record; where its receiver crashed before it committed, it comes once more. */
    private void deliver(String partition) {
        Deque<FleetEvent> queue = partitions.get(partition);
        FleetEvent event = random.nextInt(8) == 0 ? queue.peekFirst() : queue.pollFirst();
        switch (event) {
            case ClaimCall call -> call(call);
            case ClaimAnswer answer -> feed(answer.campaign(), new PlannerInput.ClaimAnswered(Times.at(now), answer));
            case StepRequested request -> act(request);
            case StepProgress progress ->
                feed(progress.step().campaign(), new PlannerInput.ProgressReceived(Times.at(now), progress));
            case StepJudged verdict ->
                feed(verdict.step().campaign(), new PlannerInput.VerdictReceived(Times.at(now), verdict));
            default -> throw new AssertionError(event);
        }
    }

    private void send(String partition, FleetEvent event) {
        partitions.computeIfAbsent(partition, unused -> new ArrayDeque<>()).addLast(event);
        sent.add(Map.entry(partition, event));
    }

    private void call(ClaimCall call) {
        Cluster cluster = world.get(call.cluster());
        ClaimState before = cluster.claim;
        ClaimDecision decision = ClaimCore.decide(before, call, now);
        cluster.claim = decision.state();
        assertThat(decision.state().epoch()).isGreaterThanOrEqualTo(before == null ? 0 : before.epoch());
        assertThat(decision.state().holder() != null || decision.state().line().isEmpty())
                .as("a free cluster for which somebody waits")
                .isTrue();
        for (ClaimAnswer answer : decision.answers()) {
            if (answer instanceof ClaimGranted granted) {
                CampaignName had = cluster.epochs.putIfAbsent(granted.epoch(), granted.campaign());
                assertThat(had == null || had.equals(granted.campaign())).isTrue();
            }
            send("answers of " + call.cluster() + " to " + answer.campaign(), answer);
        }
    }

    /** The executor: a step of a lower epoch than the cluster has seen is refused; else it acts. */
    private void act(StepRequested request) {
        ClusterId id = request.step().cluster();
        Cluster cluster = world.get(id);
        CampaignName campaign = request.step().campaign();
        String back = "reports of " + id + " to " + campaign;
        long epoch = request.parameters().epoch();
        if (epoch < cluster.journal) {
            send(back, new StepFailed(request.step(), FailureReason.CLAIM_LOST, "", List.of(), ""));
            return;
        }
        assertThat(cluster.epochs.get(epoch))
                .as(request.step() + " acts on what was given to it")
                .isEqualTo(campaign);
        boolean first = epoch > cluster.journal;
        cluster.journal = epoch;
        StepKind kind = request.step().kind();
        boolean restores = campaigns.get(campaign).state.header().spec().procedure() == Procedure.RESTORE;
        assertThat(!first || kind == StepKind.INSPECT || kind == StepKind.DRILL || restores)
                .as(request.step() + " is the first step of a grant, and no inspection")
                .isTrue();
        if (first) {
            cluster.byThisGrant = 0;
        }
        if (kind == StepKind.INSPECT) {
            cluster.lookedAt = cluster.writes;
            cluster.byThisGrant = 0;
        } else if (kind != StepKind.DRILL) {
            assertThat(restores || cluster.writes == cluster.lookedAt + cluster.byThisGrant)
                    .as(request.step() + " acts on what it has looked at")
                    .isTrue();
            cluster.writes++;
            cluster.byThisGrant++;
        }
        acted.merge(kind, 1, Integer::sum);
        boolean bad = troubled && !settling && random.nextInt(12) == 0;
        if (bad && kind == StepKind.UPGRADE) {
            send(back, new StepHeld(request.step(), HoldReason.CUSTOMISATION_CONFLICTS, List.of(), ""));
        } else if (bad) {
            send(back, new StepFailed(request.step(), FailureReason.UNEXPECTED_STATE, "", List.of(), ""));
        } else {
            var facts = kind == StepKind.INSPECT ? new Fleet.Facts() : null;
            send(
                    back,
                    new StepSucceeded(request.step(), facts == null ? null : facts.build(), List.of(), List.of(), ""));
            if (!request.gates().isEmpty()) {
                boolean fails = troubled && !settling && random.nextInt(10) == 0;
                Outcome outcome = !fails ? Outcome.PASSED : random.nextBoolean() ? Outcome.FAILED : Outcome.UNDECIDED;
                send(
                        "verdicts of " + id + " to " + campaign,
                        new StepJudged(request.step(), outcome, List.of(), null, ""));
            }
        }
    }

    private void command(CampaignCommand command) {
        feed(command.campaign(), new PlannerInput.CommandReceived(Times.at(now), command, "alice", clusters));
    }

    private void feed(CampaignName name, PlannerInput input) {
        Campaign campaign = campaigns.get(name);
        Decision decision = core.decide(campaign.state, input);
        campaign.state = decision.state();
        if (campaign.state != null) {
            if (decision.headerChanged()) {
                campaign.header = campaign.state.header();
            }
            decision.changedClusters().forEach(id -> campaign.stored.put(id, campaign.state.cluster(id)));
        }
        for (Effect effect : decision.effects()) {
            switch (effect) {
                case Effect.CallClaim claim ->
                    send("calls of " + name + " for " + claim.call().cluster(), claim.call());
                // One partition has all that is asked of a cluster.
                case Effect.RequestStep step ->
                    send("steps of " + step.request().step().cluster(), step.request());
                case Effect.PublishClusterStatus status ->
                    waited += status.status().waitsFor() == null ? 0 : 1;
                case Effect.PublishCampaignStatus status -> {}
                case Effect.ForgetCampaign forget -> {}
                case Effect.RefuseCommand refused -> {}
                case Effect.TellFailure failure -> {}
            }
        }
        if (input instanceof PlannerInput.CommandReceived received
                && received.command() instanceof ClusterTakenOver
                && decision.effects().stream().anyMatch(Effect.CallClaim.class::isInstance)) {
            takenOver++;
        }
        onlyOneActs();
    }

    /** As far as planners know, two campaigns have a cluster only while one has not heard yet that a person took it. */
    private void onlyOneActs() {
        world.forEach((id, cluster) -> {
            List<Campaign> acting = campaigns.values().stream()
                    .filter(campaign -> campaign.state != null && acts(campaign.state.cluster(id)))
                    .toList();
            if (acting.size() > 1) {
                assertThat(acting)
                        .as("without the claim of " + id)
                        .filteredOn(campaign -> cluster.claim.holder() != null
                                && !campaign.state
                                        .name()
                                        .equals(cluster.claim.holder().campaign()))
                        .allSatisfy(campaign -> assertThat(
                                        partitions.get("answers of " + id + " to " + campaign.state.name()))
                                .as("it is told that it has lost " + id)
                                .isNotEmpty());
            }
        });
    }

    private static boolean acts(ClusterState cluster) {
        return cluster != null && (cluster.phase() == ClusterPhase.RUNNING || cluster.phase() == ClusterPhase.HELD);
    }

    /** What is in memory is lost; what was stored is all there is. */
    private void crash(Campaign campaign) {
        if (campaign.state != null) {
            campaign.state = CampaignState.of(campaign.header, campaign.stored.values());
        }
    }
}
