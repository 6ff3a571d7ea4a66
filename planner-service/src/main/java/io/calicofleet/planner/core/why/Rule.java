package io.calicofleet.planner.core.why;

import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.StepId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A rule by which something waits. What waits for a person about one cluster has the name of its {@link
 * io.calicofleet.event.HoldReason} instead.
 */
enum Rule {
    REFUSED("A campaign that does not fit its clusters is refused as a whole."),
    STOPPED("While everything is stopped no campaign starts a cluster; what is under way finishes."),
    PAUSED("A campaign that is paused starts nothing new; what is under way finishes."),
    ABORTING("A campaign that is aborted starts nothing new, and ends when the steps under way have."),
    SOAK("A wave soaks before the next one starts."),
    WAVE_APPROVAL(
            "A wave with an approval starts, or lets the next one start, when as many people as it says approve."),
    SCHEDULE(
            "A cluster starts at its time: after startAt, in its maintenance window, and in no freeze; it has to fit in."),
    WAVE_ORDER("A wave starts when every wave before it is finished."),
    SUCCESS_RULE("A wave starts when enough clusters of the waves before it succeeded (minSucceeded)."),
    FAILURE_BUDGET("Nothing new starts once more clusters failed than failureBudget.maxFailures."),
    LABEL_BUDGET(
            "Nothing new with a value of a label, or of a wave, starts once more of its clusters failed than its maxFailures."),
    LABEL_PLACES("No more clusters with the same value of a label are in flight than its maxConcurrent in perLabel."),
    PLACES("No more clusters are in flight than maxConcurrent; what is held keeps its place."),
    CLAIM("A cluster belongs to one campaign at a time."),
    UNREACHABLE(
            "A cluster that cannot be reached waits without a place, keeps no wave, and is tried again (unreachable: wait)."),
    STARTING("A cluster that may start is claimed first, which takes a moment."),
    STEP("A step is over when its executor says so and its gates have passed."),
    EXTERNAL(
            "Where a campaign says apply: external, others bring the release, and the step is over when all of it is there."),
    SILENCE("A step nobody answers for is not given up by itself: its executor may come back and finish it."),
    REVISION("A campaign becomes another one only by a revision whose difference is approved by its digest."),
    MEMBERS(
            "Who takes part is fixed when a campaign is created: a revision takes in those that came, and who left is skipped."),
    FAILURES(
            "A campaign in which clusters failed goes on when they are retried or skipped, and may be aborted or deleted.");

    /** At the end of a command that has to say why. */
    static final String BECAUSE = " --reason \"...\"";

    private final String says;

    Rule(String says) {
        this.says = says;
    }

    /** The name of the rule. */
    String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why the campaign as a whole waits. */
    Reason ofCampaign(
            @Nullable Instant since,
            String sentence,
            List<String> evidence,
            String ends,
            EndedBy by,
            List<NextCommand> commands) {
        return new Reason(encode(), says, List.of(), 0, sentence, since, List.of(), evidence, ends, by, commands);
    }

    /** Why a cluster waits. */
    Reason of(
            ClusterStatus cluster,
            @Nullable Instant since,
            String sentence,
            String ends,
            EndedBy by,
            List<NextCommand> commands) {
        return new Reason(
                encode(),
                says,
                List.of(cluster.cluster()),
                1,
                sentence,
                since,
                events(cluster),
                // What the sentence says is no evidence of it.
                cluster.stepWaits().stream()
                        .filter(line -> !sentence.contains(line))
                        .toList(),
                ends,
                by,
                commands);
    }

    /** That of the step it is or was in; what came of it has an id that begins alike. */
    static List<String> events(ClusterStatus cluster) {
        StepId step = cluster.step();
        return step == null ? List.of() : List.of(EventIds.requested(step));
    }
}
