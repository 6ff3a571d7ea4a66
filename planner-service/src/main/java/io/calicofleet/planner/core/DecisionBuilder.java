package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepRequested;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.StepInFlight;
import io.calicofleet.planner.core.route.PlannedStep;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One decision in the making: the state as it becomes, and what is to be done. Lives no longer than one call. */
final class DecisionBuilder {

    /**
     * For how long a step may be begun after it was asked for. Whoever withholds one cannot have it done at another time; an executor that
     * was away for longer is asked again.
     */
    static final Duration VALID = Duration.ofMinutes(15);

    private final @Nullable CampaignState before;
    private final PlannerTime now;
    private final List<Effect> refusals = new ArrayList<>();
    private final List<Effect> calls = new ArrayList<>();
    private final List<Effect> requests = new ArrayList<>();
    private final List<Effect> failures = new ArrayList<>();
    private final Set<ClusterId> touched = new LinkedHashSet<>();
    private CampaignState state;
    private String refused = "";
    private String word = "";

    DecisionBuilder(@Nullable CampaignState before, CampaignState state, PlannerTime now) {
        this.before = before;
        this.state = state;
        this.now = now;
        if (before == null || !before.clusters().equals(state.clusters())) {
            touched.addAll(state.clusters().keySet());
        }
    }

    CampaignState state() {
        return state;
    }

    CampaignHeader header() {
        return state.header();
    }

    PlannerTime now() {
        return now;
    }

    /** Whether any cluster is another than before, or there is something to say about one. */
    boolean changed() {
        return !touched.isEmpty() || !calls.isEmpty();
    }

    /**
     * Takes the cluster in; one that is finished is released for other campaigns. In a plan nothing waits for a person: what
     * would be held is told, and that is all.
     */
    void put(ClusterState decided) {
        ClusterState cluster = state.header().spec().procedure() == Procedure.PLAN ? decided.answered() : decided;
        if (cluster.finished() && cluster.claimed().active()) {
            letGo(cluster);
            return;
        }
        CampaignState after = state.withCluster(cluster);
        if (!cluster.equals(state.cluster(cluster.cluster()))) {
            touched.add(cluster.cluster());
        }
        state = after;
    }

    /** Releases the cluster for other campaigns. */
    void letGo(ClusterState cluster) {
        calls.add(new Effect.CallClaim(new ClaimReleased(
                state.name(),
                cluster.cluster(),
                cluster.claimed().attempt(),
                state.name() + " is done with " + cluster.cluster() + ".")));
        put(cluster.unclaimed());
    }

    /** Says something of a cluster that the campaign wants, or does not any more. */
    void call(ClaimCall call) {
        calls.add(new Effect.CallClaim(call));
    }

    /** Says that a step failed, where failures of all campaigns are counted. */
    void failed(FailureSeen failure) {
        failures.add(new Effect.TellFailure(failure));
    }

    /** The campaign with another document, and its clusters as that has them. */
    void rebuild(CampaignHeader header, Collection<ClusterState> clusters) {
        clusters.stream()
                .filter(cluster -> !cluster.equals(state.cluster(cluster.cluster())))
                .forEach(cluster -> touched.add(cluster.cluster()));
        state = CampaignState.of(header, clusters);
    }

    void header(CampaignHeader header) {
        state = state.withHeader(header);
    }

    /** Asks for the first of {@code steps}; the others come after it. */
    void request(ClusterState cluster, List<PlannedStep> steps) {
        request(cluster, steps, now.clock());
    }

    /** Asks once more for the step in flight, which nobody has begun. {@code there} is what the clock of its executor showed. */
    void requestAgain(ClusterState cluster, Instant there) {
        PlannedStep again = cluster.inFlight().planned();
        request(
                cluster,
                Stream.concat(Stream.of(again), cluster.todo().stream()).toList(),
                there.isAfter(now.clock()) ? there : now.clock());
    }

    private void request(ClusterState cluster, List<PlannedStep> steps, Instant from) {
        PlannedStep first = steps.getFirst();
        List<PlannedStep> after = Stream.concat(
                        first.times() > 1 ? Stream.of(first.onceLess()) : Stream.empty(),
                        steps.stream().skip(1))
                .toList();
        ClusterState asked = cluster.requested(state.name(), first, after, now);
        put(asked);
        StepInFlight step = asked.inFlight();
        requests.add(new Effect.RequestStep(new StepRequested(
                step.id(),
                first.gates(),
                step.planned().parameters(),
                cluster.cluster() + ": " + first.kind().sentence(),
                CampaignDefaults.limit(state.header().spec().gates(), first.gates()),
                from.plus(VALID),
                WaveRules.approvals(state, asked))));
    }

    /** The command, or a part of it, changes nothing. */
    void refuse(CampaignCommand command, String reason) {
        refusals.add(new Effect.RefuseCommand(command.campaign(), command.type(), reason));
        refused = refused.isEmpty() ? reason : refused + " " + reason;
    }

    /** Says in the status that comes of this what happened by itself. */
    void tell(String what) {
        word = what;
    }

    /** The decision; {@code publishAll} publishes the status of everything that changed since the last time. */
    Decision finish(boolean publishAll) {
        List<Effect> effects = new ArrayList<>(refusals);
        effects.addAll(calls);
        effects.addAll(requests);
        effects.addAll(failures);
        boolean counts = publishAll && !state.countsPublished();
        Iterable<ClusterId> toPublish = counts ? List.copyOf(state.unpublished()) : touched;
        for (ClusterId id : toPublish) {
            ClusterState cluster = state.cluster(id);
            if (cluster != null && (counts || phaseChanged(cluster))) {
                effects.add(new Effect.PublishClusterStatus(Statuses.of(state, cluster)));
                state = state.withPublished(id);
            }
        }
        boolean told = before == null || Statuses.toldDifferently(before.header(), state.header());
        if (counts) {
            state = state.withHeader(state.header().published(now)).withAllPublished();
        }
        if (told || counts || !refused.isEmpty() || !word.isEmpty()) {
            effects.add(new Effect.PublishCampaignStatus(
                    word.isEmpty() ? Statuses.of(state, refused, now) : Statuses.told(state, word, now)));
        }
        boolean headerChanged = before == null || !before.header().equals(state.header());
        return new Decision(state, effects, headerChanged, touched);
    }

    private boolean phaseChanged(ClusterState cluster) {
        ClusterState was = before == null ? null : before.cluster(cluster.cluster());
        return was == null || was.phase() != cluster.phase();
    }
}
