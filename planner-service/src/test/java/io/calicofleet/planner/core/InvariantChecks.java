package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.OnGateFailure;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.Claim;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.WaveProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The invariants of the design, worked out from what the planner was told and not from what it remembers. */
final class InvariantChecks {

    private final CampaignSpec spec;
    private final Map<ClusterId, Attempt> attempts = new HashMap<>();
    private final List<ClusterCandidate> fleet;
    private final List<Approved> approvals = new ArrayList<>();

    InvariantChecks(CampaignSpec spec, List<ClusterCandidate> fleet) {
        this.spec = spec;
        this.fleet = fleet;
    }

    /** What the outside world knows of the step last asked for on a cluster. */
    private static final class Attempt {
        StepRequested request;
        boolean succeeded;
        boolean passed;
        boolean ended;
        boolean expired;
        boolean released;
        boolean reviewed;
        boolean confirmed;
        boolean rolledBack;
        final Set<StepKind> passedKinds = new HashSet<>();

        boolean complete() {
            return succeeded && (request.gates().isEmpty() || passed);
        }
    }

    void check(CampaignState before, PlannerInput input, Decision decision) {
        CampaignState after = decision.state();
        Set<ClusterId> everStarted = Set.copyOf(attempts.keySet());
        learn(before, input);
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.RequestStep request) {
                asked(request.request());
                claimed(after, request.request());
                assertThat(before == null || before.header().standing() != Standing.ABORTED)
                        .as("no step is asked for after an abort")
                        .isTrue();
                if (before != null
                        && before.cluster(request.request().step().cluster()).phase() == ClusterPhase.PENDING) {
                    assertThat(after.header().stop()).as("nothing begins then").isNull();
                    byLabel(after, request.request().step().cluster());
                    inTime(request.request().step().cluster(), input.at().clock());
                }
                boolean fresh = !everStarted.contains(request.request().step().cluster());
                if (fresh) {
                    assertThat(after.header().standing())
                            .as("no new cluster then")
                            .isEqualTo(Standing.GO);
                    budgetsOf(after, request.request().step().cluster());
                    assertThat(failures(after))
                            .as("failures when a cluster starts")
                            .isLessThanOrEqualTo(budget(after));
                }
            }
        }
        places(after);
        wavesStarted(before, after, input.at());
        counted(after);
    }

    /** No more clusters with the same value of a label are in flight than may be. */
    private void byLabel(CampaignState after, ClusterId started) {
        for (LabelLimit limit : spec.perLabel()) {
            String value = after.cluster(started).labels().getOrDefault(limit.label(), "");
            List<ClusterState> alike = after.clusters().values().stream()
                    .filter(cluster ->
                            cluster.labels().getOrDefault(limit.label(), "").equals(value))
                    .toList();
            assertThat(alike.stream().filter(ClusterState::takesPlace).count())
                    .as("in flight with %s=%s", limit.label(), value)
                    .isLessThanOrEqualTo(limit.maxConcurrent().atMostOf(alike.size()));
        }
    }

    /** As few clusters with the same value of a label, or of the same wave, failed as may have when a new one starts. */
    private void budgetsOf(CampaignState after, ClusterId started) {
        ClusterState cluster = after.cluster(started);
        for (LabelLimit limit : spec.perLabel()) {
            String value = cluster.labels().getOrDefault(limit.label(), "");
            List<ClusterState> alike = after.clusters().values().stream()
                    .filter(other ->
                            other.labels().getOrDefault(limit.label(), "").equals(value))
                    .toList();
            assertThat(failed(alike)).isLessThanOrEqualTo(limit.maxFailures().atMostOf(alike.size()));
        }
        FailureBudget budget = spec.waves().get(cluster.wave()).failureBudget();
        if (budget != null) {
            List<ClusterState> wave = of(after, cluster.wave());
            assertThat(failed(wave)).isLessThanOrEqualTo(budget.maxFailures().atMostOf(wave.size()));
        }
    }

    private static int failed(List<ClusterState> clusters) {
        return (int) clusters.stream()
                .filter(cluster ->
                        (cluster.phase() == ClusterPhase.FAILED && !cluster.forgiven()) || cluster.rollingBack())
                .count();
    }

    /** No cluster begins outside of its windows, before it is to, or in a freeze. */
    private void inTime(ClusterId cluster, Instant now) {
        Map<String, String> labels = fleet.stream()
                .filter(candidate -> candidate.cluster().equals(cluster))
                .findFirst()
                .orElseThrow()
                .labels();
        assertThat(spec.schedule() == null || ByTheMinute.isOpen(spec.schedule(), labels, now))
                .as("%s begins at %s", cluster, now)
                .isTrue();
    }

    void duplicate(Decision again, CampaignState state) {
        assertThat(again.state()).as("the same report again").isSameAs(state);
        assertThat(again.effects()).isEmpty();
    }

    void restored(CampaignState restored, CampaignState state) {
        assertThat(restored).isEqualTo(state);
        assertThat(restored.tally()).isEqualTo(state.tally());
        assertThat(restored.running()).isEqualTo(state.running());
        assertThat(restored.silent()).isEqualTo(state.silent());
        assertThat(restored.unpublished()).containsAll(state.unpublished());
    }

    private void learn(CampaignState before, PlannerInput input) {
        switch (input) {
            case PlannerInput.ProgressReceived received -> learn(received.progress());
            case PlannerInput.VerdictReceived received -> learn(received.verdict());
            case PlannerInput.CommandReceived received -> {
                if (received.command() instanceof CampaignApproved approved && approved.cluster() == null) {
                    approvals.add(new Approved(
                            approved, received.actor(), received.at().clock()));
                }
                learn(before, received.command());
            }
            case PlannerInput.MissingHeard heard -> {}
            case PlannerInput.ClaimAnswered received -> {}
            case PlannerInput.StopHeard heard -> {}
            case PlannerInput.MembersHeard heard -> {}
            case PlannerInput.Tick tick -> {}
        }
    }

    private void learn(StepProgress progress) {
        Attempt attempt = attempts.get(progress.step().cluster());
        if (attempt != null && attempt.request.step().equals(progress.step())) {
            attempt.succeeded |= progress instanceof StepSucceeded;
            attempt.ended |= progress instanceof StepFailed || progress instanceof StepHeld;
            attempt.expired |= progress instanceof StepFailed failed && failed.reason() == FailureReason.EXPIRED;
            note(attempt);
        }
    }

    private void learn(StepJudged verdict) {
        Attempt attempt = attempts.get(verdict.step().cluster());
        if (attempt != null && attempt.request.step().equals(verdict.step())) {
            attempt.passed |= verdict.outcome() == Outcome.PASSED;
            attempt.ended |= switch (verdict.outcome()) {
                case FAILED, UNDECIDED, CONTESTED -> true;
                case PASSED, NEEDS_APPROVAL -> false;
            };
            attempt.reviewed |= verdict.outcome() == Outcome.NEEDS_APPROVAL;
            note(attempt);
        }
    }

    private static void note(Attempt attempt) {
        if (attempt.complete()) {
            attempt.passedKinds.add(attempt.request.step().kind());
        }
    }

    private void learn(CampaignState before, CampaignCommand command) {
        switch (command) {
            case CampaignApproved approved -> {
                attempts.forEach((id, attempt) -> {
                    ClusterState cluster = before == null ? null : before.cluster(id);
                    boolean seen = cluster != null
                            && cluster.findings().review() != null
                            && approved.digest() != null
                            && approved.digest()
                                    .equals(cluster.findings().review().digest());
                    if ((approved.cluster() == null || approved.cluster().equals(id)) && attempt.reviewed && seen) {
                        attempt.released = true;
                    }
                });
            }
            case ClusterRetried retried ->
                attempts.forEach((id, attempt) -> {
                    boolean named =
                            retried.cluster() == null || retried.cluster().equals(id);
                    ClusterState cluster = before == null ? null : before.cluster(id);
                    if (named
                            && cluster != null
                            && (cluster.phase() == ClusterPhase.HELD || cluster.phase() == ClusterPhase.FAILED)) {
                        attempt.ended = true;
                        attempt.passedKinds.clear();
                        attempt.reviewed = false;
                        attempt.released = false;
                    }
                });
            case ClusterSkipped skipped -> {}
            default -> {}
        }
    }

    /** Invariant 8, as far as one campaign knows. */
    private static void claimed(CampaignState after, StepRequested request) {
        Claim claim = after.cluster(request.step().cluster()).claimed();
        assertThat(claim.has()).as(request.step() + " without a claim").isTrue();
        assertThat(request.parameters().epoch()).isEqualTo(claim.epoch());
    }

    /** Invariants 1 and 4. */
    private void asked(StepRequested request) {
        ClusterId cluster = request.step().cluster();
        Attempt before = attempts.get(cluster);
        StepKind kind = request.step().kind();
        if (before != null && before.expired && before.request.step().kind() == kind) {
            again(before, request);
            return;
        }
        Attempt attempt = new Attempt();
        attempt.request = request;
        boolean takesBack = kind == StepKind.RELEASE_HOST_ENDPOINTS
                && request.parameters().keepTemporaryPolicy()
                && !request.parameters().applySuggestedPolicy();
        boolean settles = takesBack
                || (kind == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC
                        && request.gates().isEmpty());
        if (before != null) {
            assertThat(before.complete()
                            || before.ended
                            || before.released
                            || (settles && before.succeeded && before.reviewed))
                    .as(request.step() + " while " + before.request.step() + " is in flight")
                    .isTrue();
            if (kind != StepKind.INSPECT) {
                attempt.passedKinds.addAll(before.passedKinds);
            }
            attempt.reviewed = settles && before.reviewed;
            attempt.released = before.released && !settles;
            attempt.confirmed = before.complete()
                    && before.request.gates().stream().anyMatch(gate -> gate.kind() == GateKind.HOST_ENDPOINT_TRAFFIC);
            attempt.rolledBack = before.rolledBack && kind != StepKind.INSPECT;
            rollback(before, attempt);
        }
        if (kind == StepKind.UPGRADE) {
            assertThat(attempt.passedKinds).contains(StepKind.INSPECT, StepKind.BACKUP);
            if (attempt.passedKinds.contains(StepKind.PROTECT_HOST_ENDPOINTS) || protects(before)) {
                assertThat(attempt.passedKinds).contains(StepKind.PROTECT_HOST_ENDPOINTS);
            }
        }
        if (kind == StepKind.RELEASE_HOST_ENDPOINTS && !takesBack) {
            assertThat(attempt.passedKinds.contains(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC) || attempt.released)
                    .as("a release without a review")
                    .isTrue();
            assertThat(request.parameters().notAfter() == null || attempt.confirmed)
                    .as("a release while its confirmation holds, without one")
                    .isTrue();
            assertThat(!attempt.released
                            || attempt.confirmed
                            || request.parameters().keepTemporaryPolicy()
                            || spec.upgradeOrDefault().migrateToAutomatic())
                    .as("the end of the temporary policy without a confirmation of what was approved")
                    .isTrue();
        }
        attempts.put(cluster, attempt);
    }

    /** What nobody has begun is asked for as it was. */
    private static void again(Attempt attempt, StepRequested request) {
        assertThat(request.gates()).isEqualTo(attempt.request.gates());
        assertThat(request.parameters().withEpoch(0, 0))
                .isEqualTo(attempt.request.parameters().withEpoch(0, 0));
        attempt.request = request;
        attempt.ended = false;
        attempt.expired = false;
        attempt.succeeded = false;
        attempt.passed = false;
    }

    /** An upgrade goes back only where the campaign says so, only after a failed upgrade, and once per attempt. */
    private void rollback(Attempt before, Attempt attempt) {
        StepId step = attempt.request.step();
        assertThat(attempt.rolledBack)
                .as(step + " after the cluster was rolled back")
                .isFalse();
        if (step.kind() == StepKind.RESTORE) {
            assertThat(spec.upgradeOrDefault().onGateFailure()).isEqualTo(OnGateFailure.ROLLBACK);
            assertThat(before.ended && before.request.step().kind().upgrades())
                    .as(step + " after " + before.request.step())
                    .isTrue();
            attempt.rolledBack = true;
        }
        if (step.kind() == StepKind.RELEASE_HOST_ENDPOINTS
                && before.passedKinds.contains(StepKind.PROTECT_HOST_ENDPOINTS)
                && spec.upgradeOrDefault().migrateToAutomatic()) {
            assertThat(before.passedKinds)
                    .as("the old host endpoints are gone before the policy is")
                    .contains(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        }
    }

    private static boolean protects(Attempt before) {
        return before != null && before.request.step().kind() == StepKind.PROTECT_HOST_ENDPOINTS;
    }

    /** Invariant 3. */
    private void places(CampaignState state) {
        int total = state.clusters().size();
        int[] ofWave = new int[spec.waves().size()];
        int all = 0;
        for (ClusterState cluster : state.clusters().values()) {
            assertThat(cluster.finished() && cluster.claimed().active())
                    .as(cluster.cluster() + " is finished and still claimed")
                    .isFalse();
            if (cluster.phase() == ClusterPhase.RUNNING || cluster.phase() == ClusterPhase.HELD) {
                all++;
                ofWave[cluster.wave()]++;
            }
        }
        assertThat(all).isLessThanOrEqualTo(spec.maxConcurrent().atMostOf(total));
        for (int i = 0; i < ofWave.length; i++) {
            var limit = spec.waves().get(i).maxConcurrent();
            if (limit != null) {
                assertThat(ofWave[i])
                        .isLessThanOrEqualTo(limit.atMostOf(of(state, i).size()));
            }
        }
    }

    /** As many different people as have to, and who may, have approved it, with a reason and not too long ago. */
    private void approved(int wave, ApprovalTime time, PlannerTime now) {
        WaveSpec waveSpec = spec.waves().get(wave);
        if (!waveSpec.approved(time)) {
            return;
        }
        ApprovalSpec rule = waveSpec.approvalRule();
        if (rule == null) {
            assertThat(approvals).isNotEmpty();
            return;
        }
        long people = approvals.stream()
                .filter(given -> !given.command().reason().isBlank())
                .filter(given -> rule.by().contains(given.actor()))
                .filter(given -> !rule.notAuthor() || !given.actor().equals("alice"))
                .filter(given -> given.at().plus(rule.validFor()).isAfter(now.clock()))
                .map(Approved::actor)
                .distinct()
                .count();
        assertThat(people).as("approvals of %s", waveSpec).isGreaterThanOrEqualTo(rule.quorum());
    }

    private record Approved(CampaignApproved command, String actor, Instant at) {}

    /** Invariant 2. */
    private void wavesStarted(CampaignState before, CampaignState after, PlannerTime now) {
        for (int i = 0; i < spec.waves().size(); i++) {
            WaveProgress was = before == null
                    ? WaveProgress.WAITING
                    : before.header().waves().get(i);
            WaveProgress is = after.header().waves().get(i);
            if (was.startedAt() == null && is.startedAt() != null) {
                approved(i, ApprovalTime.BEFORE, now);
                if (i > 0) {
                    approved(i - 1, ApprovalTime.AFTER, now);
                }
                for (int j = 0; j < i; j++) {
                    List<ClusterState> earlier = of(after, j);
                    WaveSpec wave = spec.waves().get(j);
                    assertThat(earlier)
                            .allMatch(cluster ->
                                    cluster.finished() || cluster.findings().unreached());
                    long counted = earlier.stream()
                            .filter(cluster -> cluster.phase() != ClusterPhase.SKIPPED && !cluster.forgiven())
                            .count();
                    assertThat(count(earlier, ClusterPhase.SUCCEEDED))
                            .isGreaterThanOrEqualTo(wave.minSucceeded().atLeastOf((int) counted));
                    if (j == i - 1) {
                        assertThat(now.since(after.header().waves().get(j).finishedAfter()))
                                .isGreaterThanOrEqualTo(wave.soak());
                    }
                }
            }
        }
        for (ClusterState cluster : after.clusters().values()) {
            assertThat(cluster.phase() == ClusterPhase.RUNNING
                            && after.header().waves().get(cluster.wave()).startedAt() == null)
                    .as("a cluster runs before its wave")
                    .isFalse();
        }
    }

    private void counted(CampaignState state) {
        for (ClusterPhase phase : ClusterPhase.values()) {
            assertThat(state.tally().of(phase))
                    .isEqualTo((int) count(List.copyOf(state.clusters().values()), phase));
        }
    }

    private int budget(CampaignState state) {
        return spec.failureBudget().maxFailures().atMostOf(state.clusters().size());
    }

    private static long failures(CampaignState state) {
        return state.clusters().values().stream()
                .filter(cluster -> (cluster.phase() == ClusterPhase.FAILED && !cluster.forgiven())
                        || (cluster.phase() == ClusterPhase.RUNNING
                                && cluster.step().id().kind() == StepKind.RESTORE))
                .count();
    }

    private static List<ClusterState> of(CampaignState state, int wave) {
        return state.clusters().values().stream()
                .filter(cluster -> cluster.wave() == wave)
                .toList();
    }

    private static long count(List<ClusterState> clusters, ClusterPhase phase) {
        return clusters.stream().filter(cluster -> cluster.phase() == phase).count();
    }
}
