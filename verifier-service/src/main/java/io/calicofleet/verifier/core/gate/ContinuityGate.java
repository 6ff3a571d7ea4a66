package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether packets flowed all the time while the nodes rolled: no path was without an answer for longer than the campaign allows, no kept connections
 * broke more often than that, no node lost more of its attempts, and every path was dialled again once the pods had settled.
 *
 * <p>A gap that is too long and a break too many fail it at once: no waiting makes them less. How much was lost is judged in the end, for the share of it falls as
 * more is dialled. What was not measured is missed, never passed; a cluster in which nothing could be measured passes only where the campaign says
 * that it need not be.
 */
final class ContinuityGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.CONTINUITY;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, latest -> {
            ContinuitySpec spec = requirement.continuity();
            if (spec == null) {
                return new GateVerdict.Failed(
                        "The step does not say how long a path may be without an answer.",
                        List.of("no limit was given"));
            }
            ContinuityObservation measured = latest.continuity();
            if (measured == null) {
                return GateVerdict.NotYet.missing(List.of("any measurement of the traffic"), List.of());
            }
            String refused = measured.refused();
            return refused == null ? judge(spec, measured, evidence.history().settling()) : refused(spec, refused);
        });
    }

    private static GateVerdict refused(ContinuitySpec spec, String why) {
        return spec.required()
                ? new GateVerdict.Failed("It was not measured whether packets flowed: " + why + ".", List.of(why))
                : GateVerdict.Passed.because(
                        "Not measured, and the campaign goes on without (continuity.required: false): " + why + ".",
                        List.of("nothing was measured: " + why));
    }

    private static GateVerdict judge(ContinuitySpec spec, ContinuityObservation measured, Settling settling) {
        List<String> lines = lines(measured);
        Optional<ContinuityFact> longest = measured.longest();
        Optional<ContinuityFact> breach = measured.breach(spec);
        if (breach.isPresent()) {
            String rollout = measured.rollout();
            return new GateVerdict.Failed(
                    (breach.get().isTooLong(spec)
                                    ? longest(measured, breach.get()) + "; allowed are " + seconds(spec.maxGap())
                                    : broken(breach.get()) + "; allowed are " + spec.maxBreaks())
                            + "."
                            + (rollout == null ? "" : " " + rollout + "."),
                    lines);
        }
        List<String> missing = new ArrayList<>();
        if (measured.paths() == 0 || longest.isEmpty()) {
            missing.add("any path that was measured");
        }
        missing.addAll(measured.unmeasured());
        if (measured.unmeasuredNodes() > measured.unmeasured().size()) {
            missing.add("the measurements of "
                    + (measured.unmeasuredNodes() - measured.unmeasured().size()) + " more nodes");
        }
        if (!settling.measuredSince(measured.round())) {
            missing.add("a measurement of every path from after the rollout");
        }
        if (!missing.isEmpty() || longest.isEmpty()) {
            return GateVerdict.NotYet.missing(missing, lines);
        }
        Optional<ContinuityFact> lossy = measured.worst().stream()
                .filter(fact -> lost(fact) - baselineLost(fact) > spec.maxLossPercent())
                .max(Comparator.comparingDouble(fact -> lost(fact) - baselineLost(fact)));
        if (lossy.isPresent()) {
            return new GateVerdict.Failed(
                    lossy.get().named() + " from " + lossy.get().node() + " lost "
                            + percent(lost(lossy.get())) + " of its attempts, "
                            + percent(baselineLost(lossy.get())) + " in the baseline; allowed are "
                            + spec.maxLossPercent() + " % more.",
                    lines);
        }
        return GateVerdict.Passed.because(longest(measured, longest.get()) + ".", lines);
    }

    private static String broken(ContinuityFact fact) {
        return "Kept connections of " + fact.kind() + " from " + fact.node() + " broke " + times(fact.breaks());
    }

    private static String times(long times) {
        return times == 0 ? "never" : times == 1 ? "once" : times + " times";
    }

    private static String longest(ContinuityObservation measured, ContinuityFact fact) {
        String paths =
                String.format(Locale.ROOT, "%,d", measured.paths()) + (measured.paths() == 1 ? " path" : " paths");
        return fact.longestGap().isZero()
                ? "No attempt was lost on " + paths + ", new connections and kept ones"
                : "Longest gap of " + paths + ": " + seconds(fact.longestGap()) + " on " + fact.node() + ", "
                        + fact.kind() + " to " + fact.to() + ", "
                        + (fact.kept() ? "a kept connection" : "new connections");
    }

    private static List<String> lines(ContinuityObservation measured) {
        List<String> lines = new ArrayList<>();
        lines.add(Basics.count(measured.paths(), "path") + ", " + Basics.count(measured.attempts(), "attempt")
                + " since the baseline, " + measured.lost() + " lost");
        measured.kinds()
                .forEach(fact -> lines.add(fact.named() + ": " + Basics.count(fact.paths(), "path") + ", "
                        + (fact.longestGap().isZero()
                                ? "no gap"
                                : "longest gap " + seconds(fact.longestGap()) + " on " + fact.node())
                        + (fact.kept() ? ", broke " + times(fact.breaks()) : "")));
        measured.worst().stream()
                .filter(fact -> fact.lost() > 0
                        || fact.baselineLost() > 0
                        || !fact.longestGap().isZero()
                        || fact.breaks() > 0)
                .forEach(fact -> lines.add(fact.named() + " from " + fact.node() + ": " + fact.lost() + " of "
                        + fact.attempts() + " lost, longest gap " + seconds(fact.longestGap())
                        + (fact.to().isEmpty() ? "" : " to " + fact.to()) + "; in the baseline "
                        + fact.baselineLost() + " of " + fact.baselineAttempts() + ", "
                        + seconds(fact.baselineGap())
                        + (fact.breaks() == 0
                                ? ""
                                : "; broke " + times(fact.breaks()) + ", in the baseline "
                                        + times(fact.baselineBreaks()))));
        lines.addAll(measured.notes());
        return lines;
    }

    private static double lost(ContinuityFact fact) {
        return share(fact.lost(), fact.attempts());
    }

    private static double baselineLost(ContinuityFact fact) {
        return share(fact.baselineLost(), fact.baselineAttempts());
    }

    private static double share(long part, long of) {
        return of == 0 ? 0 : 100.0 * part / of;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share);
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
