package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.Kept;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether steps came one after the other. */
final class Steps {

    private Steps() {}

    /** What became of a step: its outcome, and where it has gates the verdict. */
    private record End(
            Kept<? extends StepProgress> outcome, @Nullable Kept<StepJudged> verdict) {}

    /**
     * In each campaign and cluster, a step is asked for after the one before has its outcome, and where that is a success and has
     * gates, its verdict. After a verdict that lets nothing go on come only an inspection, a restore, or the same kind again.
     */
    static List<Finding> afterTheVerdict(History history) {
        Map<StepId, Kept<? extends StepProgress>> outcomes = new HashMap<>();
        Stream.of(StepSucceeded.class, StepHeld.class, StepFailed.class)
                .<Kept<? extends StepProgress>>flatMap(history::all)
                // What is delivered again has a second outcome, which nobody waits for any more.
                .forEach(end -> outcomes.merge(
                        end.data().step(), end, (one, other) -> other.time().isBefore(one.time()) ? other : one));
        Map<StepId, Kept<StepJudged>> verdicts = new HashMap<>();
        history.all(StepJudged.class)
                .forEach(verdict -> verdicts.putIfAbsent(verdict.data().step(), verdict));
        Map<List<Object>, Kept<StepRequested>> last = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        history.all(StepRequested.class).forEach(request -> {
            StepId step = request.data().step();
            Kept<StepRequested> before = last.put(key(step.campaign(), step.cluster()), request);
            if (before == null || before.data().step().equals(step)) {
                return;
            }
            Kept<? extends StepProgress> outcome = outcomes.get(before.data().step());
            String wrong = outcome == null
                    ? null
                    : wrong(
                            before.data(),
                            request,
                            new End(outcome, verdicts.get(before.data().step())));
            if (outcome == null) {
                wrong = "is asked for though " + before.data().step() + " has no outcome";
            }
            if (wrong != null) {
                findings.add(Finding.of(
                        step.cluster(),
                        step + " " + wrong,
                        before.time() + " asked for: " + before.data().step(),
                        request.time() + " asked for: " + step));
            }
        });
        return findings;
    }

    private static List<Object> key(CampaignName campaign, ClusterId cluster) {
        return List.of(campaign, cluster);
    }

    private static @Nullable String wrong(StepRequested before, Kept<StepRequested> request, End end) {
        Instant asked = request.time();
        StepKind next = request.data().step().kind();
        if (end.outcome().time().isAfter(asked)) {
            return "is asked for before " + before.step() + " had its outcome at "
                    + end.outcome().time();
        }
        boolean again = next == StepKind.INSPECT
                || next == StepKind.RESTORE
                || next == before.step().kind();
        if (!(end.outcome().data() instanceof StepSucceeded)) {
            return again ? null : "is asked for though " + before.step() + " did not succeed";
        }
        Kept<StepJudged> verdict = end.verdict();
        if (before.gates().isEmpty()) {
            return null;
        }
        if (verdict == null) {
            return "is asked for though " + before.step() + " has no verdict";
        }
        if (verdict.time().isAfter(asked)) {
            return "is asked for before " + before.step() + " had its verdict at " + verdict.time();
        }
        boolean stops = switch (verdict.data().outcome()) {
            case FAILED, CONTESTED, UNDECIDED -> true;
            case PASSED, NEEDS_APPROVAL -> false;
        };
        return stops && !again
                ? "is asked for though the verdict on " + before.step() + " is "
                        + verdict.data().outcome().encode()
                : null;
    }
}
