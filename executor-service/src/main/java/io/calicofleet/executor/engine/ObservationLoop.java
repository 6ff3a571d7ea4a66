package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Looks at the cluster and says what it sees, until nobody waits for it any more.
 *
 * <pre>
 *   say what is to be seen, at once
 *   until the verdict is in, a newer step waits, or the limit of the step and a grace are past:
 *       wait for a change, at most the steady interval; gather changes for a moment
 *       say it where it differs from what was said last, or the interval is over
 *       said something new: say it once more soon, so that a gate can see that it is stable
 *       not to be seen: say that, and why; again at the steady interval
 * </pre>
 *
 * <p>Deadlines are the verifier's, and run only while it hears what is seen: so this goes on however long that takes. It
 * measures time by a clock that nobody sets.
 */
final class ObservationLoop {

    private static final Logger LOGGER = LoggerFactory.getLogger(ObservationLoop.class);

    /** For a step whose request names no limit. */
    private static final Duration LIMIT = Duration.ofDays(7);

    /** How often in a row it may be looked in vain before that is told. */
    private static final int HICCUPS = 1;

    /** After how many looks in vain everything is begun anew: what watches may itself be what is broken. */
    private static final int BEGIN_ANEW = 10;

    private final EngineSettings settings;
    private final EngineMetrics metrics;

    ObservationLoop(EngineSettings settings, EngineMetrics metrics) {
        this.settings = requireNonNull(settings, "settings");
        this.metrics = requireNonNull(metrics, "metrics");
    }

    /** Observes what a step has done. */
    void run(StepRequested request, Observer observer, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        new Watcher(request, observer, signals, reporter, true).run();
    }

    /**
     * Observes while a step still acts, on a thread of its own, where the step waits for the nodes itself: a restore. Ends
     * when it is told to.
     */
    Early whileActing(StepRequested request, Observer observer, Reporter reporter) {
        if (request.step().kind() != StepKind.RESTORE || request.gates().isEmpty()) {
            return () -> {};
        }
        StepSignals signals = new StepSignals();
        signals.runs(request);
        Thread thread = Thread.ofVirtual()
                .name("observe-" + request.step().cluster())
                .start(() -> {
                    try {
                        new Watcher(request, observer, signals, reporter, false).run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        return () -> {
            signals.judged();
            thread.interrupt();
            thread.join();
        };
    }

    /** An observation that has begun. */
    interface Early {

        /** Ends it, and waits until it has. */
        void end() throws InterruptedException;
    }

    /** One observation, on one thread. */
    private final class Watcher {

        private final StepRequested request;
        private final StepId step;
        private final Observer observer;
        private final StepSignals signals;
        private final Reporter reporter;
        private final boolean acted;
        private final boolean stability;
        private final Words words;
        private final long began = System.nanoTime();
        private Observer.@Nullable Session session;
        private @Nullable ClusterObservation said;
        private long saidAt = began;
        private long seenAt = began;
        private boolean repeat;
        private int inVain;
        private boolean blind;
        private long toldAt = began;
        private Duration seen = Duration.ZERO;

        Watcher(StepRequested request, Observer observer, StepSignals signals, Reporter reporter, boolean acted) {
            this.request = request;
            this.step = request.step();
            this.observer = observer;
            this.signals = signals;
            this.reporter = reporter;
            this.acted = acted;
            this.stability = request.gates().stream().anyMatch(gate -> gate.kind() == GateKind.VERSION);
            this.words = new Words(request);
        }

        void run() throws InterruptedException {
            Duration limit = request.limit() == null ? LIMIT : request.limit();
            Duration end = limit.plus(settings.observeGrace());
            try {
                while (!signals.observedEnough() && since(began).compareTo(end) < 0) {
                    Duration wait = look();
                    signals.awaitChange(wait);
                    if (!signals.observedEnough() && said != null) {
                        gather();
                    }
                }
                if (!signals.observedEnough()) {
                    LOGGER.atWarn()
                            .addKeyValue(LogKeys.CAMPAIGN, step.campaign())
                            .addKeyValue(LogKeys.CLUSTER, step.cluster())
                            .addKeyValue(LogKeys.STEP, step)
                            .log("no verdict came in time; the observation ends");
                }
            } finally {
                close();
            }
        }

        /** Looks and says what is new; how long to wait for a change then. */
        private Duration look() {
            ClusterObservation now;
            try {
                if (session == null) {
                    session = observer.start(request, signals::changed);
                }
                now = session.observe();
            } catch (ClusterException e) {
                return inVain(e);
            } catch (RuntimeException | Error e) {
                Throwable fault = Faults.contained(e);
                if (!blind) {
                    LOGGER.atError()
                            .addKeyValue(LogKeys.CLUSTER, step.cluster())
                            .addKeyValue(LogKeys.STEP, step)
                            .setCause(fault)
                            .log("a cluster could not be looked at by a fault of its own");
                }
                return inVain(
                        new ClusterException(Problem.UNEXPECTED, "a fault of calico-fleet, see its log: " + e, e));
            }
            if (blind || inVain > 0) {
                blind = false;
                inVain = 0;
            } else {
                seen = seen.plus(since(seenAt));
            }
            seenAt = System.nanoTime();
            boolean isNew = !now.equals(said);
            boolean again = repeat && since(saidAt).compareTo(settings.secondLook()) >= 0;
            boolean due = said == null || since(saidAt).compareTo(settings.observeEvery()) >= 0;
            if (isNew || again || due) {
                reporter.say(new ChecksObserved(
                        step,
                        reporter.next(),
                        acted,
                        now,
                        words.summary(now),
                        settings.observeEvery(),
                        reporter.run()));
                metrics.observed();
                said = now;
                saidAt = System.nanoTime();
                repeat = stability && isNew;
                if (acted) {
                    words.tell(reporter, now, overdue());
                }
            }
            Duration left = (repeat ? settings.secondLook() : settings.observeEvery()).minus(since(saidAt));
            return left.isNegative() ? Duration.ZERO : left;
        }

        /** Nothing is to be seen. One that does not answer comes back; one that refuses needs a person. */
        private Duration inVain(ClusterException why) {
            inVain++;
            if (inVain % BEGIN_ANEW == 0) {
                close();
            }
            boolean late = since(seenAt).compareTo(settings.observeEvery().multipliedBy(2)) > 0;
            if (!blind && inVain <= HICCUPS && !late && !why.stale().isPositive()) {
                return settings.secondLook();
            }
            if (!blind || since(toldAt).compareTo(settings.observeEvery()) >= 0) {
                Duration stale = blind ? Duration.ZERO : why.stale();
                String reason = why.message();
                reporter.say(new SightLost(
                        step,
                        reporter.next(),
                        stale,
                        reason,
                        step.cluster() + ": cannot be seen: " + reason,
                        settings.observeEvery(),
                        reporter.run()));
                toldAt = System.nanoTime();
                if (acted) {
                    reporter.waits("the cluster to be seen; no deadline runs meanwhile: " + reason);
                }
                LOGGER.atLevel(why.isTransient() ? Level.INFO : Level.WARN)
                        .addKeyValue(LogKeys.CLUSTER, step.cluster())
                        .addKeyValue(LogKeys.STEP, step)
                        .addKeyValue(LogKeys.REASON, reason)
                        .log("the cluster cannot be looked at; it is tried again");
            }
            blind = true;
            said = null;
            return settings.secondLook();
        }

        /** Whether it was seen for longer than all its gates may take, and a verifier should have judged it. */
        private boolean overdue() {
            Duration all = settings.observeGrace();
            for (GateRequirement gate : request.gates()) {
                Duration observe = gate.observe();
                all = all.plus(gate.deadline()).plus(observe == null ? Duration.ZERO : observe);
            }
            return seen.compareTo(all) > 0;
        }

        /** Lets more changes come in: a rollout makes several at once. */
        private void gather() throws InterruptedException {
            if (!settings.settle().isZero() && signals.changedSinceAwaited()) {
                signals.pause(settings.settle());
            }
        }

        private void close() {
            Observer.Session open = session;
            session = null;
            if (open != null) {
                open.close();
            }
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
