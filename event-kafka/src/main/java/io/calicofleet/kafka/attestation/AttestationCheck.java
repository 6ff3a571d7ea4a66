package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a consumer has read before anybody sees it. Kafka makes it, from {@link Rule#properties}.
 *
 * <p>A fault of ours here must refuse a record: of interceptors that throw, Kafka only logs it, and hands the record on.
 */
public final class AttestationCheck implements ConsumerInterceptor<Object, Object> {

    private static final String RULE = "calico-fleet.attestation";

    private Rule rule = Rule.NOTHING;

    /** What becomes of a record that does not count. */
    public enum Refused {
        /** Nobody sees it. */
        DROPPED,
        /** {@link EventCodec#read} says that it is unreadable, and why, so that it goes to the dead letters. */
        MARKED
    }

    /**
     * What a consumer checks.
     *
     * @param trusted whose signatures count
     * @param own who reads; null: somebody who writes nothing, and so has nothing of its own
     * @param refused what becomes of what does not count
     * @param told of each refused record: its topic, and why; must not block
     */
    public record Rule(TrustedKeys trusted, @Nullable Sender own, Refused refused, BiConsumer<String, String> told) {

        private static final Rule NOTHING =
                new Rule(new TrustedKeys(List.of()), Sender.PLANNER, Refused.DROPPED, (topic, why) -> {});

        public Rule {
            requireNonNull(trusted, "trusted");
            requireNonNull(refused, "refused");
            requireNonNull(told, "told");
        }

        /** What has a consumer check by it. */
        public Map<String, Object> properties() {
            return Map.of(
                    ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(AttestationCheck.class.getName()), RULE, this);
        }
    }

    @Override
    public void configure(Map<String, ?> configs) {
        if (!(configs.get(RULE) instanceof Rule given)) {
            throw new IllegalArgumentException(RULE + " is missing: this is a fault of the wiring");
        }
        rule = given;
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
        Map<TopicPartition, List<ConsumerRecord<Object, Object>>> checked = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<Object, Object>> kept = new ArrayList<>();
            for (ConsumerRecord<Object, Object> record : records.records(partition)) {
                Optional<String> problem = problem(record);
                problem.ifPresent(why -> rule.told().accept(record.topic(), why));
                // What Kafka Streams keeps for itself nobody reads as an event.
                boolean marked = rule.refused() == Refused.MARKED
                        && Topic.find(record.topic()).isPresent();
                if (problem.isPresent() && marked) {
                    EventCodec.refuse(record.headers(), problem.get());
                }
                if (problem.isEmpty() || marked) {
                    kept.add(record);
                }
            }
            checked.put(partition, kept);
        }
        return new ConsumerRecords<>(checked, records.nextOffsets());
    }

    private Optional<String> problem(ConsumerRecord<Object, Object> record) {
        try {
            return rule.trusted()
                    .problem(
                            rule.own(),
                            record.topic(),
                            Bytes.of(record.key()),
                            Bytes.of(record.value()),
                            record.headers());
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of("its signature could not be checked: " + e);
        }
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
