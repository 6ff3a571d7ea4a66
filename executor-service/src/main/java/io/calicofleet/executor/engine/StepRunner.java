package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.Event;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.kafka.Received;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one record of the steps topic from its delivery to its acknowledgement.
 *
 * <pre>
 *   unreadable            dead letter, acknowledge
 *   accepted              say so, unless it is done within a moment
 *   act ({@link StepExecution})  outcome, recorded in the journal first, then said
 *   succeeded, gates      observe ({@link ObservationLoop}) until the verdict is in; pause a rollout that breaks what is measured ({@link Afterwards})
 *   over                  take away what it had in the cluster for its time
 *   everything sent       acknowledge
 *   handed back           no failure and nothing more is said, nothing acknowledged: whoever gets it next continues
 * </pre>
 */
public final class StepRunner {

    private static final Logger LOGGER = LoggerFactory.getLogger(StepRunner.class);

    /** So many plans at once, of whatever campaigns: each takes some tenths of a second of a processor, and none is to starve the steps that act. */
    private static final int AT_ONCE = 64;

    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLUSTER_PAUSE = Duration.ofMillis(100);

    private final Clusters clusters;
    private final Outbox outbox;
    private final StepExecution execution;
    private final Afterwards afterwards;
    private final ObservationLoop observation;
    private final StepNotes notes;
    private final Semaphore beside = new Semaphore(AT_ONCE);
    private final AtomicLong takenUp = new AtomicLong();
    private final EngineSettings settings;
    private final EngineMetrics metrics;

    /** A runner that does not note what it is in the middle of. */
    public StepRunner(
            Clusters clusters, Outbox outbox, StepExecution execution, EngineSettings settings, EngineMetrics metrics) {
        this(clusters, outbox, execution, StepNotes.none(), settings, metrics);
    }

    /** A runner. */
    public StepRunner(
            Clusters clusters,
            Outbox outbox,
            StepExecution execution,
            StepNotes notes,
            EngineSettings settings,
            EngineMetrics metrics) {
        this.clusters = requireNonNull(clusters, "clusters");
        this.outbox = requireNonNull(outbox, "outbox");
        this.execution = requireNonNull(execution, "execution");
        this.afterwards = new Afterwards(execution, metrics);
        this.notes = requireNonNull(notes, "notes");
        this.settings = requireNonNull(settings, "settings");
        this.metrics = requireNonNull(metrics, "metrics");
        this.observation = new ObservationLoop(settings, metrics);
    }

    /** Works it off; returns when it is done with. */
    void run(Delivery delivery, StepSignals signals) throws InterruptedException {
        switch (delivery.read()) {
            case Received.Unreadable unreadable -> bury(delivery, unreadable.reason());
            case Received.Tombstone gone -> delivery.acknowledge();
            case Received.Parsed parsed -> parsed(delivery, parsed.event(), signals);
        }
    }

    private void parsed(Delivery delivery, Event<? extends FleetEvent> event, StepSignals signals)
            throws InterruptedException {
        if (event.data() instanceof StepRequested request) {
            String cluster = request.step().cluster().value();
            if (!cluster.equals(delivery.key())) {
                bury(
                        delivery,
                        "the key is '" + delivery.key() + "', not the cluster '" + cluster
                                + "': it may be on a wrong partition");
                return;
            }
            metrics.stepStarted();
            try {
                step(delivery, event, request, signals);
            } finally {
                metrics.stepEnded();
            }
        } else {
            bury(delivery, "a " + event.data().type().shortName() + " does not belong here");
        }
    }

    private void step(Delivery delivery, Event<?> event, StepRequested request, StepSignals signals)
            throws InterruptedException {
        signals.runs(request);
        try (Traced work =
                Tracing.process(event.attributes(), Topic.STEPS.topicName(), delivery.partition(), delivery.offset())) {
            step(delivery, request, signals, work.context());
        }
    }

    private void step(Delivery delivery, StepRequested request, StepSignals signals, @Nullable TraceContext trace)
            throws InterruptedException {
        StepId step = request.step();
        // Told apart by each time it is taken up: what comes of an earlier time is old.
        String run = settings.run() + "." + takenUp.incrementAndGet();
        Reporter reporter = new Reporter(outbox, step, trace, run);
        reporter.takenUp(new StepAccepted(
                step,
                settings.executor(),
                step.cluster() + ": " + settings.executor() + " has taken up " + step.kind()));
        try {
            takenUp(delivery, request, signals, reporter);
        } finally {
            afterwards.forget(step);
            reporter.end();
        }
    }

    private void takenUp(Delivery delivery, StepRequested request, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        StepId step = request.step();
        Optional<? extends Cluster> cluster = Optional.empty();
        long began = System.nanoTime();
        StepProgress outcome;
        try {
            cluster = cluster(step, delivery, signals);
            began = System.nanoTime();
            outcome = cluster.isEmpty()
                    ? notServed(step).toEvent(step)
                    : traced(request, cluster.get(), signals, reporter);
        } catch (FenceException e) {
            FailureReason reason = FailureReason.LEASE_LOST;
            switch (e.why()) {
                case HANDED_BACK -> {
                    log(step, "handed back", e.getMessage());
                    return;
                }
                case OVER -> {
                    log(step, "over", e.getMessage());
                    if (cluster.isPresent()) {
                        afterwards.tidy(request, cluster.get(), reporter);
                    }
                    reporter.awaitSent();
                    delivery.acknowledge();
                    return;
                }
                case LEASE_LOST -> {}
                case CLAIM_LOST -> reason = FailureReason.CLAIM_LOST;
            }
            outcome = stopped(step, reason, e);
        } catch (RuntimeException | Error e) {
            outcome = StepExecution.bug(step, e).toEvent(step);
        }
        if (outcome instanceof StepFailed failed && signals.handedBackNow()) {
            // What it used may have been closed under it, or be another executor's by now: whoever gets it next finds
            // out.
            log(step, "handed back", failed.message());
            return;
        }
        count(outcome, Duration.ofNanos(System.nanoTime() - began));
        reporter.say(outcome);
        if (cluster.isPresent()
                && outcome instanceof StepSucceeded
                && !request.gates().isEmpty()
                && !signals.observedEnough()) {
            Observer observer = afterwards.pausing(
                    cluster.get().observer().beside(afterwards.releaseImages(request)),
                    request,
                    cluster.get(),
                    signals,
                    reporter);
            try (Traced observing = Tracing.part("observe")) {
                observing.with("calico_fleet.gates", request.gates().size());
                observation.run(request, observer, signals, reporter);
            }
        }
        if (signals.handedBackNow()) {
            log(step, "handed back", "before its verdict");
            return;
        }
        if (cluster.isPresent()) {
            afterwards.tidy(request, cluster.get(), reporter);
        }
        reporter.awaitSent();
        delivery.acknowledge();
    }

    private static StepProgress stopped(StepId step, FailureReason reason, FenceException e) {
        log(step, reason.encode(), e.getMessage());
        return new StepOutcome.Failed(reason, String.valueOf(e.getMessage())).toEvent(step);
    }

    private StepProgress traced(StepRequested request, Cluster cluster, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        try (Traced acting = Tracing.part("act " + request.step().kind())) {
            try {
                StepProgress outcome = act(request, cluster, signals, reporter);
                acting.with("calico_fleet.outcome", label(outcome));
                if (outcome instanceof StepFailed failed) {
                    acting.failed(failed.reason().encode());
                }
                return outcome;
            } catch (FenceException e) {
                acting.failed(e.why().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }
    }

    private StepProgress act(StepRequested request, Cluster cluster, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        StepId step = request.step();
        Optional<StepOutcome> aside = notes.setAside(step);
        if (aside.isPresent()) {
            return aside.get().toEvent(step);
        }
        if (!isBeside(request)) {
            return inTurn(request, cluster, signals, reporter);
        }
        while (!beside.tryAcquire()) {
            reporter.waits("its turn: this executor works out " + AT_ONCE + " plans at once, of all campaigns");
            signals.pause(TURN_PAUSE);
            signals.check();
        }
        try {
            return inTurn(request, cluster, signals, reporter);
        } finally {
            beside.release();
        }
    }

    private StepProgress inTurn(StepRequested request, Cluster cluster, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        StepId step = request.step();
        while (!notes.begin(step)) {
            reporter.waits("its turn: this executor ended twice in the middle of this step and of others, so these are"
                    + " executed one after the other to see which it is");
            signals.pause(TURN_PAUSE);
            signals.check();
        }
        try {
            ObservationLoop.Early early = observation.whileActing(request, cluster.observer(), reporter);
            try {
                return execution.act(request, cluster, signals, reporter);
            } finally {
                early.end();
            }
        } finally {
            notes.ended(step, signals.handedBackNow());
        }
    }

    private StepOutcome notServed(StepId step) {
        return clusters.problem(step.cluster())
                .map(problem -> new StepOutcome.Failed(
                        FailureReason.KUBECONFIG_UNUSABLE,
                        "The kubeconfig of " + step.cluster() + " on " + settings.executor() + " cannot be used: "
                                + problem + ". Put it right, then retry; it is read again by itself."))
                .orElseGet(() -> new StepOutcome.Failed(
                        FailureReason.CLUSTER_UNKNOWN,
                        "there is no kubeconfig of " + step.cluster() + " on " + settings.executor()));
    }

    /** Whether a step is worked off beside what else is done to its cluster; never one that may write. */
    boolean isBeside(StepRequested request) {
        return request.parameters().beside() && !execution.writes(request.step().kind());
    }

    /** Whether the cluster that this key names is served now. */
    boolean serves(String key) {
        try {
            return clusters.find(ClusterId.of(key)).isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The cluster, once its kubeconfig is there; a step that is not ours any more does not wait, and says nothing. What has waited in line has
     * waited for the kubeconfig, too: else records of a cluster that nobody serves would take that long each.
     */
    private Optional<? extends Cluster> cluster(StepId step, Delivery delivery, StepSignals signals)
            throws InterruptedException {
        while (true) {
            Optional<? extends Cluster> cluster = clusters.find(step.cluster());
            boolean overdue = delivery.age().compareTo(settings.clusterGrace()) >= 0;
            boolean known =
                    clusters.complete() || clusters.problem(step.cluster()).isPresent();
            if (cluster.isPresent() || (overdue && known)) {
                return cluster;
            }
            signals.pause(CLUSTER_PAUSE);
            signals.check();
        }
    }

    private void bury(Delivery delivery, String reason) {
        LOGGER.atWarn()
                .addKeyValue(LogKeys.PARTITION, delivery.partition())
                .addKeyValue(LogKeys.OFFSET, delivery.offset())
                .addKeyValue(LogKeys.REASON, reason)
                .log("a record goes to the dead letters");
        metrics.deadLetter();
        outbox.deadLetter(delivery, reason).join();
        delivery.acknowledge();
    }

    private void count(StepProgress outcome, Duration took) {
        String label = label(outcome);
        @Nullable
        ErrorCategory category =
                outcome instanceof StepFailed failed ? failed.reason().category() : null;
        metrics.acted(outcome.step().kind(), label, category, took);
        if (category != null) {
            log(outcome.step(), label, outcome.summary());
        } else {
            LOGGER.atDebug()
                    .addKeyValue(LogKeys.STEP, outcome.step())
                    .addKeyValue(LogKeys.OUTCOME, label)
                    .log("step acted");
        }
    }

    private static String label(StepProgress outcome) {
        return switch (outcome) {
            case StepSucceeded succeeded -> "succeeded";
            case StepHeld held -> "held";
            case StepFailed failed -> "failed";
            case StepAccepted accepted -> throw new IllegalStateException("accepted is no outcome");
            case StepProgressed progressed -> throw new IllegalStateException("progressed is no outcome");
        };
    }

    private static void log(StepId step, String outcome, @Nullable String reason) {
        LOGGER.atInfo()
                .addKeyValue(LogKeys.CAMPAIGN, step.campaign())
                .addKeyValue(LogKeys.CLUSTER, step.cluster())
                .addKeyValue(LogKeys.STEP, step)
                .addKeyValue(LogKeys.OUTCOME, outcome)
                .addKeyValue(LogKeys.REASON, String.valueOf(reason))
                .log("step ended");
    }
}
