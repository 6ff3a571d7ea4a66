package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Stop;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.claim.ClaimCore;
import io.calicofleet.planner.core.claim.ClaimDecision;
import io.calicofleet.planner.core.claim.ClaimState;
import io.calicofleet.planner.core.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small world around the planner, all of whose chances come from one seed: executors and verifiers that answer late, twice
 * and out of order, people who command this and that, and a shell that crashes and reads its store again.
 */
final class RandomWorld {

    static final List<String> PEOPLE = List.of("alice", "bob", "carol");

    private static final List<HoldReason> QUESTIONS =
            List.of(HoldReason.CUSTOMISATION_CONFLICTS, HoldReason.BASE_UNKNOWN, HoldReason.PLAN_CHANGED);

    private final Random random;

    /** For what came later, so that the runs of a seed stay much as they were. */
    private final Random more;

    private final PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
    private final List<FleetEvent> underway = new ArrayList<>();
    private final Map<ClusterId, ClusterState> store = new TreeMap<>();
    private final Map<ClusterId, ClaimState> claims = new HashMap<>();
    private final InvariantChecks checks;
    private final int trouble;
    private CampaignHeader storedHeader;
    private Instant now = Driver.START;
    boolean pausesEnd;
    boolean lapses;

    final CampaignSpec spec;
    final List<ClusterCandidate> fleet;
    final List<PlannerInput> log = new ArrayList<>();

    /** What was decided, in the order of the log, and before which of them the shell had crashed. */
    final List<Decision> decisions = new ArrayList<>();

    final Set<Integer> rebuilt = new HashSet<>();
    final List<Effect> effects = new ArrayList<>();
    CampaignState state;

    RandomWorld(long seed) {
        this.random = new Random(seed);
        this.more = new Random(seed + 1);
        this.fleet = Fleet.of(1 + random.nextInt(12));
        this.trouble = random.nextInt(25);
        this.spec = randomSpec();
        this.checks = new InvariantChecks(spec, fleet);
    }

    void run() {
        others();
        command(new CampaignCreated(spec.name(), spec, "create"), "alice");
        for (int i = 0; i < 60 + fleet.size() * 30 && !over(); i++) {
            turn();
        }
    }

    /** From now on everybody does what they should, until nothing is left to do. */
    void settle() {
        for (int i = 0; i < 4000 && !over(); i++) {
            while (!underway.isEmpty() && !over()) {
                deliver(underway.remove(0));
            }
            if (over()) {
                return;
            }
            now = now.plus(Duration.ofHours(1));
            feed(new PlannerInput.Tick(Times.at(now)));
            if (underway.isEmpty() && !over()) {
                CampaignName name = spec.name();
                feed(new PlannerInput.StopHeard(Times.at(now), null));
                command(new CampaignResumed(name, "", ""));
                PEOPLE.forEach(actor -> command(new CampaignApproved(name, null, "seen", null, false, ""), actor));
                for (ClusterState cluster : List.copyOf(state.clusters().values())) {
                    command(approval(cluster));
                }
                command(new ClusterRetried(name, null, "", ""));
                if (state.header().phase() == CampaignPhase.SCHEDULED) {
                    neverComes();
                }
                for (ClusterId cluster : List.copyOf(state.silent())) {
                    command(new ClusterSkipped(name, cluster, "", ""));
                }
            }
        }
    }

    /** What takes longer than any window is left out. */
    private void neverComes() {
        for (ClusterState cluster : List.copyOf(state.clusters().values())) {
            Timing timing = StartRules.timing(state, cluster.labels(), Times.at(now));
            if (cluster.phase() == ClusterPhase.PENDING && !timing.open() && timing.opensAt() == null) {
                command(new ClusterSkipped(spec.name(), cluster.cluster(), "", ""));
            }
        }
    }

    boolean over() {
        return state != null && state.header().phase().terminal();
    }

    /** Another campaign has some of the clusters, and is done with them some time. */
    private void others() {
        for (ClusterCandidate candidate : fleet) {
            if (random.nextInt(4) == 0) {
                CampaignName other = CampaignName.of("other");
                deliver(new ClaimRequested(other, candidate.cluster(), 1, null, "", ""));
                underway.add(new ClaimReleased(other, candidate.cluster(), 1, ""));
            }
        }
    }

    private void turn() {
        now = now.plusSeconds(random.nextInt(60));
        int what = random.nextInt(100);
        if (what < 4) {
            command(randomCommand());
        } else if (what < 5 && trouble > 10) {
            Stop stop = random.nextInt(3) == 0 ? new Stop("bob", "a bad release", now) : null;
            feed(new PlannerInput.StopHeard(Times.at(now), stop));
        } else if (what < 5) {
            members();
        } else if (what < 14 || underway.isEmpty()) {
            feed(new PlannerInput.Tick(Times.at(now)));
        } else if (what < 16) {
            crash();
        } else if (what < 18) {
            now = now.plus(Duration.ofMinutes(random.nextInt(40)));
        } else {
            FleetEvent event = underway.get(random.nextInt(underway.size()));
            boolean again = random.nextInt(5) == 0;
            if (!again) {
                underway.remove(event);
            }
            deliver(event);
        }
    }

    /** A cluster that fits the campaign and is none of it, one that does not fit any more, or neither. */
    private void members() {
        ClusterId one = fleet.get(random.nextInt(fleet.size())).cluster();
        feed(new PlannerInput.MembersHeard(
                Times.at(now),
                switch (random.nextInt(3)) {
                    case 0 -> new MembersStatus(List.of(ClusterId.of("joined")), 0, List.of(), 0);
                    case 1 ->
                        state == null
                                        || state.cluster(one) == null
                                        || state.cluster(one).finished()
                                ? null
                                : new MembersStatus(List.of(), 0, List.of(one), 0);
                    default -> null;
                }));
    }

    private void deliver(FleetEvent event) {
        if (event instanceof ClaimCall call) {
            ClaimDecision decision = ClaimCore.decide(claims.get(call.cluster()), call, now);
            claims.put(call.cluster(), decision.state());
            underway.addAll(decision.answers());
            underway.removeIf(other ->
                    other instanceof ClaimAnswer answer && !answer.campaign().equals(spec.name()));
            return;
        }
        if (event instanceof StepJudged judged) {
            feed(new PlannerInput.MissingHeard(Times.at(now), new GatesMissing(judged.step(), List.of("one"), "")));
        }
        PlannerInput input = switch (event) {
            case StepJudged verdict -> new PlannerInput.VerdictReceived(Times.at(now), verdict);
            case ClaimAnswer answer -> new PlannerInput.ClaimAnswered(Times.at(now), answer, twin(), null);
            default -> new PlannerInput.ProgressReceived(Times.at(now), (StepProgress) event, twin());
        };
        feed(input);
        if (!(event instanceof ClaimAnswer) && random.nextInt(4) == 0) {
            checks.duplicate(core.decide(state, input), state);
        }
    }

    /** Now and then the cluster is served under another id as well, until somebody has put that right. */
    private @Nullable Twin twin() {
        return random.nextInt(200) < trouble / 5 ? new Twin("executor", ClusterId.of("twin"), "another", "uid") : null;
    }

    private void command(CampaignCommand command) {
        command(command, PEOPLE.get(random.nextInt(PEOPLE.size())));
    }

    private void command(CampaignCommand command, String actor) {
        feed(new PlannerInput.CommandReceived(Times.at(now), command, actor, fleet));
    }

    private void feed(PlannerInput input) {
        CampaignState before = state;
        Decision decision = core.decide(state, input);
        log.add(input);
        decisions.add(decision);
        effects.addAll(decision.effects());
        state = decision.state();
        if (state != null) {
            keep(decision);
            checks.check(before, input, decision);
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.RequestStep request) {
                answer(request.request());
            }
            if (effect instanceof Effect.CallClaim claim) {
                underway.add(claim.call());
            }
        }
    }

    private void keep(Decision decision) {
        if (decision.headerChanged()) {
            storedHeader = state.header();
        }
        decision.changedClusters().forEach(id -> store.put(id, state.cluster(id)));
    }

    /** What is in memory is lost; what was stored must be the same. */
    private void crash() {
        if (state != null) {
            CampaignState restored = CampaignState.of(storedHeader, store.values());
            checks.restored(restored, state);
            state = restored;
            rebuilt.add(log.size());
        }
    }

    private void answer(StepRequested request) {
        StepId step = request.step();
        if (random.nextInt(200) < trouble / 5) {
            return;
        }
        underway.add(new StepAccepted(step, "executor", ""));
        underway.add(new StepProgressed(step, 1 + random.nextInt(3), 3, "nodes", ""));
        boolean bad = random.nextInt(100) < trouble;
        if (bad && more.nextInt(10) == 0) {
            underway.add(new StepHeld(step, HoldReason.EXECUTOR_ENDED, List.of(), ""));
            return;
        }
        if (bad && random.nextInt(3) == 0) {
            if (more.nextInt(4) == 0) {
                Instant there = now.plusSeconds(more.nextInt(7200) - 3600);
                underway.add(new StepFailed(step, FailureReason.EXPIRED, "", List.of(), "", there));
                return;
            }
            FailureReason reason =
                    random.nextBoolean() ? FailureReason.API_UNAVAILABLE : FailureReason.UNEXPECTED_STATE;
            underway.add(new StepFailed(step, reason, "", List.of(), ""));
            return;
        }
        if (bad && request.parameters().notAfter() != null && random.nextBoolean()) {
            underway.add(new StepHeld(step, HoldReason.TRAFFIC_REVIEW, List.of(), ""));
            return;
        }
        if (bad && step.kind() == StepKind.UPGRADE && random.nextBoolean()) {
            underway.add(new StepHeld(step, QUESTIONS.get(more.nextInt(QUESTIONS.size())), List.of(), ""));
            return;
        }
        if (bad && step.kind() == StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS && random.nextBoolean()) {
            underway.add(new StepHeld(step, HoldReason.AUTO_HOST_ENDPOINT_POLICIES, List.of(), ""));
            return;
        }
        ClusterFacts facts = step.kind() == StepKind.INSPECT ? facts(bad) : null;
        underway.add(new StepSucceeded(step, facts, List.of(), List.of(), ""));
        if (!request.gates().isEmpty()) {
            underway.add(verdict(request, bad));
        }
    }

    private StepJudged verdict(StepRequested request, boolean bad) {
        StepId step = request.step();
        boolean traffic = request.gates().stream().anyMatch(gate -> gate.kind() == GateKind.HOST_ENDPOINT_TRAFFIC);
        if (bad) {
            Outcome outcome = switch (random.nextInt(6)) {
                case 0, 1 -> Outcome.UNDECIDED;
                case 2 -> Outcome.CONTESTED;
                default -> Outcome.FAILED;
            };
            return new StepJudged(step, outcome, List.of(), null, "");
        }
        return traffic && random.nextBoolean()
                ? new StepJudged(
                        step,
                        Outcome.NEEDS_APPROVAL,
                        List.of(),
                        new TrafficReview(List.of(), List.of(), "policy " + random.nextInt(3), List.of()),
                        "")
                : new StepJudged(step, Outcome.PASSED, List.of(), null, "");
    }

    private ClusterFacts facts(boolean bad) {
        var facts = new Fleet.Facts();
        facts.nodesNotReady = bad ? 1 : 0;
        facts.hostEndpoints = random.nextBoolean() ? List.of() : List.of(Fleet.Facts.hostEndpoint(false));
        return facts.build();
    }

    /** Of what it shows; now and then of something else. */
    private CampaignApproved approval(ClusterState cluster) {
        TrafficReview review = cluster == null ? null : cluster.findings().review();
        String digest = review == null || random.nextInt(8) == 0 ? "0123456789abcdef" : review.digest();
        ClusterId id = cluster == null ? null : cluster.cluster();
        return new CampaignApproved(
                spec.name(),
                id,
                random.nextInt(4) == 0 ? "" : "seen",
                null,
                random.nextBoolean(),
                digest,
                null,
                List.of(),
                "");
    }

    private CampaignCommand randomCommand() {
        CampaignName name = spec.name();
        ClusterId cluster = random.nextBoolean()
                ? null
                : fleet.get(random.nextInt(fleet.size())).cluster();
        ClusterId one = fleet.get(random.nextInt(fleet.size())).cluster();
        return switch (random.nextInt(14)) {
            case 12 -> RandomRevisions.of(spec, random);
            case 13 -> RandomRevisions.approval(name, state, random);
            case 0, 1 -> pause(name);
            case 2, 3, 4 -> new CampaignResumed(name, "", "");
            case 5, 6 -> approval(cluster == null || state == null ? null : state.cluster(cluster));
            case 7, 8, 9 -> new ClusterRetried(name, cluster, "", "");
            case 10 -> new ClusterSkipped(name, one, "", "");
            default -> random.nextInt(4) == 0 ? new CampaignAborted(name, "", "") : new CampaignCreated(name, spec, "");
        };
    }

    private CampaignPaused pause(CampaignName name) {
        if (random.nextBoolean()) {
            return new CampaignPaused(name, "", "");
        }
        pausesEnd = true;
        return new CampaignPaused(name, "", now.plus(Duration.ofMinutes(1 + random.nextInt(30))), "");
    }

    /** None, by anybody, or by a rule. */
    private Object approval() {
        if (random.nextInt(3) > 0) {
            return random.nextInt(4) == 0;
        }
        lapses = true;
        return Map.of(
                "when",
                random.nextBoolean() ? "before" : "after",
                "by",
                PEOPLE,
                "quorum",
                1 + random.nextInt(2),
                "notAuthor",
                random.nextBoolean(),
                "validFor",
                "PT" + (10 + random.nextInt(100)) + "M");
    }

    /** Windows of the day in the course of which it begins, now and then of those of one label only, and a freeze. */
    private Map<String, Object> schedule() {
        Map<String, Object> schedule = new HashMap<>();
        List<Map<String, Object>> windows = new ArrayList<>();
        windows.add(Map.of(
                "from", "0" + (7 + random.nextInt(3)) + ":15", "to", "0" + random.nextInt(7) + ":00", "zone", "UTC"));
        if (fleet.size() > 1 && random.nextBoolean()) {
            windows.add(Map.of(
                    "matchLabels", Map.of("env", "prod"), "from", "10:00", "to", "23:30", "zone", "Europe/Berlin"));
        }
        if (random.nextInt(4) > 0) {
            schedule.put("windows", windows);
        }
        if (random.nextBoolean()) {
            schedule.put(
                    "freezes",
                    List.of(Map.of("from", "2026-11-23T09:00:00Z", "to", "2026-11-23T10:00:00Z", "reason", "a sale")));
        }
        if (random.nextBoolean()) {
            schedule.put("startAt", "2026-11-23T08:20:00Z");
        }
        schedule.put("expectedDuration", "PT" + (1 + random.nextInt(30)) + "M");
        return schedule;
    }

    private CampaignSpec randomSpec() {
        List<Map<String, Object>> waves = new ArrayList<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count && i < fleet.size() - 1; i++) {
            waves.add(Map.of(
                    "name",
                    "wave" + i,
                    "clusters",
                    Map.of("count", 1 + random.nextInt(2)),
                    "maxConcurrent",
                    1 + random.nextInt(3),
                    "minSucceeded",
                    random.nextBoolean() ? "100%" : "50%",
                    "soak",
                    "PT" + random.nextInt(3) * 10 + "M",
                    "approval",
                    approval(),
                    "failureBudget",
                    Map.of("maxFailures", random.nextInt(3))));
        }
        if (waves.size() * 2 >= fleet.size()) {
            waves.clear();
        }
        waves.add(Map.of("name", "rest"));
        List<Map<String, Object>> perLabel = new ArrayList<>();
        if (fleet.size() > 1 && random.nextInt(3) == 0) {
            perLabel.add(
                    Map.of("label", "env", "maxConcurrent", 1 + random.nextInt(3), "maxFailures", random.nextInt(2)));
        }
        Object[] fields = {
            "perLabel",
            perLabel,
            "unreachable",
            List.of("wait", "skip", "fail").get(more.nextInt(3)),
            "waves",
            waves,
            "maxConcurrent",
            random.nextBoolean() ? (Object) (1 + random.nextInt(4)) : "50%",
            "failureBudget",
            Map.of("maxFailures", random.nextInt(3))
        };
        List<Object> all = new ArrayList<>(List.of(fields));
        if (random.nextInt(3) == 0) {
            all.addAll(List.of("schedule", schedule()));
        }
        if (random.nextInt(4) == 0) {
            return Fleet.drill(1 + random.nextInt(4), all.toArray());
        }
        List<Object> ofUpgrade = new ArrayList<>(all);
        boolean rollback = random.nextBoolean();
        ofUpgrade.addAll(List.of("onGateFailure", rollback ? "rollback" : "hold"));
        ofUpgrade.addAll(List.of("apply", !rollback && more.nextInt(4) == 0 ? "external" : "executor"));
        ofUpgrade.addAll(List.of("hostEndpoints", Map.of("migrateToAutomatic", random.nextBoolean())));
        return Fleet.campaign(ofUpgrade.toArray());
    }
}
