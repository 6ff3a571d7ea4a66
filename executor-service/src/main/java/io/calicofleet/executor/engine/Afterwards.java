package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ReleaseFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for a cluster after a step has acted, beside looking at it. Where it is measured the nodes that are yet to roll are paused as soon as a gap is longer than
 * allowed, and what the step had there for its time is taken away in the end.
 */
final class Afterwards {

    private static final Logger LOGGER = LoggerFactory.getLogger(Afterwards.class);

    private final StepExecution execution;
    private final EngineMetrics metrics;
    private final Map<StepId, Duration> longest = new ConcurrentHashMap<>();
    private final Set<StepId> breached = ConcurrentHashMap.newKeySet();

    Afterwards(StepExecution execution, EngineMetrics metrics) {
        this.execution = requireNonNull(execution, "execution");
        this.metrics = requireNonNull(metrics, "metrics");
    }

    /** What the target's file says its containers run; null where the step has none, or it is not at hand now. */
    @Nullable
    List<WorkloadImage> releaseImages(StepRequested request) {
        InstallMethod method = request.parameters().installMethod();
        CalicoVersion target = request.parameters().target();
        // An operator's file has the operator, not what that installs.
        if (method == null || target == null || method == InstallMethod.OPERATOR) {
            return null;
        }
        try {
            return ReleaseFiles.manifest(method)
                    .flatMap(file -> execution.releases().manifest(target, file))
                    .map(file -> Containers.images(file.documents().objects().values()))
                    .orElse(null);
        } catch (ReleaseException e) {
            LOGGER.atInfo()
                    .addKeyValue(LogKeys.STEP, request.step())
                    .addKeyValue(LogKeys.REASON, e.message())
                    .log(
                            "the file of the target cannot be read now; every image of Calico is compared with the target");
            return null;
        } catch (RuntimeException | Error e) {
            Throwable fault = Faults.contained(e);
            LOGGER.atError()
                    .addKeyValue(LogKeys.STEP, request.step())
                    .setCause(fault)
                    .log(
                            "the file of the target was not understood; every image of Calico is compared with the target");
            return null;
        }
    }

    /**
     * The same observer, that pauses the rollout before it says that a gap is too long, or that a connection broke too often, and says what
     * came of it beside. The verdict is known then: neither gets less.
     */
    Observer pausing(
            Observer observer, StepRequested request, Cluster cluster, StepSignals signals, Reporter reporter) {
        ContinuitySpec spec = request.parameters().continuity();
        if (spec == null) {
            return observer;
        }
        return (step, changed) -> {
            Observer.Session session = observer.start(step, changed);
            return new Observer.Session() {
                @Override
                public ClusterObservation observe() {
                    ClusterObservation seen = session.observe();
                    ContinuityObservation measured = seen.continuity();
                    if (measured == null) {
                        return seen;
                    }
                    measured.longest()
                            .ifPresent(fact -> longest.merge(request.step(), fact.longestGap(), Afterwards::longer));
                    return measured.breach(spec)
                            .map(breach -> seen.withContinuity(measured.withRollout(
                                    pause(request, cluster, why(request, spec, breach), signals, reporter))))
                            .orElse(seen);
                }

                @Override
                public void close() {
                    session.close();
                }
            };
        };
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static String why(StepRequested request, ContinuitySpec spec, ContinuityFact breach) {
        String where = "campaign " + request.step().campaign() + ": " + breach.named() + " from " + breach.node();
        return breach.isTooLong(spec)
                ? where + " to " + breach.to() + " had no answer for longer than "
                        + spec.maxGap().toMillis() / 1000.0 + " s"
                : where + " broke more often than " + spec.maxBreaks() + " times";
    }

    private String pause(StepRequested request, Cluster cluster, String why, StepSignals signals, Reporter reporter) {
        AtomicReference<String> said = new AtomicReference<>("");
        try {
            Optional<String> refused = execution.afterwards(
                    request,
                    cluster,
                    signals,
                    reporter,
                    (handler, api) -> said.set(handler.pause(request.parameters(), api, why)));
            if (breached.add(request.step())) {
                metrics.breached(refused.isEmpty() && execution.pauses(request));
            }
            return refused.map(reason -> "The rollout could not be paused: " + reason)
                    .orElseGet(said::get);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "The rollout could not be paused: this executor stops";
        }
    }

    /** Nothing more is done for a step here: it is over, or another executor's. */
    void forget(StepId step) {
        longest.remove(step);
        breached.remove(step);
    }

    /** Takes away what the step had in the cluster for its time; where it may not, it stays and is told in the log. */
    void tidy(StepRequested request, Cluster cluster, Reporter reporter) throws InterruptedException {
        if (request.parameters().continuity() == null) {
            return;
        }
        Duration gap = longest.get(request.step());
        if (gap != null) {
            metrics.measured(gap);
        }
        // It is over, so what its own signals say does not count any more.
        StepSignals signals = new StepSignals();
        signals.runs(request);
        execution
                .afterwards(
                        request, cluster, signals, reporter, (handler, api) -> handler.tidy(request.parameters(), api))
                .ifPresent(why -> LOGGER.atWarn()
                        .addKeyValue(LogKeys.CLUSTER, request.step().cluster())
                        .addKeyValue(LogKeys.STEP, request.step())
                        .addKeyValue(LogKeys.REASON, why)
                        .log("what the step had in the cluster for its time could not be removed"));
    }
}
