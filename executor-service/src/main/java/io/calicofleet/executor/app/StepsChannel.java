package io.calicofleet.executor.app;

import io.calicofleet.executor.adapter.kafka.PartitionHolds;
import io.calicofleet.executor.adapter.kafka.StepDelivery;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * The steps topic. A record goes into the queue of its cluster and the channel goes on at once; it is acknowledged when
 * its step is done with, which may be half an hour later, in any order. The channel commits up to the first record that
 * is not.
 */
@ApplicationScoped
@Identifier("steps")
class StepsChannel implements KafkaConsumerRebalanceListener {

    private final Executor executor;
    private final PartitionHolds holds = new PartitionHolds();
    private volatile boolean assigned;

    @Inject
    StepsChannel(Executor executor) {
        this.executor = executor;
    }

    @Incoming("steps")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> receive(IncomingKafkaRecord<String, byte[]> record) {
        return executor.queues()
                .accept(new StepDelivery(
                        record.getTopic(),
                        record.getPartition(),
                        record.getOffset(),
                        record.getKey(),
                        record.getPayload(),
                        record.getHeaders(),
                        holds.of(record.getPartition()),
                        () -> {
                            var unused = record.ack();
                        }));
    }

    /** Whether the broker has given this executor its share, if only none. */
    boolean isAssigned() {
        return assigned;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        assigned = true;
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        gone(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        gone(partitions);
    }

    private void gone(Collection<TopicPartition> partitions) {
        List<Integer> numbers =
                partitions.stream().map(TopicPartition::partition).toList();
        holds.end(numbers);
        executor.queues().revoked();
    }
}
