package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The CloudEvents 1.0 attributes of an event; on Kafka they travel as {@code ce_} headers (binary content mode).
 *
 * @param id unique with its source; deterministic where the event answers another, see {@link EventIds}
 * @param source who sent it, as a URI reference: {@code /calico-fleet/planner}
 * @param type which event it is
 * @param time when what it tells happened
 * @param subject the cluster it is about; null where it is about a whole campaign
 * @param campaign extension {@code campaign}: the campaign it belongs to; null where to none
 * @param step extension {@code stepid}: the step it is about; null where about none
 * @param actor extension {@code actor}: the person who caused it; null where nobody did
 * @param trace extensions {@code traceparent} and {@code tracestate}: the W3C trace context; null where there is none
 */
public record EventAttributes(
        String id,
        String source,
        EventType type,
        Instant time,
        @Nullable ClusterId subject,
        @Nullable CampaignName campaign,
        @Nullable StepId step,
        @Nullable String actor,
        @Nullable TraceContext trace) {

    public EventAttributes {
        requireNonNull(id, "id");
        requireNonNull(source, "source");
        requireNonNull(type, "type");
        requireNonNull(time, "time");
    }

    /** The same of another trace. */
    EventAttributes in(@Nullable TraceContext other) {
        return new EventAttributes(id, source, type, time, subject, campaign, step, actor, other);
    }
}
