package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepRequested;
import io.calicofleet.kafka.EventCodec;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Writes what was decided to its topics. Ids come from what is said, so that saying it again is the same event. */
final class Outputs {

    /** Who sends it. */
    static final String SOURCE = "/calico-fleet/planner";

    private final ProcessorContext<Object, Object> context;

    Outputs(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    void request(StepRequested request, Cause cause) {
        publish(EventIds.requested(request.step()), request, cause);
    }

    void claim(ClaimCall call, Cause cause) {
        publish(EventIds.claim(call), call, cause);
    }

    void claim(ClaimAnswer answer, Cause cause) {
        publish(EventIds.claim(answer), answer, cause);
    }

    void status(ClusterStatus status, Cause cause) {
        publish(status.campaign() + "/" + status.cluster() + "/status/" + status.updatedAt(), status, cause);
    }

    void status(CampaignStatus status, Cause cause) {
        publish(status.campaign() + "/status/" + status.updatedAt(), status, cause);
    }

    /** A record nobody can do anything with, and why. */
    void deadLetter(Record<byte[], byte[]> record, String reason) {
        Optional<RecordMetadata> from = context.recordMetadata();
        ProducerRecord<byte[], byte[]> letter = EventCodec.deadLetter(
                "planner",
                from.map(RecordMetadata::topic).orElse(""),
                from.map(RecordMetadata::partition).orElse(-1),
                from.map(RecordMetadata::offset).orElse(-1L),
                record.key(),
                record.value(),
                record.headers(),
                reason);
        context.forward(
                new Record<>(letter.key(), letter.value(), context.currentSystemTimeMs(), letter.headers()),
                PlannerTopology.DEAD_LETTERS);
    }

    private void publish(String id, FleetEvent data, Cause cause) {
        Event<FleetEvent> event = Event.of(id, SOURCE, cause.at(), cause.actor(), cause.traceparent(), data);
        // The record's own time is now: the event's travels in its attributes.
        context.forward(
                new Record<>(event.key(), event, context.currentSystemTimeMs(), new RecordHeaders()),
                PlannerTopology.EVENTS);
    }

    /**
     * What made the planner say it.
     *
     * @param at when
     * @param actor the person; null where nobody did
     * @param traceparent the trace to go on with; null where there is none
     */
    record Cause(
            Instant at, @Nullable String actor, @Nullable String traceparent) {}
}
