package io.calicofleet.executor.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.engine.Oversized;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is too large for a record. The producer is Kafka's own for tests. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaOutboxTest {

    private static final StepId STEP = StepId.parse("u1/c01/upgrade/1");
    private static final ClusterObservation EMPTY = new ClusterObservation(
            null, null, List.of(), List.of(), null, Map.of(), List.of(), List.of(), null, null, List.of(), Map.of(),
            null, Map.of(), null, null);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaOutbox outbox = new KafkaOutbox(producer, "e1", () -> Instant.parse("2026-11-28T10:00:00Z"));

    @Test
    void what_fits_is_sent_as_it_is() {
        StepHeld held = held(10);
        var unused = outbox.publish("u1/c01/upgrade/1/held", null, held);
        assertThat(only()).isEqualTo(held);
    }

    @Test
    void conflicts_that_fit_into_no_record_hold_the_cluster_with_what_takes_so_much_and_what_to_do() {
        var unused = outbox.publish("u1/c01/upgrade/1/held", null, held(9000));
        StepHeld said = (StepHeld) only();
        assertThat(said.reason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
        assertThat(said.reason().approvable())
                .as("nobody approves what was not shown whole")
                .isFalse();
        assertThat(said.conflicts()).isEmpty();
        assertThat(said.details().getFirst()).contains("What upgrade found takes ", "retry");
        assertThat(said.details().get(1)).startsWith("conflicts: 9000 entries, ");
        assertThat(producer.history().getFirst().value()).hasSizeLessThan(4000);
    }

    @Test
    void an_observation_that_fits_into_no_record_is_a_cluster_that_cannot_be_seen() {
        Map<String, List<String>> nodes = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            nodes.put("node-" + i, List.of("10.0.0.1"));
        }
        ClusterObservation large = new ClusterObservation(
                null, null, List.of(), List.of(), null, nodes, List.of(), List.of(), null, null, List.of(), Map.of(),
                null, Map.of(), null, null);
        var unused = outbox.publish("x", null, observed(large));
        SightLost lost = (SightLost) only();
        assertThat(lost.step()).isEqualTo(STEP);
        assertThat(lost.sequence()).isEqualTo(7);
        assertThat(lost.run()).isEqualTo("r1");
        assertThat(lost.reason()).contains("Most of it is nodeAddresses: 100000 entries, ");
        assertThat(id(producer.history().getFirst())).isEqualTo("u1/c01/upgrade/1/sight-lost/r1-7");
    }

    @Test
    void what_a_broker_with_a_smaller_limit_refuses_is_said_in_short_and_then_done() throws Exception {
        CompletableFuture<Void> sent = outbox.publish("u1/c01/upgrade/1/held", null, held(100));
        producer.errorNext(new RecordTooLargeException("too large for this broker"));
        while (producer.history().size() < 2) {
            Thread.onSpinWait();
        }
        producer.completeNext();
        sent.get();
        StepHeld said = (StepHeld) read(producer.history().getLast());
        assertThat(said.reason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
    }

    @Test
    void an_event_at_the_limit_is_sent() {
        var unused = outbox.publish(
                "x", null, new StepSucceeded(STEP, null, List.of(), Collections.nCopies(200, "n".repeat(300)), "done"));
        assertThat(only()).isInstanceOf(StepSucceeded.class);
        var unused2 = outbox.publish("y", null, observed(EMPTY));
        assertThat(read(producer.history().getLast())).isInstanceOf(ChecksObserved.class);
        assertThat(producer.history().getFirst().value()).hasSizeLessThan(Oversized.MOST);
    }

    private static StepHeld held(int conflicts) {
        return new StepHeld(
                STEP,
                HoldReason.CUSTOMISATION_CONFLICTS,
                Collections.nCopies(
                        conflicts,
                        new FieldConflict("DaemonSet kube-system/calico-node", "spec.x", "a".repeat(200), "b", "c")),
                List.of(),
                "held");
    }

    private static ChecksObserved observed(ClusterObservation observation) {
        return new ChecksObserved(STEP, 7, true, observation, "seen", Duration.ofSeconds(10), "r1");
    }

    private FleetEvent only() {
        assertThat(producer.history()).hasSize(1);
        return read(producer.history().getFirst());
    }

    private static FleetEvent read(ProducerRecord<byte[], byte[]> record) {
        return ((Received.Parsed) EventCodec.read(record.headers(), record.value()))
                .event()
                .data();
    }

    private static String id(ProducerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
    }
}
