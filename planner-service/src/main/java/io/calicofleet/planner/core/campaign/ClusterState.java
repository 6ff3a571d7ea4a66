package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRecord;
import io.calicofleet.planner.core.route.PlannedStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where one cluster is in its campaign. Its transitions are methods; each gives a new value.
 *
 * <pre>
 *            start              last step complete
 *  PENDING ---------> RUNNING ---------------------> SUCCEEDED
 *     ^               ^  |  \ step held, objections,
 *     | retry         |  |   \ review to approve
 *     |        approve|  |    v
 *     |       or retry|  |   HELD (keeps its place)
 *     |               +--|----+
 *     +---- FAILED <-----+ step failed, gate not passed
 *
 *  An upgrade that failed may go back first: RUNNING in restore, which ends in FAILED whatever comes of it.
 *  PENDING, HELD, FAILED, RUNNING when nobody answers -- skip --> SKIPPED
 *  PENDING, HELD at once, RUNNING after its step     -- abort --> ABORTED
 * </pre>
 *
 * @param cluster which one
 * @param wave the position of its wave
 * @param labels those of its labels that rules of the campaign are about
 * @param phase where it is
 * @param forgiven whether it failed and the campaign was let go on without it
 * @param step the step in flight, or the last one; null before the first of an attempt
 * @param todo the steps after it, as far as they are known
 * @param ordinals how many steps of a kind were asked for, by the kind's encoded form
 * @param history the last hundred steps, oldest first
 * @param findings what was found out
 * @param plan what its upgrade would write, in numbers; null: none was made
 * @param acceptedPlan the digest of the plan a person has accepted; null: none
 * @param claim whether the campaign has it to itself; null: it never asked
 * @param updatedAt when it last changed
 */
public record ClusterState(
        ClusterId cluster,
        int wave,
        Map<String, String> labels,
        ClusterPhase phase,
        boolean forgiven,
        @Nullable StepInFlight step,
        List<PlannedStep> todo,
        Map<String, Integer> ordinals,
        List<StepRecord> history,
        Findings findings,
        @Nullable ClusterPlan plan,
        @Nullable String acceptedPlan,
        @Nullable Claim claim,
        Instant updatedAt) {

    public ClusterState {
        requireNonNull(cluster, "cluster");
        requireNonNull(phase, "phase");
        requireNonNull(findings, "findings");
        requireNonNull(updatedAt, "updatedAt");
        // One that was stored before there was this: no rule was about labels.
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        todo = List.copyOf(todo);
        ordinals = Map.copyOf(ordinals);
        history = List.copyOf(history);
    }

    /** A cluster that waits for its wave. */
    public static ClusterState pending(
            ClusterId cluster,
            int wave,
            Map<String, String> labels,
            List<String> notes,
            @Nullable String acceptedPlan,
            PlannerTime at) {
        return new ClusterState(
                cluster,
                wave,
                labels,
                ClusterPhase.PENDING,
                false,
                null,
                List.of(),
                Map.of(),
                List.of(),
                Findings.NONE.withNotes(notes),
                null,
                acceptedPlan,
                null,
                at.clock());
    }

    /** Whether it takes one of the places {@code maxConcurrent} gives; one that is kept waiting by another campaign does not. */
    public boolean takesPlace() {
        return phase == ClusterPhase.RUNNING || phase == ClusterPhase.HELD || asksForClaim();
    }

    /** Whether it would start, but for the answer to whether the campaign has it to itself. */
    public boolean asksForClaim() {
        return phase == ClusterPhase.PENDING && claimed().stage() == Claim.Stage.ASKED;
    }

    /** Whether it is kept waiting by a campaign that has it. */
    public boolean waitsForClaim() {
        return phase == ClusterPhase.PENDING && claimed().waits();
    }

    /** How the campaign stands to it. */
    public Claim claimed() {
        return claim == null ? Claim.NONE : claim;
    }

    /** Whether nothing more happens to it unless a person says so. */
    public boolean finished() {
        return phase.finished();
    }

    /** Whether it waits to be tried once more. */
    public boolean waitsForRetry() {
        return phase == ClusterPhase.PENDING && !ordinals.isEmpty();
    }

    /** Whether a step is in flight that nobody answers for. */
    public boolean unanswered() {
        return phase == ClusterPhase.RUNNING && step != null && step.overdue();
    }

    /** Whether its host endpoints may still be under the temporary policy this campaign put there. */
    public boolean mayBeUnderTemporaryPolicy() {
        return hasBeenAsked(StepKind.PROTECT_HOST_ENDPOINTS) && phase != ClusterPhase.SUCCEEDED;
    }

    /** Whether it goes back to what its backup holds, because its upgrade did not succeed. It counts as failed from then on. */
    public boolean rollingBack() {
        return phase == ClusterPhase.RUNNING
                && step != null
                && step.id().kind() == StepKind.RESTORE
                && hasBeenAsked(StepKind.INSPECT);
    }

    /** Whether {@code id} is the step in flight. */
    public boolean isIn(StepId id) {
        return phase == ClusterPhase.RUNNING && step != null && step.id().equals(id);
    }

    /** Whether a step of this kind was asked for before. */
    public boolean hasBeenAsked(StepKind kind) {
        return ordinals.containsKey(kind.encode());
    }

    /** Its next step is asked for: {@code planned}, before those in {@code after}. */
    public ClusterState requested(CampaignName campaign, PlannedStep planned, List<PlannedStep> after, PlannerTime at) {
        String kind = planned.kind().encode();
        int ordinal = ordinals.getOrDefault(kind, 0) + 1;
        StepId id = new StepId(campaign, cluster, planned.kind(), ordinal);
        Map<String, Integer> counted = new TreeMap<>(ordinals);
        counted.put(kind, ordinal);
        List<StepRecord> longer = History.with(history, new StepRecord(id, "requested", at.clock(), null, ""));
        int place = counted.values().stream().mapToInt(Integer::intValue).sum();
        StepParameters parameters = claimed().granted(planned.parameters(), place);
        PlannedStep one = new PlannedStep(planned.kind(), planned.gates(), parameters, 1);
        return with(draft -> {
            draft.phase = ClusterPhase.RUNNING;
            draft.forgiven = false;
            draft.step = StepInFlight.requested(id, one, at);
            draft.todo = after;
            draft.ordinals = counted;
            draft.history = longer;
            draft.findings = findings.running(planned.sentence());
            draft.updatedAt = at.clock();
        });
    }

    /** An executor took the step up. */
    public ClusterState accepted(PlannerTime at) {
        return in(inFlight().accepted(at), at).recorded("accepted", "", false);
    }

    /** The step goes on, or is said to be alive. */
    public ClusterState progressed(StepProgressed progress, PlannerTime at) {
        return in(inFlight().progressed(progress, at), at);
    }

    /** The step has done what it does. */
    public ClusterState acted(String said, List<String> notes, PlannerTime at) {
        return in(inFlight().acted(at), at)
                .found(findings.withNotes(notes).withMessage(said))
                .recorded(inFlight().planned().gates().isEmpty() ? "passed" : "succeeded", said, false);
    }

    /** The verifier said what the gates of the step still miss. */
    public ClusterState missing(List<String> said, PlannerTime at) {
        return in(inFlight().missing(said), at);
    }

    /** The verifier judged the step. */
    public ClusterState judged(StepJudged verdict, PlannerTime at) {
        return in(inFlight().judged(verdict.outcome(), at), at)
                .found(findings.withVerdict(verdict.gates(), verdict.review()).withMessage(verdict.summary()));
    }

    /** What its upgrade would write is known; null: nothing new. */
    public ClusterState planned(@Nullable ClusterPlan made) {
        return made == null ? this : with(draft -> draft.plan = made);
    }

    /** A person has accepted the plan of this digest. */
    public ClusterState accepting(@Nullable String digest) {
        return with(draft -> draft.acceptedPlan = digest);
    }

    /** What would wait for a person is the answer, where only that was asked for. */
    public ClusterState answered() {
        return phase == ClusterPhase.HELD ? with(draft -> draft.phase = ClusterPhase.FAILED) : this;
    }

    /** Its review is complete, with what the guard says; null: it was not asked. */
    public ClusterState reviewed(@Nullable PolicyCheck guard) {
        return found(findings.reviewed(guard));
    }

    /** Nothing was heard of the step for too long. */
    public ClusterState silent(String said, PlannerTime at) {
        return in(inFlight().silent(), at).found(findings.withMessage(said));
    }

    /** The step and its gates are done with. */
    public ClusterState stepDone(PlannerTime at) {
        return touched(at).recorded("passed", findings.message(), true);
    }

    /** A person has to decide. */
    public ClusterState held(HoldReason reason, String said, PlannerTime at) {
        return to(ClusterPhase.HELD, findings.stopped(reason, said), todo, at).recorded("held", said, true);
    }

    /** A person has to decide about these fields, and about what {@code details} names. */
    public ClusterState heldFor(
            HoldReason reason, List<String> details, List<FieldConflict> conflicts, String said, PlannerTime at) {
        return found(findings.withObjections(details).withConflicts(conflicts)).held(reason, said, at);
    }

    /** The step in flight could not be done as it was asked for; it waits for a person before it is asked for again. */
    public ClusterState heldBeforeAgain(HoldReason reason, String said, List<String> details, PlannerTime at) {
        List<PlannedStep> again = new ArrayList<>(todo);
        again.addFirst(inFlight().planned());
        return to(ClusterPhase.HELD, findings.withObjections(details).stopped(reason, said), again, at)
                .recorded("failed", said, true);
    }

    /** What a person said about it. */
    public ClusterState approved(String said, PlannerTime at) {
        return touched(at).found(findings.withMessage(said)).recorded("passed", said, false);
    }

    /** A person has to deal with these objections. */
    public ClusterState refused(List<String> objections, String said, PlannerTime at) {
        return stepDone(at)
                .found(findings.withObjections(objections).stopped(HoldReason.PREFLIGHT_OBJECTIONS, said))
                .to(ClusterPhase.HELD, at);
    }

    /** A person has to say how it goes on without a proven base, which an inspection found; it is done with. */
    public ClusterState heldWithoutBase(
            List<String> why, List<FieldConflict> differences, String said, PlannerTime at) {
        return stepDone(at)
                .found(findings.withObjections(why).withConflicts(differences).stopped(HoldReason.BASE_UNKNOWN, said))
                .to(ClusterPhase.HELD, at);
    }

    /** A person wants to keep what the cluster has. */
    public ClusterState keepingMine(HoldReason asked) {
        return found(findings.keepingMine(asked));
    }

    /** A person wants to keep what these questions are about. */
    public ClusterState remembering(List<FieldAnswer> kept) {
        return found(findings.remembering(kept));
    }

    /** It failed. */
    public ClusterState failed(HoldReason reason, String said, List<String> evidence, PlannerTime at) {
        return to(ClusterPhase.FAILED, findings.withNotes(evidence).stopped(reason, said), List.of(), at)
                .recorded("failed", said, true);
    }

    /** The step ended {@code as} failed or expired, and another comes; how it ended stays in its history. */
    public ClusterState ended(String as, String said, List<String> evidence, PlannerTime at) {
        return touched(at).found(findings.withNotes(evidence).withMessage(said)).recorded(as, said, true);
    }

    /** It is back where it was before the upgrade that failed; the restore itself is done and well. */
    public ClusterState rolledBack(String said, PlannerTime at) {
        return to(ClusterPhase.FAILED, findings.stopped(HoldReason.ROLLED_BACK, said), List.of(), at);
    }

    /** It waits until it can be reached. */
    public ClusterState unreached(String said, PlannerTime at) {
        return to(ClusterPhase.PENDING, findings.stopped(HoldReason.UNREACHABLE, said), List.of(), at)
                .recorded("failed", said, true);
    }

    /** All steps are done. */
    public ClusterState succeeded(String said, PlannerTime at) {
        return to(ClusterPhase.SUCCEEDED, findings.stopped(null, said), List.of(), at);
    }

    /** A person left it out. */
    public ClusterState skipped(String said, List<String> notes, PlannerTime at) {
        return to(ClusterPhase.SKIPPED, findings.withNotes(notes).stopped(null, said), List.of(), at);
    }

    /** Its campaign was aborted. */
    public ClusterState aborted(String said, List<String> notes, PlannerTime at) {
        return to(ClusterPhase.ABORTED, findings.withNotes(notes).stopped(null, said), List.of(), at);
    }

    /** It waits to be tried once more, from the start. */
    public ClusterState retried(String said, PlannerTime at) {
        return with(draft -> {
            draft.phase = ClusterPhase.PENDING;
            draft.forgiven = false;
            draft.step = null;
            draft.todo = List.of();
            draft.findings = findings.afresh(said);
            draft.updatedAt = at.clock();
        });
    }

    /** By a revision it goes with another wave, or other labels of it count. */
    public ClusterState placed(int other, Map<String, String> asked, PlannerTime at) {
        return with(draft -> {
            draft.wave = other;
            draft.labels = asked;
            draft.updatedAt = at.clock();
        });
    }

    /** The campaign asks to have it to itself. */
    public ClusterState asked(PlannerTime at) {
        return claim(claimed().asked(), findings.message(), at);
    }

    /** Another campaign has it. */
    public ClusterState queued(ClaimQueued queued, PlannerTime at) {
        int before = queued.ahead() - 1;
        String said = before == 0 ? "" : before + (before == 1 ? " more gets it first." : " more get it first.");
        return claim(claimed().queued(queued), said, at);
    }

    /** The campaign has it to itself. */
    public ClusterState granted(ClaimGranted grant, @Nullable String uid, PlannerTime at) {
        return claim(claimed().granted(grant, uid), claimed().waits() ? "" : findings.message(), at);
    }

    /** The campaign does not have it any more, nor waits for it. */
    public ClusterState unclaimed() {
        return with(draft -> draft.claim = claimed().ended());
    }

    /** The campaign does not get it. */
    public ClusterState claimRefused(String said, PlannerTime at) {
        return unclaimed().to(ClusterPhase.FAILED, findings.stopped(HoldReason.CLAIM_REFUSED, said), List.of(), at);
    }

    private ClusterState claim(Claim other, String said, PlannerTime at) {
        return with(draft -> draft.claim = other)
                .found(findings.withMessage(said))
                .touched(at);
    }

    /** It failed, and the campaign goes on without it. */
    public ClusterState forgiven(PlannerTime at) {
        return with(draft -> draft.forgiven = true).touched(at);
    }

    /** The version it was found with; the first one stays. */
    public ClusterState inspected(@Nullable CalicoVersion version, List<String> notes) {
        return found(findings.withSource(version).withNotes(notes));
    }

    /** The step in flight. */
    public StepInFlight inFlight() {
        if (step == null) {
            throw new IllegalStateException("no step in flight on " + cluster + ": PlannerCore asked without isIn");
        }
        return step;
    }

    private ClusterState in(StepInFlight other, PlannerTime at) {
        return with(draft -> {
            draft.step = other;
            draft.updatedAt = at.clock();
        });
    }

    private ClusterState found(Findings other) {
        return with(draft -> draft.findings = other);
    }

    private ClusterState touched(PlannerTime at) {
        return with(draft -> draft.updatedAt = at.clock());
    }

    private ClusterState to(ClusterPhase next, PlannerTime at) {
        return to(next, findings, todo, at);
    }

    private ClusterState to(ClusterPhase next, Findings found, List<PlannedStep> left, PlannerTime at) {
        return with(draft -> {
            draft.phase = next;
            draft.forgiven = false;
            draft.todo = left;
            draft.findings = found;
            draft.updatedAt = at.clock();
        });
    }

    /** With the last step of the history in this state. */
    private ClusterState recorded(String state, String message, boolean finished) {
        return with(draft -> draft.history = History.last(history, state, message, finished ? updatedAt : null));
    }

    private ClusterState with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ClusterState(
                cluster,
                draft.wave,
                draft.labels,
                draft.phase,
                draft.forgiven,
                draft.step,
                draft.todo,
                draft.ordinals,
                draft.history,
                draft.findings,
                draft.plan,
                draft.acceptedPlan,
                draft.claim,
                draft.updatedAt);
    }

    /** What may become another in a transition; a new one is copied here and nowhere else. */
    private static final class Draft {
        private int wave;
        private Map<String, String> labels;
        private ClusterPhase phase;
        private boolean forgiven;
        private @Nullable StepInFlight step;
        private List<PlannedStep> todo;
        private Map<String, Integer> ordinals;
        private List<StepRecord> history;
        private Findings findings;
        private @Nullable ClusterPlan plan;
        private @Nullable String acceptedPlan;
        private @Nullable Claim claim;
        private Instant updatedAt;

        Draft(ClusterState of) {
            wave = of.wave;
            labels = of.labels;
            phase = of.phase;
            forgiven = of.forgiven;
            step = of.step;
            todo = of.todo;
            ordinals = of.ordinals;
            history = of.history;
            findings = of.findings;
            plan = of.plan;
            acceptedPlan = of.acceptedPlan;
            claim = of.claim;
            updatedAt = of.updatedAt;
        }
    }
}
