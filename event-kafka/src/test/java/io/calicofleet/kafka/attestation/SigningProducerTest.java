package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** With Kafka's own producer for tests. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SigningProducerTest {

    private final SigningKey key = SigningKey.generate();
    private final Attestor attestor = new Attestor(Sender.PLANNER, key);
    private final TrustedKeys trusted =
            new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), false, key.publicKey())));
    private final MockProducer<String, byte[]> sent =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

    @Test
    void what_a_transaction_sends_is_signed_once_and_keeps_its_order() {
        SigningProducer<String, byte[]> producer = SigningProducer.untilFlush(sent, attestor);
        producer.initTransactions();
        producer.beginTransaction();

        for (int number = 0; number < 10; number++) {
            var unused = producer.send(record(number));
        }
        assertThat(sent.uncommittedRecords()).isEmpty();
        producer.flush();
        producer.commitTransaction();

        assertThat(sent.history()).extracting(ProducerRecord::key).containsExactlyElementsOf(keys(10));
        assertThat(sent.history()).allSatisfy(this::assertCounts);
        assertThat(sent.history().stream().map(SigningProducerTest::statement).distinct())
                .hasSize(1);
    }

    @Test
    void a_commit_sends_what_was_not_flushed() {
        SigningProducer<String, byte[]> producer = SigningProducer.untilFlush(sent, attestor);
        producer.initTransactions();
        producer.beginTransaction();
        var unused = producer.send(record(1));

        producer.commitTransaction();

        assertThat(sent.history()).singleElement().satisfies(this::assertCounts);
    }

    @Test
    void nothing_of_an_aborted_transaction_is_sent_and_whoever_waits_is_told() {
        SigningProducer<String, byte[]> producer = SigningProducer.untilFlush(sent, attestor);
        producer.initTransactions();
        producer.beginTransaction();
        List<Exception> told = new ArrayList<>();
        Future<RecordMetadata> waits = producer.send(record(1), (metadata, failure) -> told.add(failure));

        producer.abortTransaction();
        producer.beginTransaction();
        producer.commitTransaction();

        assertThat(sent.history()).isEmpty();
        assertThat(told).singleElement().isInstanceOf(TransactionAbortedException.class);
        assertThatThrownBy(waits::get).isInstanceOf(ExecutionException.class);
    }

    @Test
    void the_first_record_after_a_while_is_sent_at_once_and_those_after_it_together() throws Exception {
        SigningProducer<String, byte[]> producer = SigningProducer.gathering(sent, attestor, Duration.ofMillis(300));

        var first = producer.send(record(0));
        assertThat(first).isDone();
        Future<RecordMetadata> last = first;
        for (int number = 1; number < 100; number++) {
            last = producer.send(record(number));
        }
        last.get();

        assertThat(sent.history()).extracting(ProducerRecord::key).containsExactlyElementsOf(keys(100));
        assertThat(sent.history()).allSatisfy(this::assertCounts);
        assertThat(sent.history().stream().map(SigningProducerTest::statement).distinct())
                .as("two, or few more where this machine is slow")
                .hasSizeLessThan(50);
    }

    @Test
    void a_producer_that_is_closed_has_sent_what_waited() {
        SigningProducer<String, byte[]> producer = SigningProducer.gathering(sent, attestor, Duration.ofHours(1));
        var first = producer.send(record(0));
        var second = producer.send(record(1));

        producer.close();

        assertThat(first).isDone();
        assertThat(second).isDone();
        assertThat(sent.history()).hasSize(2).allSatisfy(this::assertCounts);
    }

    @Test
    void a_record_the_broker_refuses_fails_for_whoever_sent_it() {
        sent.sendException = new RecordTooLargeException("too large");
        SigningProducer<String, byte[]> producer = SigningProducer.gathering(sent, attestor, Duration.ZERO);
        List<Exception> told = new ArrayList<>();

        Future<RecordMetadata> refused = producer.send(record(0), (metadata, failure) -> told.add(failure));

        assertThatThrownBy(refused::get).hasCause(sent.sendException);
        assertThat(told).containsExactly(sent.sendException);
    }

    private void assertCounts(ProducerRecord<String, byte[]> record) {
        assertThat(trusted.problem(
                        Sender.VERIFIER, record.topic(), Bytes.of(record.key()), record.value(), record.headers()))
                .isEmpty();
    }

    private static String statement(ProducerRecord<String, byte[]> record) {
        return new String(
                record.headers().lastHeader(AttestationHeaders.STATEMENT).value(), UTF_8);
    }

    private static List<String> keys(int many) {
        return IntStream.range(0, many).mapToObj(String::valueOf).toList();
    }

    private static ProducerRecord<String, byte[]> record(int number) {
        return new ProducerRecord<>(
                Topic.STEPS.topicName(), String.valueOf(number), ("value " + number).getBytes(UTF_8));
    }
}
