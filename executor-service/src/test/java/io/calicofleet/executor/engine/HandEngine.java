package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.FakeCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine of which everything around it is made by hand: clusters named c01 and so on, and one handler for all steps. */
final class HandEngine {

    static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    final RecordingOutbox outbox = new RecordingOutbox();
    final FakeCluster api = new FakeCluster();
    final MemoryJournal journal = new MemoryJournal(() -> NOW);
    final List<String> happened = new CopyOnWriteArrayList<>();
    final Counts counts = new Counts();

    boolean writes = true;
    Function<StepContext, StepOutcome> handler = step -> new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
    Supplier<Optional<String>> acquire = Optional::empty;
    Supplier<Optional<String>> other = Optional::empty;
    Runnable checkLease = () -> {};
    Function<StepRequested, ClusterObservation> seen = request -> {
        throw new AssertionError("nobody was to look");
    };
    Predicate<ClusterId> served = id -> true;
    Optional<ClusterId> twin = Optional.empty();

    @Nullable
    String problem;

    boolean complete = true;

    ReleaseSource releases = FakeCluster.unused(ReleaseSource.class);
    StepNotes notes = StepNotes.none();
    UnaryOperator<ClusterApi> around = UnaryOperator.identity();
    Journal usedJournal = journal;
    Supplier<CalicoDatastore> datastore = () -> FakeCluster.unused(CalicoDatastore.class);
    Instant clock = NOW;
    UnaryOperator<StepHandler> wrapped = UnaryOperator.identity();
    Duration patience = Duration.ofMillis(20);
    Duration leaseWait = Duration.ZERO;
    Duration clusterGrace = Duration.ZERO;
    StepBackups backups = FakeCluster.unused(StepBackups.class);

    /** A cluster in which nothing is to be seen. */
    static final ClusterObservation NOTHING = new ClusterObservation(
            null, null, List.of(), List.of(), null, Map.of(), List.of(), List.of(), null, null, List.of(), Map.of(),
            null, Map.of(), null, null);

    private EngineSettings settings() {
        return new EngineSettings(
                "e1",
                "r1",
                holder -> false,
                patience,
                Duration.ofMillis(1),
                leaseWait,
                clusterGrace,
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ofHours(1),
                Duration.ofHours(1));
    }

    StepExecution execution() {
        StepHandlers handlers = new StepHandlers(Arrays.stream(StepKind.values())
                .map(kind -> wrapped.apply(new Handler(kind)))
                .toList());
        return new StepExecution(handlers, releases, NameLookup.NONE, settings(), counts, () -> clock, around);
    }

    StepRunner runner() {
        Clusters clusters = new Clusters() {
            @Override
            public Optional<? extends Cluster> find(ClusterId id) {
                return served.test(id) ? Optional.of(new HandCluster(id)) : Optional.empty();
            }

            @Override
            public Optional<String> problem(ClusterId id) {
                return Optional.ofNullable(problem);
            }

            @Override
            public boolean complete() {
                return complete;
            }
        };
        return new StepRunner(clusters, outbox, execution(), notes, settings(), counts);
    }

    static StepRequested asked(String step) {
        return new StepRequested(StepId.parse(step), List.of(), StepParameters.NONE, "please");
    }

    /** One that may be begun until then. */
    static StepRequested asked(String step, Instant expires) {
        return new StepRequested(StepId.parse(step), List.of(), StepParameters.NONE, "please", null, expires);
    }

    static StepRequested gated(String step) {
        return new StepRequested(
                StepId.parse(step),
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(1))),
                StepParameters.NONE,
                "please");
    }

    /** What was counted. */
    static final class Counts implements EngineMetrics {

        int started;
        int ended;
        int retried;
        int deadLetters;
        final List<String> acted = new CopyOnWriteArrayList<>();
        final List<Duration> took = new CopyOnWriteArrayList<>();
        final List<Duration> gaps = new CopyOnWriteArrayList<>();
        final List<Boolean> breaches = new CopyOnWriteArrayList<>();

        @Override
        public synchronized void stepStarted() {
            started++;
        }

        @Override
        public synchronized void stepEnded() {
            ended++;
        }

        @Override
        public void acted(StepKind kind, String outcome, @Nullable ErrorCategory category, Duration took) {
            this.took.add(took);
            acted.add(kind + " " + outcome + " " + category);
        }

        @Override
        public void observed() {}

        @Override
        public synchronized void retried() {
            retried++;
        }

        @Override
        public synchronized void deadLetter() {
            deadLetters++;
        }

        @Override
        public void measured(Duration longestGap) {
            gaps.add(longestGap);
        }

        @Override
        public void breached(boolean paused) {
            breaches.add(paused);
        }
    }

    private final class Handler implements StepHandler {

        private final StepKind kind;

        Handler(StepKind kind) {
            this.kind = kind;
        }

        @Override
        public StepKind kind() {
            return kind;
        }

        @Override
        public boolean writes() {
            return writes;
        }

        @Override
        public StepOutcome run(StepContext context) {
            happened.add("run " + context.step());
            return handler.apply(context);
        }
    }

    private final class HandCluster implements Cluster {

        @Override
        public Optional<ClusterId> sameAs(String uid, boolean acts) {
            return acts ? twin : Optional.empty();
        }

        private final ClusterId id;

        HandCluster(ClusterId id) {
            this.id = id;
        }

        @Override
        public ClusterId id() {
            return id;
        }

        @Override
        public ClusterApi api() {
            return api;
        }

        @Override
        public CalicoDatastore datastore(ClusterApi asked, ClusterApi unguarded, Optional<ObjectNode> daemonSet) {
            return datastore.get();
        }

        @Override
        public LeaseLock lease(String holder, Predicate<String> isOver) {
            return new LeaseLock() {
                @Override
                public Optional<String> tryAcquire() {
                    happened.add("acquire for " + holder);
                    return acquire.get();
                }

                @Override
                public Optional<String> other() {
                    return other.get();
                }

                @Override
                public void check() {
                    happened.add("check the lease");
                    checkLease.run();
                }

                @Override
                public void release() {
                    happened.add("release");
                }
            };
        }

        @Override
        public Journal journal(ClusterApi through) {
            return usedJournal;
        }

        @Override
        public StepBackups backups(ClusterApi through, StepKind kind) {
            return backups;
        }

        @Override
        public Plans plans(ClusterApi through) {
            return FakeCluster.unused(Plans.class);
        }

        @Override
        public Observer observer() {
            return (request, changed) -> new Observer.Session() {
                @Override
                public ClusterObservation observe() {
                    return seen.apply(request);
                }

                @Override
                public void close() {
                    happened.add("looked");
                }
            };
        }
    }
}
