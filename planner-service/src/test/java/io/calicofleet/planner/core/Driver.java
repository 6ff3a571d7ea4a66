package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.port.journal.Changed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Drives one campaign by hand: says what happens, and remembers what the planner asked for. */
final class Driver {

    static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    final PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
    final Map<ClusterId, StepRequested> asked = new LinkedHashMap<>();
    final List<StepRequested> requests = new ArrayList<>();
    final List<Effect> effects = new ArrayList<>();

    /** What was decided on, as it is written down. */
    final List<Recorded> recorded = new ArrayList<>();

    final ClaimDesk desk;
    List<ClusterCandidate> fleet;
    CampaignName name = CampaignName.of("calico-3-22");
    CampaignState state;
    Decision last;
    Instant now = START;
    ClusterFacts facts = Fleet.facts();

    Driver(int clusters) {
        this(clusters, new ClaimDesk());
    }

    /** One of several campaigns on the same clusters. */
    Driver(int clusters, ClaimDesk desk) {
        this.fleet = Fleet.of(clusters);
        this.desk = desk;
    }

    static Driver started(int clusters, Object... fields) {
        Driver driver = new Driver(clusters);
        driver.create(Fleet.campaign(fields));
        return driver;
    }

    Driver create(CampaignSpec spec) {
        name = spec.name();
        return command(new CampaignCreated(spec.name(), spec, "create"));
    }

    Driver command(CampaignCommand command) {
        return feed(new PlannerInput.CommandReceived(Times.at(now), command, "alice", fleet));
    }

    Driver pause() {
        return command(new CampaignPaused(name, "lunch", "pause"));
    }

    Driver resume() {
        return command(new CampaignResumed(name, "back", "resume"));
    }

    Driver abort() {
        return command(new CampaignAborted(name, "enough", "abort"));
    }

    Driver approve(String cluster) {
        return approve(cluster, null, false);
    }

    Driver approve(String cluster, OnConflict conflicts, boolean apply) {
        return approve(cluster, conflicts, apply, digest(cluster), null);
    }

    Driver approve(String cluster, OnConflict conflicts, boolean apply, String digest, String policy) {
        return command(new CampaignApproved(
                name, id(cluster), "seen", conflicts, apply, digest, policy, List.of(), "approve"));
    }

    /** Of the review the cluster shows; null where it shows none. */
    String digest(String cluster) {
        ClusterState known = cluster == null ? null : state.cluster(id(cluster));
        TrafficReview review = known == null ? null : known.findings().review();
        return review == null ? null : review.digest();
    }

    Driver retry(String cluster) {
        return command(new ClusterRetried(name, id(cluster), "fixed", "retry"));
    }

    Driver skip(String cluster) {
        return command(new ClusterSkipped(name, id(cluster), "later", "skip"));
    }

    Driver tick(Duration later) {
        now = now.plus(later);
        return feed(new PlannerInput.Tick(Times.at(now)));
    }

    Driver report(StepProgress progress) {
        return feed(new PlannerInput.ProgressReceived(Times.at(now), progress));
    }

    Driver judge(StepJudged verdict) {
        return feed(new PlannerInput.VerdictReceived(Times.at(now), verdict));
    }

    Driver hear(GatesMissing said) {
        return feed(new PlannerInput.MissingHeard(Times.at(now), said));
    }

    Driver accept(String cluster) {
        return report(new StepAccepted(step(cluster), "executor-1", "accepted"));
    }

    Driver act(String cluster) {
        StepId step = step(cluster);
        boolean inspect = step.kind() == StepKind.INSPECT;
        return report(new StepSucceeded(step, inspect ? facts : null, List.of(), List.of(), "done"));
    }

    Driver pass(String cluster) {
        return judge(verdict(cluster, Outcome.PASSED));
    }

    Driver failGate(String cluster) {
        return judge(verdict(cluster, Outcome.FAILED));
    }

    Driver failStep(String cluster, FailureReason reason) {
        return report(new StepFailed(step(cluster), reason, "it went wrong", List.of("line"), "failed"));
    }

    /** Its executor, whose clock shows that, says that the step has expired. */
    Driver expire(String cluster, @Nullable Instant there) {
        return report(new StepFailed(step(cluster), FailureReason.EXPIRED, "too late", List.of(), "failed", there));
    }

    StepJudged verdict(String cluster, Outcome outcome) {
        TrafficReview review = outcome == Outcome.NEEDS_APPROVAL
                ? new TrafficReview(List.of(), List.of(), "kind: GlobalNetworkPolicy", List.of())
                : null;
        return new StepJudged(step(cluster), outcome, List.of(), review, "judged");
    }

    /** Has the step in flight done and passed. */
    Driver complete(String cluster) {
        StepRequested request = asked.get(id(cluster));
        act(cluster);
        return request.gates().isEmpty()
                ? this
                : judge(new StepJudged(request.step(), Outcome.PASSED, List.of(), null, ""));
    }

    /** Has steps done and passed up to and including the first of {@code kind}. */
    Driver completeThrough(String cluster, StepKind kind) {
        StepKind done;
        do {
            done = step(cluster).kind();
            complete(cluster);
        } while (done != kind);
        return this;
    }

    /** Has steps done and passed until one of {@code kind} is asked for. */
    Driver reach(String cluster, StepKind kind) {
        while (step(cluster).kind() != kind) {
            complete(cluster);
        }
        return this;
    }

    /** Has every step done and passed. */
    Driver finish(String cluster) {
        while (phase(cluster) == ClusterPhase.RUNNING) {
            complete(cluster);
        }
        return this;
    }

    Driver feed(PlannerInput input) {
        Decision decision = core.decide(state, input);
        state = decision.state();
        recorded.add(
                new Recorded(recorded.size(), input, false, Changed.of(decision).checksum(), ""));
        if (!desk.delivering()) {
            last = decision;
        }
        for (Effect effect : decision.effects()) {
            effects.add(effect);
            if (effect instanceof Effect.CallClaim claim) {
                desk.call(this, claim.call(), now);
            }
            if (effect instanceof Effect.RequestStep request) {
                requests.add(request.request());
                asked.put(request.request().step().cluster(), request.request());
            }
        }
        desk.deliver();
        return this;
    }

    StepId step(String cluster) {
        return asked.get(id(cluster)).step();
    }

    StepRequested request(String cluster) {
        return asked.get(id(cluster));
    }

    ClusterState cluster(String cluster) {
        return state.cluster(id(cluster));
    }

    ClusterPhase phase(String cluster) {
        return cluster(cluster).phase();
    }

    CampaignPhase phase() {
        return state.header().phase();
    }

    /** The kinds asked for on a cluster so far. */
    List<StepKind> kinds(String cluster) {
        return requests.stream()
                .map(StepRequested::step)
                .filter(step -> step.cluster().equals(id(cluster)))
                .map(StepId::kind)
                .toList();
    }

    /** Ids of the clusters in flight. */
    List<String> inFlight() {
        return state.clusters().values().stream()
                .filter(ClusterState::takesPlace)
                .map(cluster -> cluster.cluster().value())
                .sorted()
                .toList();
    }

    /** Why the last input was refused; empty where it was not. */
    String refusal() {
        return last.effects().stream()
                .filter(Effect.RefuseCommand.class::isInstance)
                .map(effect -> ((Effect.RefuseCommand) effect).reason())
                .findFirst()
                .orElse("");
    }

    CampaignStatus status() {
        return effects.reversed().stream()
                .filter(Effect.PublishCampaignStatus.class::isInstance)
                .map(effect -> ((Effect.PublishCampaignStatus) effect).status())
                .findFirst()
                .orElseThrow();
    }

    static ClusterId id(String cluster) {
        return cluster == null ? null : ClusterId.of(cluster);
    }
}
