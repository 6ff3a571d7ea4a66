package io.calicofleet.cli.chaos;

import io.calicofleet.cli.Samples;
import io.calicofleet.cli.chaos.History.ClusterLog;
import io.calicofleet.cli.chaos.History.PeoplesValue;
import io.calicofleet.cli.chaos.History.Recorded;
import io.calicofleet.cli.chaos.History.Write;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimLost;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a history of one cluster down, a second after the other, for tests of what is found in it. */
final class RunScript {

    static final String CLUSTER = "c01";
    private static final ClusterId ID = ClusterId.of(CLUSTER);
    private static final String EXECUTOR = "executor";
    private static final Instant START = Instant.parse("2026-11-28T08:00:00Z");

    private final List<Recorded> records = new ArrayList<>();
    private final List<Write> writes = new ArrayList<>();
    private final List<PeoplesValue> set = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> replays = new ArrayList<>();
    private final List<CampaignStatus> campaigns = new ArrayList<>();
    private final Map<String, ClusterStatus> statuses = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private Instant now = START;
    private int version = 100;

    /** The campaign asks for the cluster and gets it. */
    RunScript granted(String campaign, int attempt, long epoch) {
        epochs.put(campaign, epoch);
        event(new ClaimRequested(name(campaign), ID, attempt, null, "", "asks"));
        return event(new ClaimGranted(name(campaign), ID, attempt, epoch, "granted"));
    }

    RunScript released(String campaign, int attempt) {
        return event(new ClaimReleased(name(campaign), ID, attempt, "released"));
    }

    RunScript lost(String campaign, int attempt, String to) {
        return event(new ClaimLost(name(campaign), ID, attempt, name(to), "because", "lost"));
    }

    /** The planner asks for a step with a gate. */
    RunScript asked(String step) {
        return asked(CLUSTER, step);
    }

    RunScript asked(String cluster, String step) {
        StepId id = id(cluster, step);
        StepParameters parameters = StepParameters.NONE;
        Long epoch = epochs.get(id.campaign().value());
        return event(new StepRequested(
                id,
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(1))),
                epoch == null ? parameters : parameters.withEpoch(epoch, 0),
                "asked"));
    }

    RunScript succeeded(String step) {
        return event(new StepSucceeded(id(CLUSTER, step), null, List.of(), List.of(), null, null, "done"));
    }

    RunScript failed(String step, FailureReason reason) {
        return event(new StepFailed(id(CLUSTER, step), reason, "it says why", List.of("seen"), "failed"));
    }

    RunScript held(String step, HoldReason reason) {
        return event(new StepHeld(id(CLUSTER, step), reason, List.of(), List.of(), "it says why"));
    }

    RunScript judged(String step, Outcome outcome) {
        return event(new StepJudged(
                id(CLUSTER, step),
                outcome,
                List.of(new GateResult(GateKind.PODS, outcome, "because", List.of("seen"))),
                null,
                "judged"));
    }

    /** Asked for, done, judged. */
    RunScript passed(String step) {
        return asked(step).succeeded(step).judged(step, Outcome.PASSED);
    }

    /** The journal says that the step has begun. */
    RunScript begun(String step) {
        return journal(step, "started");
    }

    RunScript done(String step) {
        return journal(step, "done");
    }

    private RunScript journal(String step, String state) {
        StepId id = id(CLUSTER, step);
        return write(
                "configmaps",
                "kube-system/calico-fleet",
                String.valueOf(++version),
                Map.of(
                        "step",
                        id.encode(),
                        "state",
                        state,
                        "epoch",
                        String.valueOf(epochs.getOrDefault(id.campaign().value(), 0L))));
    }

    /** The executor changes an object. */
    RunScript writes(String resource, String object) {
        return write(resource, object, String.valueOf(++version), Map.of());
    }

    /** It writes what is so already, as after an answer that was lost. */
    RunScript writesAgain(String resource, String object) {
        return write(resource, object, String.valueOf(version), Map.of());
    }

    /** The lease is that run's from now on; nobody's where it is empty. */
    RunScript leased(String run) {
        return write(
                "leases.coordination.k8s.io",
                "kube-system/calico-fleet",
                String.valueOf(++version),
                Map.of("holderIdentity", run));
    }

    /** A run of an executor changes an object. */
    RunScript writes(String run, String resource, String object) {
        now = now.plusSeconds(1);
        writes.add(new Write(
                now,
                "patch",
                resource,
                object,
                "calico-fleet/" + run,
                false,
                200,
                String.valueOf(++version),
                Map.of()));
        return this;
    }

    private RunScript write(String resource, String object, String resourceVersion, Map<String, String> values) {
        now = now.plusSeconds(1);
        writes.add(new Write(now, "patch", resource, object, EXECUTOR, false, 200, resourceVersion, values));
        return this;
    }

    RunScript creates(String resource, String object) {
        now = now.plusSeconds(1);
        writes.add(
                new Write(now, "create", resource, object, EXECUTOR, false, 201, String.valueOf(++version), Map.of()));
        return this;
    }

    /** What status says of a cluster of the campaign. */
    RunScript status(String campaign, String cluster, ClusterPhase phase) {
        return status(campaign, cluster, phase, null, null);
    }

    RunScript status(
            String campaign,
            String cluster,
            ClusterPhase phase,
            @Nullable HoldReason reason,
            @Nullable String waitsFor) {
        now = now.plusSeconds(1);
        ClusterStatus sample = Samples.cluster(cluster, phase, reason, "what there is to say");
        ClusterStatus status = new ClusterStatus(
                name(campaign),
                sample.cluster(),
                sample.wave(),
                sample.labels(),
                phase,
                reason,
                List.of(),
                null,
                0,
                0,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                waitsFor == null ? null : name(waitsFor),
                null,
                List.of(),
                List.of(),
                now,
                "what there is to say");
        statuses.put(campaign + "/" + cluster, status);
        record(status);
        return this;
    }

    /** What status says of a campaign of three clusters, one of which may fail, three at once; the last one is its end. */
    RunScript campaign(String campaign, CampaignPhase phase, int failures) {
        return campaign(campaign, Procedure.UPGRADE, phase, failures);
    }

    RunScript campaign(String campaign, Procedure procedure, CampaignPhase phase, int failures) {
        return campaign(campaign, procedure, phase, failures, null, null);
    }

    RunScript campaign(
            String campaign,
            Procedure procedure,
            CampaignPhase phase,
            int failures,
            @Nullable ScheduleSpec schedule,
            @Nullable Unreachable unreachable) {
        now = now.plusSeconds(1);
        CampaignStatus sample = Samples.campaign(phase, Map.of());
        CampaignSpec spec = new CampaignSpec(
                name(campaign),
                procedure,
                sample.spec().target(),
                sample.spec().clusters(),
                sample.spec().waves(),
                sample.spec().maxConcurrent(),
                sample.spec().failureBudget(),
                sample.spec().gates(),
                sample.spec().onConflict(),
                0,
                null,
                schedule,
                List.of(),
                unreachable);
        CampaignStatus status = new CampaignStatus(
                name(campaign),
                spec,
                phase,
                phase == CampaignPhase.HELD ? "the budget is spent" : "",
                List.of(),
                3,
                Map.of(),
                failures,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                START,
                null,
                now,
                "what there is to say");
        campaigns.removeIf(one -> one.campaign().equals(status.campaign()));
        campaigns.add(status);
        record(status);
        return this;
    }

    RunScript set(String where, String value, String atTheEnd) {
        set.add(new PeoplesValue(where, value, atTheEnd));
        return this;
    }

    RunScript left(String line) {
        left.add(line);
        return this;
    }

    /** The planner knows nothing of a campaign that it accepted. */
    RunScript lost(String campaign) {
        lost.add(campaign + ": There is no campaign '" + campaign + "'.");
        return this;
    }

    /** What the decisions of a campaign lead to is not what is said of it. */
    RunScript replayedOtherwise(String campaign) {
        replays.add(campaign + ": its status would be held and is running");
        return this;
    }

    RunScript unreadable(String line) {
        unreadable.add(line);
        return this;
    }

    /** Time does not pass between what was written last and what is next: it happened before. */
    RunScript earlier(Duration by) {
        now = now.minus(by);
        return this;
    }

    History history() {
        return new History(
                records,
                Map.of(ID, new ClusterLog(writes, set, left)),
                campaigns,
                List.copyOf(statuses.values()),
                unreadable,
                lost,
                replays);
    }

    private RunScript event(FleetEvent data) {
        now = now.plusSeconds(1);
        record(data);
        return this;
    }

    private void record(FleetEvent data) {
        records.add(
                new Recorded(Event.of("id-" + records.size(), "/test", now, null, null, data), now, 0, records.size()));
    }

    private static CampaignName name(String campaign) {
        return CampaignName.of(campaign);
    }

    /** {@code one/upgrade/1}: of the campaign one. */
    private static StepId id(String cluster, String step) {
        String[] parts = step.split("/", -1);
        return StepId.parse(parts[0] + "/" + cluster + "/" + parts[1] + "/" + parts[2]);
    }
}
