package io.calicofleet.planner.core.simulation;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.SameFailure;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Unreachable;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.release.ReleaseTrait;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.schedule.Timing;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One campaign in simulated time: {@link PlannerCore} decides as it does in earnest, and this is all it decides about. Clusters take as
 * long as is assumed, in one step each; people answer as soon as is assumed; nobody retries. Clusters on which the release is bad fail alike, so
 * that as many as {@code sameFailure} says stop everything; one that cannot be reached has failed, or is left out, as the campaign says, and no
 * campaign is kept by it. Pure, and the same for the same seed.
 */
public final class Simulation {

    /** A campaign that takes longer is taken for one that never ends. */
    private static final Duration LONGEST = Duration.ofDays(400);

    /** What is one step has no preflight, which alone asks for releases. */
    private static final VersionCatalogue NO_RELEASES =
            new VersionCatalogue(ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.from(), List.of(), List.of());

    private final PlannerCore core;
    private final CampaignSpec spec;
    private final List<ClusterCandidate> candidates;
    private final Map<ClusterId, Integer> index = new HashMap<>();
    private final Pace pace;
    private final Instant start;

    /**
     * What is simulated.
     *
     * @param spec the campaign; what it does to a cluster is one step
     * @param fleet all clusters there are
     * @param start when it starts, which matters where it has windows
     */
    public Simulation(CampaignSpec spec, List<Member> fleet, Assumptions assumptions, Instant start) {
        this(spec, fleet.stream().map(Member::candidate).toList(), assumptions.pace(spec, List.copyOf(fleet)), start);
    }

    /** One of clusters that take as long as others did. */
    public static Simulation asTaken(
            CampaignSpec spec, List<ClusterCandidate> fleet, List<Duration> taken, Instant start) {
        List<Long> millis = taken.stream().map(Duration::toMillis).sorted().toList();
        return new Simulation(
                spec,
                fleet,
                new Pace() {

                    @Override
                    public boolean fails(Draws draws, int cluster) {
                        return false;
                    }

                    @Override
                    public long millis(Draws draws, int cluster) {
                        return Math.max(1, millis.get((int) (draws.even(cluster, 0) * millis.size())));
                    }

                    @Override
                    public Duration answer() {
                        return Duration.ZERO;
                    }
                },
                start);
    }

    /** One of clusters with a pace of their own. */
    Simulation(CampaignSpec spec, List<ClusterCandidate> fleet, Pace pace, Instant start) {
        this.core = new PlannerCore(NO_RELEASES, PlannerSettings.DEFAULT);
        this.spec = inOneStep(spec);
        this.candidates = List.copyOf(fleet);
        for (int i = 0; i < fleet.size(); i++) {
            index.put(fleet.get(i).cluster(), i);
        }
        this.pace = pace;
        this.start = start.truncatedTo(ChronoUnit.MILLIS);
    }

    private static CampaignSpec inOneStep(CampaignSpec spec) {
        return new CampaignSpec(
                spec.name(),
                Procedure.DRILL,
                null,
                spec.clusters(),
                spec.waves().stream().map(Simulation::approvedByAnybody).toList(),
                spec.maxConcurrent(),
                spec.failureBudget(),
                spec.gates(),
                spec.onConflict(),
                1,
                null,
                spec.schedule(),
                spec.perLabel(),
                spec.unreachable());
    }

    /** Whoever has to approve it, so many of them, does so together. */
    private static WaveSpec approvedByAnybody(WaveSpec wave) {
        ApprovalSpec rule = wave.approvalRule();
        return rule == null
                ? wave
                : new WaveSpec(
                        wave.name(),
                        wave.clusters(),
                        wave.maxConcurrent(),
                        wave.minSucceeded(),
                        wave.soak(),
                        wave.approval(),
                        wave.failureBudget(),
                        new ApprovalSpec(rule.when(), List.of(), 1, false, null, null));
    }

    /** Carries it out once; may be called by many at once. */
    public Run run(long seed) {
        return new Course(new Draws(seed)).run();
    }

    /** What is due at a time: a step that ends, a person who answers, or, where there is neither, a look at what may go on. */
    private record Due(
            long millis,
            long number,
            @Nullable StepId step,
            @Nullable CampaignApproved answer) {}

    /** One course of events. */
    private final class Course {

        private final Draws draws;
        private final PriorityQueue<Due> due =
                new PriorityQueue<>(Comparator.comparingLong(Due::millis).thenComparingLong(Due::number));
        private final Deque<PlannerInput> next = new ArrayDeque<>();
        private final long[] done = new long[candidates.size()];
        private final long[] began = never();
        private final long[] ended = never();
        private @Nullable CampaignState state;
        private long now;
        private long numbers;
        private long looksAt = -1;
        private int touched;
        private int finished;
        private int failed;
        private final Deque<Long> alike = new ArrayDeque<>();
        private int running;
        private int mostAtOnce;
        private boolean asked;

        Course(Draws draws) {
            this.draws = draws;
        }

        Run run() {
            feed(new PlannerInput.CommandReceived(
                    time(), new CampaignCreated(spec.name(), spec, "simulated"), null, candidates));
            CampaignState current = state;
            while (current != null && !over(current) && !due.isEmpty() && now <= LONGEST.toMillis()) {
                Due first = due.remove();
                now = first.millis();
                take(first);
                current = state;
            }
            boolean all = current != null
                    && current.tally().open() == 0
                    && current.tally().total() > 0;
            long last = finished == 0 ? now : done[finished - 1];
            String why = current == null || all ? "" : current.header().reason();
            int total = current == null ? 0 : current.tally().total();
            return new Run(
                    total,
                    all,
                    why,
                    Duration.ofMillis(last),
                    touched,
                    failed,
                    mostAtOnce,
                    Arrays.copyOf(done, finished),
                    began,
                    ended);
        }

        private long[] never() {
            long[] times = new long[candidates.size()];
            Arrays.fill(times, -1);
            return times;
        }

        private boolean over(CampaignState current) {
            return current.header().phase().terminal()
                    || ((current.header().phase() == CampaignPhase.HELD
                                    || current.header().phase() == CampaignPhase.STOPPED)
                            && running == 0)
                    || current.tally().open() == 0;
        }

        private void take(Due first) {
            StepId step = first.step();
            if (step != null) {
                end(step);
            } else if (first.answer() != null) {
                asked = false;
                feed(new PlannerInput.CommandReceived(time(), first.answer(), "a person", List.of()));
            } else {
                feed(new PlannerInput.Tick(time()));
            }
        }

        private void end(StepId step) {
            boolean unreached = pace.unreached(draws, number(step));
            boolean bad = unreached
                    ? spec.unreachable() == null || spec.unreachable() == Unreachable.FAIL
                    : pace.fails(draws, number(step));
            running--;
            done[finished++] = now;
            ended[number(step)] = now;
            failed += bad ? 1 : 0;
            if (bad && !unreached) {
                stopWhereAlike();
            }
            next.add(
                    new PlannerInput.ProgressReceived(time(), new StepSucceeded(step, null, List.of(), List.of(), "")));
            feed(new PlannerInput.VerdictReceived(
                    time(), new StepJudged(step, bad ? Outcome.FAILED : Outcome.PASSED, List.of(), null, "")));
        }

        /** As failures of all campaigns are counted: so many within a time, of what is left of them then. */
        private void stopWhereAlike() {
            SameFailure rule = spec.failureBudget().sameFailure();
            SameFailure most = rule == null ? CampaignDefaults.SAME_FAILURE : rule;
            alike.add(now);
            while (now - alike.getFirst() > most.within().toMillis()) {
                alike.removeFirst();
            }
            CampaignState current = state;
            if (current == null || current.header().stop() != null) {
                return;
            }
            int limit = most.clusters().atMostOf(current.tally().total());
            if (limit > 0 && alike.size() >= limit) {
                next.add(new PlannerInput.StopHeard(
                        time(),
                        new Stop(
                                "calico-fleet",
                                "the same failure on " + alike.size() + " clusters (failureBudget.sameFailure)",
                                time().clock())));
            }
        }

        private int number(StepId step) {
            return index.getOrDefault(step.cluster(), 0);
        }

        private void feed(PlannerInput input) {
            next.add(input);
            for (PlannerInput each = next.poll(); each != null; each = next.poll()) {
                Decision decision = core.decide(state, each);
                state = decision.state();
                decision.effects().forEach(this::carryOut);
            }
            CampaignState current = state;
            if (current != null) {
                ask(current);
                waitFor(current);
            }
        }

        private void carryOut(Effect effect) {
            switch (effect) {
                case Effect.RequestStep request -> {
                    StepId step = request.request().step();
                    touched++;
                    mostAtOnce = Math.max(mostAtOnce, ++running);
                    int cluster = number(step);
                    began[cluster] = now;
                    due.add(new Due(now + pace.millis(draws, cluster), numbers++, step, null));
                }
                case Effect.CallClaim call -> {
                    if (call.call() instanceof ClaimRequested asked) {
                        next.add(new PlannerInput.ClaimAnswered(
                                time(), new ClaimGranted(spec.name(), asked.cluster(), asked.attempt(), 1, "")));
                    }
                }
                case Effect.ForgetCampaign forget -> {}
                case Effect.PublishCampaignStatus status -> {}
                case Effect.PublishClusterStatus status -> {}
                case Effect.RefuseCommand refuse -> {}
                case Effect.TellFailure failure -> {}
            }
        }

        /** A wave that waits for its approval gets it. */
        private void ask(CampaignState current) {
            if (current.header().phase() == CampaignPhase.AWAITING_APPROVAL && !asked) {
                asked = true;
                due.add(new Due(
                        now + pace.answer().toMillis(),
                        numbers++,
                        null,
                        new CampaignApproved(spec.name(), null, "simulated", null, false, null, null, List.of(), "")));
            }
        }

        /** A look when the next thing may go on by itself: the end of a soak, or a window that opens. */
        private void waitFor(CampaignState current) {
            List<WaveProgress> waves = current.header().waves();
            for (int i = 0; i + 1 < waves.size(); i++) {
                Duration ended = waves.get(i).finishedAfter();
                if (ended != null && waves.get(i + 1).startedAt() == null) {
                    look(ended.plus(spec.waves().get(i).soak()).toMillis());
                }
            }
            if (current.schedule().says() && current.tally().pending() > 0) {
                opening(current).ifPresent(this::look);
            }
        }

        private Optional<Long> opening(CampaignState current) {
            Instant clock = time().clock();
            for (int i = 0; i < spec.waves().size(); i++) {
                Optional<Instant> soonest = current.fresh(i).labels().stream()
                        .map(labels -> current.schedule().timing(labels, clock, current.expected()))
                        .filter(timing -> !timing.open())
                        .map(Timing::opensAt)
                        .flatMap(opens -> Optional.ofNullable(opens).stream())
                        .min(Comparator.naturalOrder());
                if (soonest.isPresent()) {
                    return soonest.map(opens -> Duration.between(start, opens).toMillis());
                }
            }
            return Optional.empty();
        }

        private void look(long millis) {
            if (millis > now && millis != looksAt) {
                looksAt = millis;
                due.add(new Due(millis, numbers++, null, null));
            }
        }

        private PlannerTime time() {
            return new PlannerTime(start.plusMillis(now), Duration.ofMillis(now));
        }
    }
}
