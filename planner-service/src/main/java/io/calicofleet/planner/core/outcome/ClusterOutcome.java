package io.calicofleet.planner.core.outcome;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Identity;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepId;
import io.calicofleet.event.WaveName;
import io.calicofleet.model.Digests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign did to a cluster that it is finished with. Two of them are equal where the campaign's decisions are the same: no clock is asked, and
 * nothing that came after the cluster was finished is in it.
 *
 * <p>It is the predicate of an in-toto statement; {@code cluster-outcome.v1.schema.json} is its schema.
 *
 * @param campaign the campaign
 * @param createdAt when that was created
 * @param procedure what it does to each cluster
 * @param cluster the cluster's id
 * @param uid which real cluster it is: the UID of its namespace {@code kube-system}; null where that was not known
 * @param wave its wave
 * @param result one of {@link Result}, in lower case with hyphens
 * @param said how it went, a sentence
 * @param from the version it had; null where it was not looked at
 * @param to the release it was to go to; null where the campaign has none
 * @param startedAt when its first step, of the last hundred, was asked for; null: none was
 * @param finishedAt when nothing more was to be done to it
 * @param plan the digest of what was to be written, where a plan was made of it; null: none was
 * @param acceptedPlan the digest of the plan that people accepted, and its upgrade kept to; null: none was
 * @param kept what of people's changes was found, and what was decided on it
 * @param continuity whether packets flowed meanwhile
 * @param protection host endpoints and policies, before and after
 * @param steps the last hundred steps with their verdicts, oldest first
 * @param approvals the approvals its last step carried, with those who gave them
 * @param asked what people asked that changed something about it, oldest first
 * @param doubt why this may not be all, or not as it was; null: nothing speaks for that
 */
public record ClusterOutcome(
        CampaignName campaign,
        Instant createdAt,
        Procedure procedure,
        ClusterId cluster,
        @Nullable String uid,
        WaveName wave,
        String result,
        String said,
        @Nullable CalicoVersion from,
        @Nullable CalicoVersion to,
        @Nullable Instant startedAt,
        Instant finishedAt,
        @Nullable String plan,
        @Nullable String acceptedPlan,
        Kept kept,
        Continuity continuity,
        Protection protection,
        List<Step> steps,
        List<NeededApproval> approvals,
        List<Asked> asked,
        @Nullable String doubt) {

    /** What a statement says its predicate is. */
    public static final String PREDICATE_TYPE = "https://calicofleet.io/attestation/cluster-outcome/v1";

    /** What a statement is of. */
    public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

    public ClusterOutcome {
        requireNonNull(campaign, "campaign");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(procedure, "procedure");
        requireNonNull(cluster, "cluster");
        requireNonNull(wave, "wave");
        requireNonNull(result, "result");
        requireNonNull(said, "said");
        requireNonNull(finishedAt, "finishedAt");
        requireNonNull(kept, "kept");
        requireNonNull(continuity, "continuity");
        requireNonNull(protection, "protection");
        steps = List.copyOf(steps);
        approvals = List.copyOf(approvals);
        asked = List.copyOf(asked);
    }

    /** What stands for a cluster in a statement: the SHA-256 of its UID, or of its id where that is not known. */
    public static String digest(ClusterId cluster, @Nullable String uid) {
        return Digests.sha256(uid == null ? cluster.value() : uid);
    }

    /** How it can end. */
    public enum Result {
        /** Every step was done and every gate passed. */
        SUCCEEDED,
        /** The campaign was to put the backup back, and did. */
        RESTORED,
        /** The upgrade did not succeed, and what the backup holds was put back. */
        ROLLED_BACK,
        /** A step failed or a gate was not passed, and nothing was put back. */
        FAILED,
        /** A person left it out. */
        SKIPPED,
        /** The campaign was aborted before it was done. */
        ABORTED
    }

    /**
     * What people had changed, and what became of it.
     *
     * @param found how many fields people had changed, before the upgrade
     * @param changes the first hundred of them; one that no decision is about was carried over where the upgrade succeeded
     * @param rule what was done with fields that the release changed too and nobody decided on; null: no upgrade was asked for
     * @param ruleWithoutBase the same where it could not be proven what was installed; null: it could, or no upgrade was asked for
     * @param decisions fields that both sides had changed, with what was done; the first hundred
     */
    public record Kept(
            int found,
            List<Customisation> changes,
            @Nullable OnConflict rule,
            @Nullable OnConflict ruleWithoutBase,
            List<Decided> decisions) {

        public Kept {
            changes = List.copyOf(changes);
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * A field that both sides had changed.
     *
     * @param field the field, with its three values
     * @param answer what the last upgrade step was asked to do with it; null: no upgrade was asked for
     */
    public record Decided(FieldConflict field, @Nullable OnConflict answer) {

        public Decided {
            requireNonNull(field, "field");
        }
    }

    /**
     * Whether packets flowed while it was upgraded.
     *
     * @param asked whether the campaign had it measured
     * @param said the last verdict on it, with the longest gap, or why there is none; a sentence
     * @param gaps each kind of path as the last verdict on it has it, new connections and kept ones apart; empty where nothing was measured
     * @param verdicts each verdict on it; the evidence has paths, attempts and losses
     */
    public record Continuity(boolean asked, String said, List<Gap> gaps, List<Judged> verdicts) {

        public Continuity {
            requireNonNull(said, "said");
            gaps = List.copyOf(gaps);
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * What was measured on all paths of one kind.
     *
     * @param kind from where to where
     * @param kept whether each is one connection that was kept; false: each attempt opened one
     * @param paths how many
     * @param attempts how many times they were dialled since the baseline
     * @param lost how many of these got no answer
     * @param longestGapMillis the longest time without an answer on one of them, the baseline included
     * @param baselineGapMillis the longest one before the upgrade began
     * @param node from where that path leads; empty: there was no gap
     * @param to where it leads; empty: there was no gap
     * @param breaks how many times kept connections broke
     */
    public record Gap(
            String kind,
            boolean kept,
            int paths,
            long attempts,
            long lost,
            long longestGapMillis,
            long baselineGapMillis,
            String node,
            String to,
            long breaks) {

        /** That of these figures. */
        static Gap of(ContinuityFact fact) {
            return new Gap(
                    fact.kind(),
                    fact.kept(),
                    fact.paths(),
                    fact.attempts(),
                    fact.lost(),
                    fact.longestGap().toMillis(),
                    fact.baselineGap().toMillis(),
                    fact.node(),
                    fact.to(),
                    fact.breaks());
        }
    }

    /**
     * Host endpoints and policies.
     *
     * @param inspected whether it was looked at before; where not, nothing is known of before
     * @param hostEndpoints how many host endpoints there were
     * @param allInterfaces those of all interfaces that are not automatic, which v3.14 begins to deny; the first hundred by name
     * @param needingProtection how many those were
     * @param automatic how many were automatic
     * @param counts how many objects there were, by the kind of Calico's resource, such as GlobalNetworkPolicy
     * @param verdicts what was judged of them since; the evidence of {@code network-unchanged} has the counts after
     */
    public record Protection(
            boolean inspected,
            int hostEndpoints,
            List<String> allInterfaces,
            int needingProtection,
            int automatic,
            Map<String, Integer> counts,
            List<Judged> verdicts) {

        public Protection {
            allInterfaces = List.copyOf(allInterfaces);
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * What became of a gate of a step.
     *
     * @param step which step
     * @param gate which gate
     * @param outcome what became of it
     * @param reason one sentence
     * @param evidence what was seen, a line each
     */
    public record Judged(StepId step, GateKind gate, Outcome outcome, String reason, List<String> evidence) {

        /** That of this step. */
        static Judged of(StepId step, GateResult result) {
            return new Judged(step, result.gate(), result.outcome(), result.reason(), result.evidence());
        }
    }

    /**
     * A step.
     *
     * @param step which
     * @param executor who took it up; null: nobody
     * @param state what it came to
     * @param startedAt when it was asked for
     * @param finishedAt when it was done with; null: it was not
     * @param said what came of it
     * @param gates each gate it was judged by, with evidence
     */
    public record Step(
            StepId step,
            @Nullable String executor,
            String state,
            Instant startedAt,
            @Nullable Instant finishedAt,
            String said,
            List<GateResult> gates) {

        public Step {
            gates = List.copyOf(gates);
        }
    }

    /**
     * What a person asked.
     *
     * @param at when
     * @param what which command
     * @param by who; null where nobody said
     * @param identity the same, as their issuer has it; null where nobody said
     * @param digest of what they had looked at; null: they named none
     * @param said all of it, a sentence
     * @param refused what of it was refused, and why; empty: nothing was
     */
    public record Asked(
            Instant at,
            String what,
            @Nullable String by,
            @Nullable Identity identity,
            @Nullable String digest,
            String said,
            String refused) {}
}
