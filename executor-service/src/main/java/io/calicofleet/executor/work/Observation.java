package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.model.image.ImageVersions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Looks at the cluster after a step has acted, and says what it sees, until nobody waits for it any more.
 *
 * <pre>
 *   say what is to be seen, at once
 *   until the verdict is in, a newer step waits, or the deadlines and a grace are past:
 *       wait for a change, at most the steady interval; gather changes for a moment
 *       say it where it differs from what was said last, or the interval is over
 *       said something new: say it once more soon, so that a gate can see that it is stable
 * </pre>
 */
final class Observation {

    private static final Logger LOGGER = LoggerFactory.getLogger(Observation.class);

    private static final Set<StepKind> BY_OPERATOR =
            EnumSet.of(StepKind.UPGRADE_OPERATOR, StepKind.UPGRADE_HELM_RELEASE);
    private static final Set<StepKind> ROLLING =
            EnumSet.of(StepKind.UPGRADE, StepKind.UPGRADE_OPERATOR, StepKind.UPGRADE_HELM_RELEASE, StepKind.RESTORE);

    private final WorkSettings settings;
    private final InstantSource clock;
    private final WorkMetrics metrics;

    Observation(WorkSettings settings, InstantSource clock, WorkMetrics metrics) {
        this.settings = requireNonNull(settings, "settings");
        this.clock = requireNonNull(clock, "clock");
        this.metrics = requireNonNull(metrics, "metrics");
    }

    void run(StepRequested request, Instant askedAt, Observer observer, RunControl control, Reporter reporter)
            throws InterruptedException {
        Instant end = end(request, askedAt);
        boolean stability = request.gates().stream().anyMatch(gate -> gate.kind() == GateKind.VERSION);
        Observer.Session session = observer.start(request, control::changed);
        try {
            Said said = new Said();
            while (!control.observedEnough() && clock.instant().isBefore(end)) {
                Duration wait = look(request, session, reporter, said, stability);
                control.awaitChange(wait);
                if (!control.observedEnough() && said.observation != null) {
                    gather(control);
                }
            }
            if (!control.observedEnough()) {
                LOGGER.atWarn()
                        .addKeyValue(LogKeys.CAMPAIGN, request.step().campaign())
                        .addKeyValue(LogKeys.CLUSTER, request.step().cluster())
                        .addKeyValue(LogKeys.STEP, request.step())
                        .log("no verdict came in time; the observation ends");
            }
        } finally {
            session.close();
        }
    }

    /** Looks and says what is new; how long to wait for a change then. */
    private Duration look(
            StepRequested request, Observer.Session session, Reporter reporter, Said said, boolean stability) {
        StepId step = request.step();
        ClusterObservation seen;
        try {
            seen = session.observe();
        } catch (ClusterException e) {
            // One that does not answer comes back; one that refuses needs a person.
            LOGGER.atLevel(e.isTransient() ? Level.INFO : Level.WARN)
                    .addKeyValue(LogKeys.CLUSTER, step.cluster())
                    .addKeyValue(LogKeys.STEP, step)
                    .addKeyValue(LogKeys.REASON, e.message())
                    .log("the cluster cannot be looked at; it is tried again");
            return settings.secondLook();
        }
        Instant now = clock.instant();
        boolean isNew = !seen.equals(said.observation);
        boolean again = said.repeat && !now.isBefore(said.at.plus(settings.secondLook()));
        boolean due = !now.isBefore(said.at.plus(settings.observeEvery()));
        if (isNew || again || due) {
            reporter.say(new ChecksObserved(step, said.sequence++, true, seen, summary(step, seen)));
            metrics.observed();
            said.observation = seen;
            said.at = now;
            said.repeat = stability && isNew;
            progress(request, seen, reporter);
        }
        Duration next = said.repeat ? settings.secondLook() : settings.observeEvery();
        Duration left = Duration.between(now, said.at.plus(next));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Lets more changes come in: a rollout makes several at once. */
    private void gather(RunControl control) throws InterruptedException {
        if (!settings.settle().isZero() && control.changedSinceAwaited()) {
            control.pause(settings.settle());
        }
    }

    private static void progress(StepRequested request, ClusterObservation seen, Reporter reporter) {
        StepId step = request.step();
        boolean rolls = ROLLING.contains(step.kind());
        seen.workloads().stream()
                .filter(workload -> rolls && isNodes(workload))
                .findFirst()
                .ifPresent(nodes -> {
                    int done = isAsked(request, nodes, ImageVersions.of(seen)) ? rolled(nodes) : 0;
                    reporter.progressed(
                            done,
                            nodes.desired(),
                            "nodes",
                            step.cluster() + ": " + done + " of " + nodes.desired() + " nodes are upgraded");
                });
    }

    /** The DaemonSet of calico-node, whatever it is called; an operator has others beside it. */
    private static boolean isNodes(WorkloadObservation workload) {
        return workload.kind().equals("DaemonSet")
                && workload.templateImages().stream()
                        .anyMatch(image -> image.container().equals("calico-node"));
    }

    /** Whether the nodes are asked for the target at all: an operator may not have got to it. */
    private static boolean isAsked(StepRequested request, WorkloadObservation nodes, ImageVersions versions) {
        CalicoVersion target = request.parameters().target();
        return target == null
                || !BY_OPERATOR.contains(request.step().kind())
                || versions.mayBeOf(nodes.templateImages(), "calico-node", target);
    }

    /** Nodes that run the newest template and are ready, as far as the counts tell. */
    private static int rolled(WorkloadObservation nodes) {
        if (nodes.observedGeneration() != nodes.generation()) {
            return 0;
        }
        return Math.max(0, nodes.updated() - nodes.unavailable());
    }

    private Instant end(StepRequested request, Instant askedAt) {
        Duration all = Duration.ZERO;
        for (GateRequirement gate : request.gates()) {
            Duration observe = gate.observe();
            all = all.plus(gate.deadline()).plus(observe == null ? Duration.ZERO : observe);
        }
        Instant byDeadlines = askedAt.plus(all).plus(settings.observeGrace());
        // A step that is old already (its executor was away) gets the time to learn its verdict.
        Instant soonest = clock.instant().plus(settings.observeGrace());
        return byDeadlines.isBefore(soonest) ? soonest : byDeadlines;
    }

    private static String summary(StepId step, ClusterObservation seen) {
        StringBuilder text = new StringBuilder(step.cluster().value()).append(": ");
        for (WorkloadObservation workload : seen.workloads()) {
            text.append(workload.object())
                    .append(' ')
                    .append(workload.ready())
                    .append(" of ")
                    .append(workload.desired())
                    .append(" ready; ");
        }
        return text.append("ClusterInformation says ")
                .append(seen.clusterInformationVersion() == null ? "nothing" : seen.clusterInformationVersion())
                .toString();
    }

    /** What was said last. */
    private static final class Said {
        private @Nullable ClusterObservation observation;
        private Instant at = Instant.EPOCH;
        private boolean repeat;
        private long sequence;
    }
}
