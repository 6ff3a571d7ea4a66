package io.calicofleet.event;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a step needs to know; absent where it does not need it.
 *
 * @param installMethod how Calico was installed, as inspected
 * @param source the version inspected before the first change
 * @param target the release to upgrade to
 * @param onConflict what to do with conflicting fields
 * @param applySuggestedPolicy whether the release puts the suggested policy in place first
 * @param suggestedPolicy the suggested policy as YAML
 * @param chart where the target's chart is: a repository URL, an OCI reference or a file; null: Calico's own repository
 * @param maxConcurrent how many workloads may be restarted at once; null: one
 * @param acceptPolicies whether policies that would select automatic host endpoints are accepted
 * @param noWayBack why a restore cannot be promised once the upgrade has begun, a sentence each; empty where it can
 * @param withoutBase what to do where it cannot be proven what was installed; null: hold
 * @param targetImages the version that the images of the target's files name; null: the target itself
 * @param keepTemporaryPolicy whether the release leaves the temporary policy and its labels: only the policy in its place is put there
 * @param notAfter until when the temporary policy may be removed; null: at any time
 * @param answers what was decided on single fields; {@code onConflict} is for all others
 * @param epoch the grant of the cluster under which the step is asked for; null: none. One lower than the cluster has seen has no effect
 * @param sequence the place among all that was asked for of the cluster under that grant, from 1; null: it has none. One lower than the cluster has seen has no effect
 * @param planned the steps to work out; only a plan has them
 * @param acceptedPlan the digest of the plan a person has accepted for this cluster; null: none was asked for
 * @param beside whether it is worked off beside what else is done to its cluster, because it only reads and belongs to a plan
 * @param byOthers whether others bring the release to the cluster, so that the step waits until they have
 * @param installed the images that said which release is installed when it was inspected; another one now, not written by us, holds the step
 * @param canaryNodes the nodes that get the new calico-node first; null: none does
 * @param uid which real cluster it is for: the UID of its namespace {@code kube-system}; elsewhere it is refused; null: it was not known
 * @param migrate to which other way of installing the cluster goes; null: it stays as it is installed
 * @param continuity how it is measured that packets flow meanwhile; null: it is not
 * @param change what is changed in the settings of Calico; null: nothing is
 */
public record StepParameters(
        @Nullable InstallMethod installMethod,
        @Nullable CalicoVersion source,
        @Nullable CalicoVersion target,
        @Nullable OnConflict onConflict,
        boolean applySuggestedPolicy,
        @Nullable String suggestedPolicy,
        @Nullable String chart,
        @Nullable Quantity maxConcurrent,
        boolean acceptPolicies,
        List<String> noWayBack,
        @Nullable OnConflict withoutBase,
        @Nullable CalicoVersion targetImages,
        boolean keepTemporaryPolicy,
        @Nullable Instant notAfter,
        List<FieldAnswer> answers,
        @Nullable Long epoch,
        @Nullable Long sequence,
        List<StepToPlan> planned,
        @Nullable String acceptedPlan,
        boolean beside,
        boolean byOthers,
        List<WorkloadImage> installed,
        @Nullable CanaryNodes canaryNodes,
        @Nullable String uid,
        @Nullable Migration migrate,
        @Nullable ContinuitySpec continuity,
        @Nullable ChangeSpec change) {

    public StepParameters {
        noWayBack = Copies.list(noWayBack);
        answers = Copies.list(answers);
        planned = Copies.list(planned);
        installed = Copies.list(installed);
    }

    /** A step that needs to know nothing. */
    public static final StepParameters NONE = new StepParameters(
            null, null, null, null, false, null, null, null, false, List.of(), null, null, false, null, List.of(), null,
            null, List.of(), null, false, false, List.of(), null, null, null, null, null);

    /** What the steps of an upgrade need to know. */
    public static StepParameters ofUpgrade(
            @Nullable InstallMethod installMethod,
            @Nullable CalicoVersion source,
            @Nullable CalicoVersion target,
            @Nullable OnConflict onConflict) {
        return new StepParameters(
                installMethod,
                source,
                target,
                onConflict,
                false,
                null,
                null,
                null,
                false,
                List.of(),
                null,
                null,
                false,
                null,
                List.of(),
                null,
                null,
                List.of(),
                null,
                false,
                false,
                List.of(),
                null,
                null,
                null,
                null,
                null);
    }

    /** The same with a suggested policy to put in place, or without one. */
    public StepParameters withSuggestedPolicy(boolean apply, @Nullable String policy) {
        return with(draft -> {
            draft.applySuggestedPolicy = apply;
            draft.suggestedPolicy = policy;
        });
    }

    /** The same with another rule for conflicts. */
    public StepParameters withOnConflict(OnConflict rule) {
        return with(draft -> draft.onConflict = rule);
    }

    /** The same with what was decided on single fields. */
    public StepParameters withAnswers(List<FieldAnswer> decided) {
        return with(draft -> draft.answers = decided);
    }

    /** The same with the policies that would select automatic host endpoints accepted. */
    public StepParameters withPoliciesAccepted() {
        return with(draft -> draft.acceptPolicies = true);
    }

    /** The same for a release in a Helm chart; null: where Calico publishes it. */
    public StepParameters withChart(@Nullable String where) {
        return with(draft -> draft.chart = where);
    }

    /** The same with so many workloads restarted at once. */
    public StepParameters withMaxConcurrent(Quantity many) {
        return with(draft -> draft.maxConcurrent = many);
    }

    /** The same with what to tell whoever wants to go back. */
    public StepParameters withNoWayBack(List<String> why) {
        return with(draft -> draft.noWayBack = why);
    }

    /** The same with what to do where it cannot be proven what was installed; null: hold. */
    public StepParameters withRuleWithoutBase(@Nullable OnConflict rule) {
        return with(draft -> draft.withoutBase = rule);
    }

    /** The same for a target whose files have the images of another version; null: of the target itself. */
    public StepParameters withTargetImages(@Nullable CalicoVersion version) {
        return with(draft -> draft.targetImages = version);
    }

    /** The same release, but for the temporary policy, which stays. */
    public StepParameters withTemporaryPolicyKept() {
        return with(draft -> draft.keepTemporaryPolicy = true);
    }

    /** The same, where the temporary policy may be removed until {@code until}. */
    public StepParameters withNotAfter(@Nullable Instant until) {
        return with(draft -> draft.notAfter = until);
    }

    /** The grant of the cluster under which the step is asked for; 0: none, which is before all others. */
    public long grant() {
        return epoch == null ? 0 : epoch;
    }

    /** The same under this grant of the cluster, in this place of all that is asked for under it; 0: it has no place. */
    public StepParameters withEpoch(long granted, long place) {
        return with(draft -> {
            draft.epoch = granted;
            draft.sequence = place == 0 ? null : place;
        });
    }

    /** The same for the real cluster of this UID alone; null: for whatever its executor serves under its id. */
    public StepParameters withUid(@Nullable String of) {
        return with(draft -> draft.uid = of);
    }

    /** The place among all that was asked for of the cluster under its grant; 0: it has none, and is before or after nothing. */
    public long place() {
        return sequence == null ? 0 : sequence;
    }

    /** Whether it was asked for before {@code other}: under an earlier grant, or under the same one in an earlier place. */
    public boolean precedes(StepParameters other) {
        return grant() == other.grant()
                ? grant() != 0 && place() != 0 && place() < other.place()
                : grant() < other.grant();
    }

    /** The same for a plan of these steps. */
    public StepParameters withPlanned(List<StepToPlan> steps) {
        return with(draft -> draft.planned = steps);
    }

    /** The same where a person has accepted the plan of this digest. */
    public StepParameters withAcceptedPlan(@Nullable String digest) {
        return with(draft -> draft.acceptedPlan = digest);
    }

    /** The same, worked off beside what else is done to the cluster. */
    public StepParameters asBeside() {
        return with(draft -> draft.beside = true);
    }

    /** The same where others bring the release to the cluster, or where the executor does. */
    public StepParameters withAppliedByOthers(boolean others) {
        return with(draft -> draft.byOthers = others);
    }

    /** The same for a cluster that was found with these images of Calico. */
    public StepParameters withInstalled(List<WorkloadImage> found) {
        return with(draft -> draft.installed = found);
    }

    /** The same, where these nodes get the new calico-node first; null: none does. */
    public StepParameters withCanaryNodes(@Nullable CanaryNodes first) {
        return with(draft -> draft.canaryNodes = first);
    }

    /** The same for a cluster that goes to another way of installing; null: it stays as it is installed. */
    public StepParameters withMigration(@Nullable Migration to) {
        return with(draft -> draft.migrate = to);
    }

    /** The same, where it is measured so that packets flow meanwhile; null: it is not. */
    public StepParameters withContinuity(@Nullable ContinuitySpec measured) {
        return with(draft -> draft.continuity = measured);
    }

    /** The same, where this is changed in the settings of Calico; null: nothing is. */
    public StepParameters withChange(@Nullable ChangeSpec wanted) {
        return with(draft -> draft.change = wanted);
    }

    private StepParameters with(Consumer<Draft> edit) {
        Draft draft = new Draft(this);
        edit.accept(draft);
        return draft.finished();
    }

    /** What becomes other parameters; a new one is copied here and nowhere else. */
    private static final class Draft {
        private @Nullable InstallMethod installMethod;
        private @Nullable CalicoVersion source;
        private @Nullable CalicoVersion target;
        private @Nullable OnConflict onConflict;
        private boolean applySuggestedPolicy;
        private @Nullable String suggestedPolicy;
        private @Nullable String chart;
        private @Nullable Quantity maxConcurrent;
        private boolean acceptPolicies;
        private List<String> noWayBack;
        private @Nullable OnConflict withoutBase;
        private @Nullable CalicoVersion targetImages;
        private boolean keepTemporaryPolicy;
        private @Nullable Instant notAfter;
        private List<FieldAnswer> answers;
        private @Nullable Long epoch;
        private @Nullable Long sequence;
        private List<StepToPlan> planned;
        private @Nullable String acceptedPlan;
        private boolean beside;
        private boolean byOthers;
        private List<WorkloadImage> installed;
        private @Nullable CanaryNodes canaryNodes;
        private @Nullable String uid;
        private @Nullable Migration migrate;
        private @Nullable ContinuitySpec continuity;
        private @Nullable ChangeSpec change;

        Draft(StepParameters of) {
            installMethod = of.installMethod;
            source = of.source;
            target = of.target;
            onConflict = of.onConflict;
            applySuggestedPolicy = of.applySuggestedPolicy;
            suggestedPolicy = of.suggestedPolicy;
            chart = of.chart;
            maxConcurrent = of.maxConcurrent;
            acceptPolicies = of.acceptPolicies;
            noWayBack = of.noWayBack;
            withoutBase = of.withoutBase;
            targetImages = of.targetImages;
            keepTemporaryPolicy = of.keepTemporaryPolicy;
            notAfter = of.notAfter;
            answers = of.answers;
            epoch = of.epoch;
            sequence = of.sequence;
            planned = of.planned;
            acceptedPlan = of.acceptedPlan;
            beside = of.beside;
            byOthers = of.byOthers;
            installed = of.installed;
            canaryNodes = of.canaryNodes;
            uid = of.uid;
            migrate = of.migrate;
            continuity = of.continuity;
            change = of.change;
        }

        StepParameters finished() {
            return new StepParameters(
                    installMethod,
                    source,
                    target,
                    onConflict,
                    applySuggestedPolicy,
                    suggestedPolicy,
                    chart,
                    maxConcurrent,
                    acceptPolicies,
                    noWayBack,
                    withoutBase,
                    targetImages,
                    keepTemporaryPolicy,
                    notAfter,
                    answers,
                    epoch,
                    sequence,
                    planned,
                    acceptedPlan,
                    beside,
                    byOthers,
                    installed,
                    canaryNodes,
                    uid,
                    migrate,
                    continuity,
                    change);
        }
    }
}
