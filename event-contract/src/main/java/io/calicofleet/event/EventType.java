package io.calicofleet.event;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Every event there is, with its CloudEvents {@code type}, its payload and its topic. */
public enum EventType {
    CLUSTER_ANNOUNCED("cluster.announced", ClusterAnnounced.class, Topic.CLUSTERS),
    CAMPAIGN_CREATED("campaign.created", CampaignCreated.class, Topic.COMMANDS),
    CAMPAIGN_REVISED("campaign.revised", CampaignRevised.class, Topic.COMMANDS),
    CAMPAIGN_APPROVED("campaign.approved", CampaignApproved.class, Topic.COMMANDS),
    CAMPAIGN_PAUSED("campaign.paused", CampaignPaused.class, Topic.COMMANDS),
    CAMPAIGN_RESUMED("campaign.resumed", CampaignResumed.class, Topic.COMMANDS),
    CAMPAIGN_ABORTED("campaign.aborted", CampaignAborted.class, Topic.COMMANDS),
    CAMPAIGN_DELETED("campaign.deleted", CampaignDeleted.class, Topic.COMMANDS),
    CLUSTER_RETRIED("cluster.retried", ClusterRetried.class, Topic.COMMANDS),
    CLUSTER_SKIPPED("cluster.skipped", ClusterSkipped.class, Topic.COMMANDS),
    CLUSTER_TAKEN_OVER("cluster.taken-over", ClusterTakenOver.class, Topic.COMMANDS),
    CLAIM_REQUESTED("claim.requested", ClaimRequested.class, Topic.CLAIMS),
    CLAIM_RELEASED("claim.released", ClaimReleased.class, Topic.CLAIMS),
    CLAIM_GRANTED("claim.granted", ClaimGranted.class, Topic.CLAIM_ANSWERS),
    CLAIM_QUEUED("claim.queued", ClaimQueued.class, Topic.CLAIM_ANSWERS),
    CLAIM_REFUSED("claim.refused", ClaimRefused.class, Topic.CLAIM_ANSWERS),
    CLAIM_LOST("claim.lost", ClaimLost.class, Topic.CLAIM_ANSWERS),
    STEP_REQUESTED("step.requested", StepRequested.class, Topic.STEPS),
    STEP_ACCEPTED("step.accepted", StepAccepted.class, Topic.PROGRESS),
    STEP_PROGRESSED("step.progressed", StepProgressed.class, Topic.PROGRESS),
    STEP_SUCCEEDED("step.succeeded", StepSucceeded.class, Topic.PROGRESS),
    STEP_HELD("step.held", StepHeld.class, Topic.PROGRESS),
    STEP_FAILED("step.failed", StepFailed.class, Topic.PROGRESS),
    PLAN_MADE("plan.made", PlanMade.class, Topic.PLANS),
    CHECKS_OBSERVED("checks.observed", ChecksObserved.class, Topic.CHECKS),
    SIGHT_LOST("sight.lost", SightLost.class, Topic.CHECKS),
    STEP_JUDGED("step.judged", StepJudged.class, Topic.VERDICTS),
    GATES_MISSING("gates.missing", GatesMissing.class, Topic.VERDICTS),
    DECISION_MADE("decision.made", DecisionMade.class, Topic.DECISIONS),
    CAMPAIGN_STATUS("campaign.status", CampaignStatus.class, Topic.STATUS),
    CLUSTER_STATUS("cluster.status", ClusterStatus.class, Topic.STATUS),
    FLEET_STOP("fleet.stop", FleetStop.class, Topic.FLEET),
    FAILURE_SEEN("failure.seen", FailureSeen.class, Topic.FAILURES),
    AUDIT_RECORDED("audit.recorded", AuditRecorded.class, Topic.AUDIT);

    private static final Map<String, EventType> BY_TYPE =
            Arrays.stream(values()).collect(toUnmodifiableMap(EventType::encode, Function.identity()));

    private final String name;
    private final String encoded;
    private final Class<? extends FleetEvent> payload;
    private final Topic topic;

    EventType(String name, Class<? extends FleetEvent> payload, Topic topic) {
        this.name = name;
        this.encoded = "io.calicofleet." + name + ".v1";
        this.payload = payload;
        this.topic = topic;
    }

    /** The CloudEvents {@code type}, such as {@code io.calicofleet.step.requested.v1}. */
    public String encode() {
        return encoded;
    }

    /** The name without prefix and version, such as {@code step.requested}; also the name of its JSON Schema. */
    public String shortName() {
        return name;
    }

    /** The class of its payload. */
    public Class<? extends FleetEvent> payload() {
        return payload;
    }

    /** Where it is published. */
    public Topic topic() {
        return topic;
    }

    /** Reads what {@link #encode()} writes; empty where there is no such type. */
    public static Optional<EventType> find(String text) {
        return Optional.ofNullable(BY_TYPE.get(text));
    }

    @Override
    public String toString() {
        return encode();
    }
}
