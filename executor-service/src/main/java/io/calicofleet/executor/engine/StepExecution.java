package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.core.approval.ApprovalCheck;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The half of a step that changes the cluster.
 *
 * <pre>
 *   one that only reads:   wait until nobody writes, for a bounded time; run it
 *   one that writes:       take the lease; wait for another's to end, for a bounded time
 *                          journal: done already?    answer what it says
 *                          for another cluster, expired or not approved, and never begun? answer that
 *                          journal: started
 *                          run it, every write fenced, recorded, then made
 *                          journal: done, with its outcome
 *                          give the lease up
 * </pre>
 *
 * <p>Killed anywhere, the next run of the same step comes through here again and ends the same.
 */
public final class StepExecution {

    private static final Logger LOGGER = LoggerFactory.getLogger(StepExecution.class);
    private static final Duration LEASE_PAUSE = Duration.ofSeconds(1);

    private final StepHandlers handlers;
    private final ReleaseSource releases;
    private final NameLookup names;
    private final EngineSettings settings;
    private final EngineMetrics metrics;
    private final InstantSource clock;
    private final ApprovalCheck approvals;
    private final UnaryOperator<ClusterApi> around;

    /**
     * What acts, where what a step says of its approvals is enough.
     *
     * @param names asks for addresses of hosts outside of the clusters
     * @param clock tells whether a step has expired
     * @param around put around every cluster's API; the identity but for tests that break things
     */
    public StepExecution(
            StepHandlers handlers,
            ReleaseSource releases,
            NameLookup names,
            EngineSettings settings,
            EngineMetrics metrics,
            InstantSource clock,
            UnaryOperator<ClusterApi> around) {
        this(handlers, releases, names, settings, metrics, clock, ApprovalCheck.OF_THE_STEP, around);
    }

    /**
     * What acts.
     *
     * @param names asks for addresses of hosts outside of the clusters
     * @param clock tells whether a step has expired
     * @param approvals whether a step has those it needs
     * @param around put around every cluster's API; the identity but for tests that break things
     */
    public StepExecution(
            StepHandlers handlers,
            ReleaseSource releases,
            NameLookup names,
            EngineSettings settings,
            EngineMetrics metrics,
            InstantSource clock,
            ApprovalCheck approvals,
            UnaryOperator<ClusterApi> around) {
        this.handlers = requireNonNull(handlers, "handlers");
        this.releases = requireNonNull(releases, "releases");
        this.names = requireNonNull(names, "names");
        this.settings = requireNonNull(settings, "settings");
        this.metrics = requireNonNull(metrics, "metrics");
        this.clock = requireNonNull(clock, "clock");
        this.approvals = requireNonNull(approvals, "approvals");
        this.around = requireNonNull(around, "around");
    }

    /** Where releases are read. */
    ReleaseSource releases() {
        return releases;
    }

    /**
     * Does something to the cluster after the step has acted: under the lease, fenced and recorded, as every write.
     *
     * @param what with the handler of the step, and the cluster
     * @return why it was not done, without its full stop; empty where it was
     */
    Optional<String> afterwards(
            StepRequested request,
            Cluster cluster,
            StepSignals signals,
            Reporter reporter,
            BiConsumer<StepHandler, ClusterApi> what)
            throws InterruptedException {
        ClusterApi api = around.apply(cluster.api());
        LeaseLock lease = cluster.lease(settings.holder(cluster.id()), settings::isHolderOver);
        try {
            Optional<StepOutcome> refused = acquire(lease::tryAcquire, signals, reporter);
            if (refused.isPresent()) {
                return refused.map(outcome -> outcome.toEvent(request.step()).summary());
            }
            RetryPolicy retries = retries(request, api, () -> mayAskAnything(api), signals, reporter);
            String uid = RealCluster.uid(api, retries);
            Guard guard = fence(request, signals, lease, uid, api, retries);
            StepHandler handler = handlers.of(request.step().kind());
            what.accept(handler, recorded(request.step(), cluster, handler, api, guard));
            return Optional.empty();
        } catch (ClusterException e) {
            return Optional.of(e.message());
        } catch (FenceException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            lease.release();
        }
    }

    private static Guard fence(
            StepRequested request,
            StepSignals signals,
            LeaseLock lease,
            String uid,
            ClusterApi api,
            RetryPolicy retries) {
        return new Guard(
                () -> {
                    signals.check();
                    lease.check();
                    RealCluster.requireSame(request, uid, api);
                },
                retries);
    }

    /** The cluster, with how an object was kept in the backup before it is written. */
    private static ClusterApi recorded(StepId step, Cluster cluster, StepHandler handler, ClusterApi api, Guard guard) {
        StepBackups backups = cluster.backups(new GuardedCluster(api, guard), step.kind());
        return new GuardedCluster(api, guard.recording((object, deletion) -> {
            if (handler.records(object)) {
                backups.record(step.campaign(), ResourceRef.of(object));
            }
        }));
    }

    /** Whether the nodes that are yet to roll after a step can be paused. */
    boolean pauses(StepRequested request) {
        return handlers.of(request.step().kind())
                .unpausable(request.parameters())
                .isEmpty();
    }

    /** Whether a step of this kind may write. */
    boolean writes(StepKind kind) {
        return handlers.of(kind).writes();
    }

    /** @throws FenceException where the step is not ours any more */
    StepProgress act(StepRequested request, Cluster cluster, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        StepHandler handler = handlers.of(request.step().kind());
        ClusterApi api = around.apply(cluster.api());
        // An inspection says what it may not do, but for what everybody may; who writes could read the journal when it
        // began.
        Supplier<Boolean> allowed =
                () -> handler.writes() ? mayRead(cluster.journal(api), request.step()) : mayAskAnything(api);
        RetryPolicy retries = retries(request, api, allowed, signals, reporter);
        LeaseLock lease = cluster.lease(settings.holder(cluster.id()), settings::isHolderOver);
        if (!handler.writes()) {
            Guard guard = new Guard(() -> readOnly(request.step()), retries);
            ClusterApi readable = new ReadOnce(new GuardedCluster(api, guard));
            Function<Optional<ObjectNode>, CalicoDatastore> calico =
                    daemonSet -> new GuardedDatastore(cluster.datastore(readable, api, daemonSet), guard);
            Optional<StepOutcome> written =
                    request.parameters().beside() ? Optional.empty() : awaitQuiet(lease, signals, reporter);
            if (written.isPresent()) {
                return written.get().toEvent(request.step());
            }
            StepOutcome outcome = guarded(
                    handler,
                    context(
                            request,
                            cluster,
                            readable,
                            calico,
                            readable,
                            new ReleasesOnce(releases),
                            signals,
                            reporter));
            String uid = RealCluster.uid(api, retries);
            return RealCluster.otherCluster(request, uid)
                    .or(() -> RealCluster.twin(request.step(), cluster, uid))
                    .orElse(outcome)
                    .toEvent(request.step());
        }
        try {
            Optional<StepOutcome> refused = acquire(lease::tryAcquire, signals, reporter);
            if (refused.isPresent()) {
                return refused.get().toEvent(request.step());
            }
            String uid = RealCluster.uid(api, retries);
            Optional<StepOutcome> wrong =
                    RealCluster.otherCluster(request, uid).or(() -> RealCluster.twin(request.step(), cluster, uid));
            if (wrong.isPresent()) {
                return wrong.get().toEvent(request.step());
            }
            Guard guard = fence(request, signals, lease, uid, api, retries);
            return journalled(request, cluster, handler, api, guard, signals, reporter);
        } finally {
            lease.release();
        }
    }

    private StepProgress journalled(
            StepRequested request,
            Cluster cluster,
            StepHandler handler,
            ClusterApi api,
            Guard guard,
            StepSignals signals,
            Reporter reporter) {
        StepId step = request.step();
        ClusterApi fenced = new GuardedCluster(api, guard);
        Journal journal = cluster.journal(fenced);
        try {
            Optional<Journal.Entry> known = journal.find(step);
            StepProgress before = known.map(Journal.Entry::outcome).orElse(null);
            if (before != null) {
                return before;
            }
            Optional<StepOutcome> expired = known.isPresent() ? Optional.empty() : expired(request, clock.instant());
            if (expired.isPresent()) {
                return expired.get().toEvent(step);
            }
            Optional<String> lacking =
                    known.isPresent() ? Optional.empty() : approvals.problem(request, clock.instant());
            if (lacking.isPresent()) {
                return new StepOutcome.Failed(FailureReason.NOT_APPROVED, lacking.get()).toEvent(step);
            }
            journal.started(
                    step, request.parameters().grant(), request.parameters().place());
        } catch (ClusterException e) {
            return failed(e).toEvent(step);
        }
        StepBackups backups = cluster.backups(fenced, step.kind());
        ClusterApi recorded = recorded(step, cluster, handler, api, guard);
        Function<Optional<ObjectNode>, CalicoDatastore> calico = daemonSet -> {
            CalicoDatastore found = cluster.datastore(fenced, api, daemonSet);
            CalicoDatastore before = new GuardedDatastore(found, guard);
            return new GuardedDatastore(found, guard.recording((resource, deletion) -> {
                ObjectKey key = ObjectKey.of(resource);
                // What a restore deletes is not for the next restore to bring back.
                if (deletion && step.kind() != StepKind.RESTORE) {
                    backups.recordDeletion(step.campaign(), key, () -> present(before, resource));
                } else {
                    backups.record(step.campaign(), key, () -> present(before, resource));
                }
            }));
        };
        StepProgress outcome = guarded(
                        handler, context(request, cluster, recorded, calico, fenced, releases, signals, reporter))
                .toEvent(step);
        try {
            journal.done(step, outcome);
        } catch (ClusterException e) {
            // The outcome is true all the same; asked again, the step finds everything done.
            LOGGER.atWarn()
                    .addKeyValue(LogKeys.CLUSTER, step.cluster())
                    .addKeyValue(LogKeys.STEP, step)
                    .addKeyValue(LogKeys.REASON, e.message())
                    .log("the outcome could not be written into the journal");
        }
        return outcome;
    }

    /** What was begun in time is finished, however long it takes. */
    private static Optional<StepOutcome> expired(StepRequested request, Instant now) {
        Instant expires = request.expires();
        return expires == null || !now.isAfter(expires)
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.EXPIRED,
                        "It could be begun until " + expires + "; here it is " + now.truncatedTo(ChronoUnit.SECONDS)
                                + ".",
                        List.of(),
                        now));
    }

    /** A resource as it is now, in the form of projectcalico.org/v3, which outlasts the ways it is stored. */
    private static Optional<ObjectNode> present(CalicoDatastore calico, ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        ObjectKey key = ObjectKey.of(resource);
        return kind.namespaced()
                ? calico.list(kind).stream()
                        .filter(found -> ObjectKey.of(found).equals(key))
                        .findFirst()
                : calico.find(kind, key.name());
    }

    private StepContext context(
            StepRequested request,
            Cluster cluster,
            ClusterApi api,
            Function<Optional<ObjectNode>, CalicoDatastore> calico,
            ClusterApi keeping,
            ReleaseSource source,
            StepSignals signals,
            Reporter reporter) {
        return new StepContext(
                request.step(),
                request.parameters(),
                api,
                calico,
                cluster.backups(keeping, request.step().kind()),
                cluster.plans(keeping),
                cluster.journal(keeping).intents(request.step()),
                source,
                names,
                reporter,
                new WatchedRollouts(api, signals, reporter));
    }

    /**
     * What is looked at while another executor still writes is not what it leaves. Whoever may not read the lease, or gets no answer
     * now, is not kept: the first step that writes takes it.
     */
    private Optional<StepOutcome> awaitQuiet(LeaseLock lease, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        return acquire(
                () -> {
                    try {
                        return lease.other();
                    } catch (ClusterException e) {
                        return Optional.empty();
                    }
                },
                signals,
                reporter);
    }

    private Optional<StepOutcome> acquire(Supplier<Optional<String>> tryAcquire, StepSignals signals, Reporter reporter)
            throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            String why;
            Duration limit;
            FailureReason reason;
            try {
                Optional<String> other = tryAcquire.get();
                if (other.isEmpty()) {
                    reporter.goesOn();
                    return Optional.empty();
                }
                why = other.get() + " holds the lease kube-system/calico-fleet and keeps renewing it";
                limit = settings.leaseWait();
                reason = FailureReason.LEASE_HELD;
            } catch (ClusterException e) {
                metrics.retried();
                why = e.message();
                limit = settings.patience();
                reason = e.problem().reason();
            }
            if (System.nanoTime() - began > limit.toNanos()) {
                return Optional.of(new StepOutcome.Failed(reason, why));
            }
            reporter.waits(why);
            signals.pause(LEASE_PAUSE);
            signals.check();
        }
    }

    /** Kubernetes lets everybody read its version (system:public-info-viewer); where not, the rights of all are gone, or the token is. */
    private static boolean mayAskAnything(ClusterApi api) {
        try {
            String unused = api.version();
            return true;
        } catch (ClusterException e) {
            return e.problem() != Problem.FORBIDDEN;
        }
    }

    private static boolean mayRead(Journal journal, StepId step) {
        try {
            Optional<Journal.Entry> unused = journal.find(step);
            return true;
        } catch (ClusterException e) {
            return e.problem() != Problem.FORBIDDEN;
        }
    }

    private RetryPolicy retries(
            StepRequested request, ClusterApi api, Supplier<Boolean> allowed, StepSignals signals, Reporter reporter) {
        RetryPolicy.Listener listener = new RetryPolicy.Listener() {
            @Override
            public void retrying(String what, Duration since, ClusterException why) {
                metrics.retried();
                reporter.waits(why.message());
                LOGGER.atInfo()
                        .addKeyValue(LogKeys.CLUSTER, request.step().cluster())
                        .addKeyValue(LogKeys.STEP, request.step())
                        .addKeyValue(LogKeys.OBJECT, what)
                        .addKeyValue(LogKeys.REASON, why.message())
                        .log("the cluster does not do what it is asked; it is tried again");
            }

            @Override
            public void answered() {
                reporter.goesOn();
            }
        };
        return new RetryPolicy(settings.patience(), settings.longestPause(), signals, listener, api::ready, allowed);
    }

    private static StepOutcome guarded(StepHandler handler, StepContext context) {
        try {
            return handler.run(context);
        } catch (FenceException e) {
            throw e;
        } catch (ClusterException e) {
            return failed(e);
        } catch (ReleaseException e) {
            return new StepOutcome.Failed(e.reason(), e.message());
        } catch (RuntimeException | Error e) {
            return bug(context.step(), e);
        }
    }

    /** What a fault of ours makes of a step; it is thrown again where it ends more than that. */
    static StepOutcome bug(StepId step, Throwable thrown) {
        Throwable fault = Faults.contained(thrown);
        LOGGER.atError()
                .addKeyValue(LogKeys.CLUSTER, step.cluster())
                .addKeyValue(LogKeys.STEP, step)
                .setCause(fault)
                .log("a step failed by a fault of its own");
        return new StepOutcome.Failed(FailureReason.BUG, fault.toString());
    }

    private static StepOutcome failed(ClusterException e) {
        Throwable cause = e.getCause();
        return new StepOutcome.Failed(
                e.problem().reason(), e.message(), cause == null ? List.of() : List.of(String.valueOf(cause)));
    }

    private static void readOnly(StepId step) {
        throw new IllegalStateException(
                "the handler of " + step.kind() + " says that it does not write, but it does; a fault of the handler");
    }
}
