package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event: attributes and payload.
 *
 * @param attributes its CloudEvents attributes
 * @param data its payload
 */
public record Event<T extends FleetEvent>(EventAttributes attributes, T data) {

    public Event {
        requireNonNull(attributes, "attributes");
        requireNonNull(data, "data");
    }

    /**
     * An event whose subject, campaign and step are read from its payload.
     *
     * @param id see {@link EventIds}
     * @param source who sends it
     * @param time when what it tells happened
     * @param actor the person who caused it; null where nobody did
     * @param trace the trace context to go on with; null where there is none
     * @param data the payload
     */
    public static <T extends FleetEvent> Event<T> of(
            String id, String source, Instant time, @Nullable String actor, @Nullable TraceContext trace, T data) {
        Subject subject = Subject.of(data);
        return new Event<>(
                new EventAttributes(
                        id,
                        source,
                        data.type(),
                        time,
                        subject.cluster(),
                        subject.campaign(),
                        subject.step(),
                        actor,
                        trace),
                data);
    }

    /** The same event in another trace. */
    public Event<T> in(@Nullable TraceContext trace) {
        return new Event<>(attributes.in(trace), data);
    }

    /** The key of its record: what its topic is keyed by. */
    public String key() {
        Subject subject = Subject.of(data);
        return switch (data.type().topic()) {
            case CLUSTERS, CLAIMS, STEPS, CHECKS, TRAFFIC -> String.valueOf(subject.cluster());
            case COMMANDS, CLAIM_ANSWERS, PROGRESS, VERDICTS, DECISIONS, DEAD_LETTERS ->
                String.valueOf(subject.campaign());
            case FLEET -> FleetStop.KEY;
            case AUDIT -> data instanceof AuditRecorded audit ? audit.writer() : "";
            case FAILURES -> data instanceof FailureSeen seen ? seen.signature() : "";
            case STATUS, PLANS ->
                subject.cluster() == null
                        ? String.valueOf(subject.campaign())
                        : subject.campaign() + "/" + subject.cluster();
        };
    }

    /** What a payload is about. */
    private record Subject(
            @Nullable CampaignName campaign,
            @Nullable ClusterId cluster,
            @Nullable StepId step) {

        static Subject of(FleetEvent data) {
            return switch (data) {
                case ClusterAnnounced event -> new Subject(null, event.cluster(), null);
                case CampaignApproved event -> new Subject(event.campaign(), event.cluster(), null);
                case ClusterRetried event -> new Subject(event.campaign(), event.cluster(), null);
                case ClusterSkipped event -> new Subject(event.campaign(), event.cluster(), null);
                case ClusterTakenOver event -> new Subject(event.campaign(), event.cluster(), null);
                case CampaignCommand event -> new Subject(event.campaign(), null, null);
                case ClaimCall event -> new Subject(event.campaign(), event.cluster(), null);
                case ClaimAnswer event -> new Subject(event.campaign(), event.cluster(), null);
                case StepRequested event -> of(event.step());
                case PlanMade event -> of(event.step());
                case StepProgress event -> of(event.step());
                case ChecksObserved event -> of(event.step());
                case SightLost event -> of(event.step());
                case StepJudged event -> of(event.step());
                case GatesMissing event -> of(event.step());
                case DecisionMade event -> new Subject(event.campaign(), null, null);
                case AuditRecorded event -> new Subject(event.campaign(), event.cluster(), null);
                case FleetStop event -> new Subject(null, null, null);
                case FailureSeen event -> of(event.step());
                case CampaignStatus event -> new Subject(event.campaign(), null, null);
                case ClusterStatus event -> new Subject(event.campaign(), event.cluster(), event.step());
            };
        }

        private static Subject of(StepId step) {
            return new Subject(step.campaign(), step.cluster(), step);
        }
    }
}
