package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.core.Effect.ForgetCampaign;
import io.calicofleet.runtime.streams.DeadLetters;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was decided to its topics. Ids come from what is said, so that saying it again is the same event. What is decided
 * is made into records first, and sent when all of them fit.
 */
final class Outputs {

    /** Who sends it. */
    static final String SOURCE = "/calico-fleet/planner";

    private final ProcessorContext<Object, Object> context;

    Outputs(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    /**
     * A step, with which a trace of its own begins: what asks for it may have been a command of days ago. It is linked with what made the planner
     * ask, and with the command that created its campaign.
     *
     * @param created the trace of that command; null where it is not known
     */
    ProducerRecord<String, byte[]> request(StepRequested request, Cause cause, @Nullable TraceContext created) {
        Map<String, TraceContext> links = new LinkedHashMap<>();
        if (created != null) {
            links.put("campaign", created);
        }
        if (cause.trace() != null && !cause.trace().equals(created)) {
            links.put("cause", cause.trace());
        }
        Event<StepRequested> event = event(EventIds.requested(request.step()), request, cause);
        try (Traced sent = Tracing.begin(event.attributes(), Topic.STEPS.topicName(), links)) {
            return record(event.in(sent.context()));
        }
    }

    ProducerRecord<String, byte[]> claim(ClaimCall call, Cause cause) {
        return record(EventIds.claim(call), call, cause);
    }

    ProducerRecord<String, byte[]> claim(ClaimAnswer answer, Cause cause) {
        return record(EventIds.claim(answer), answer, cause);
    }

    ProducerRecord<String, byte[]> failure(FailureSeen failure, Cause cause) {
        return record(EventIds.failure(failure), failure, cause);
    }

    ProducerRecord<String, byte[]> stop(FleetStop stop, Cause cause) {
        return record("fleet/stop/" + stop.at(), stop, cause);
    }

    ProducerRecord<String, byte[]> status(ClusterStatus status, Cause cause) {
        return record(status.campaign() + "/" + status.cluster() + "/status/" + status.updatedAt(), status, cause);
    }

    ProducerRecord<String, byte[]> status(CampaignStatus status, Cause cause) {
        return record(status.campaign() + "/status/" + status.updatedAt(), status, cause);
    }

    ProducerRecord<String, byte[]> decision(DecisionMade made, Cause cause) {
        String id = made.campaign() + "/decision/" + made.at() + "/" + made.changed() + "/" + made.part();
        return record(id, made, cause);
    }

    /** Statuses that are true no more: of the clusters, then of their campaign. */
    static List<ProducerRecord<String, byte[]>> tombstones(ForgetCampaign forget) {
        List<ProducerRecord<String, byte[]>> tombstones = new ArrayList<>();
        forget.clusters().forEach(cluster -> tombstones.add(tombstone(forget.campaign() + "/" + cluster)));
        tombstones.add(tombstone(forget.campaign().value()));
        return tombstones;
    }

    /** Sends it. */
    void send(ProducerRecord<String, byte[]> made) {
        // The record's own time is now: the event's travels in its attributes.
        context.forward(
                new Record<>(made.key(), made, context.currentSystemTimeMs(), made.headers()), PlannerTopology.EVENTS);
    }

    /** A record nobody can do anything with, and why. */
    void deadLetter(Record<byte[], byte[]> record, String reason) {
        ProducerRecord<byte[], byte[]> letter =
                DeadLetters.of("planner", context, record.key(), record.value(), record.headers(), reason);
        context.forward(
                new Record<>(letter.key(), letter.value(), context.currentSystemTimeMs(), letter.headers()),
                PlannerTopology.DEAD_LETTERS);
    }

    private static ProducerRecord<String, byte[]> record(String id, FleetEvent data, Cause cause) {
        return record(event(id, data, cause));
    }

    private static <T extends FleetEvent> Event<T> event(String id, T data, Cause cause) {
        return Event.of(id, SOURCE, cause.at(), cause.actor(), cause.trace(), data);
    }

    private static ProducerRecord<String, byte[]> record(Event<? extends FleetEvent> event) {
        ProducerRecord<String, byte[]> made = EventCodec.record(event);
        TooLargeException.refuse(event.data().type().shortName() + " of " + made.key(), made.value());
        return made;
    }

    private static ProducerRecord<String, byte[]> tombstone(String key) {
        return new ProducerRecord<>(Topic.STATUS.topicName(), key, null);
    }

    /**
     * What made the planner say it.
     *
     * @param at when
     * @param actor the person; null where nobody did
     * @param trace the trace to go on with; null where there is none
     */
    record Cause(
            Instant at, @Nullable String actor, @Nullable TraceContext trace) {}
}
