package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrustedKeysTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final SigningKey planner = SigningKey.generate();
    private final SigningKey executor = SigningKey.generate();
    private final SigningKey verifier = SigningKey.generate();
    private final TrustedKeys trusted = new TrustedKeys(List.of(
            trust(Sender.PLANNER, planner),
            trust(Sender.EXECUTOR, executor, "eu-*"),
            trust(Sender.VERIFIER, verifier)));

    @Test
    void what_was_signed_together_counts_one_by_one() {
        List<ProducerRecord<String, byte[]>> steps =
                IntStream.range(0, 100).mapToObj(number -> step("eu-" + number)).toList();

        new Attestor(Sender.PLANNER, planner).sign(steps);

        assertThat(steps).allSatisfy(step -> assertThat(problem(step)).isEmpty());
    }

    @Test
    void a_record_without_signature_does_not_count() {
        assertThat(problem(step("eu-1"))).contains("it is not signed");
    }

    @Test
    void any_change_of_topic_key_value_or_attribute_is_noticed() {
        ProducerRecord<String, byte[]> step = signed(step("eu-1"), Sender.PLANNER, planner);
        byte[] changed = step.value().clone();
        changed[changed.length / 2] ^= 1;

        assertThat(problem(copy(step, step.topic(), "eu-2", step.value())))
                .hasValueSatisfying(TrustedKeysTest::notSigned);
        assertThat(problem(copy(step, step.topic(), step.key(), changed)))
                .hasValueSatisfying(TrustedKeysTest::notSigned);
        assertThat(problem(copy(step, Topic.STATUS.topicName(), step.key(), step.value())))
                .hasValueSatisfying(TrustedKeysTest::notSigned);
        for (Header header : step.headers().toArray()) {
            ProducerRecord<String, byte[]> other = copy(step, step.topic(), step.key(), step.value());
            if (header.key().startsWith("ce_")) {
                other.headers().remove(header.key());
                assertThat(problem(other)).as("without %s", header.key()).isPresent();
                other.headers().add(header.key(), "other".getBytes(UTF_8));
                assertThat(problem(other)).as("another %s", header.key()).isPresent();
            }
        }
        assertThat(problem(step)).isEmpty();
    }

    @Test
    void a_statement_about_something_else_signs_no_record() {
        ProducerRecord<String, byte[]> step = signed(step("eu-1"), Sender.PLANNER, planner);
        byte[] other = new String(Base64.getDecoder().decode(payload(step)), UTF_8)
                .replace("attestation/records/v1", "attestation/cluster-outcome/v1")
                .getBytes(UTF_8);
        step.headers().remove(AttestationHeaders.STATEMENT);
        step.headers().add(AttestationHeaders.STATEMENT, new Attestor(Sender.PLANNER, planner).sign(other));

        assertThat(problem(step)).contains("its signature cannot be read: it speaks of no records");
    }

    private static String payload(ProducerRecord<String, byte[]> record) {
        try {
            return Envelope.read(record.headers()
                            .lastHeader(AttestationHeaders.STATEMENT)
                            .value())
                    .payload();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_envelope_counts_by_a_key_of_whom_it_has_to_be_and_not_revoked() throws IOException {
        byte[] statement = "{\"any\":1}".getBytes(UTF_8);
        Envelope envelope = Envelope.read(new Attestor(Sender.PLANNER, planner).sign(statement));

        assertThat(trusted.problem(envelope, Sender.PLANNER)).isEmpty();
        assertThat(trusted.problem(envelope, Sender.VERIFIER))
                .hasValueSatisfying(why -> assertThat(why).contains("what counts here is what the verifier signed"));
        assertThat(trusted.problem(Envelope.read(Envelope.of(statement, null)), Sender.PLANNER))
                .contains("it is not signed");
        assertThat(trusted.problem(Envelope.read(Envelope.of(statement, SigningKey.generate())), Sender.PLANNER))
                .hasValueSatisfying(why -> assertThat(why).contains("which is not trusted here"));
        TrustedKeys revoked =
                new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), true, planner.publicKey())));
        assertThat(revoked.problem(envelope, Sender.PLANNER))
                .hasValueSatisfying(why -> assertThat(why).endsWith("which is revoked"));
        assertThat(trusted.problem(new Envelope(envelope.payload(), envelope.keyId(), "no Base64"), Sender.PLANNER))
                .hasValueSatisfying(why -> assertThat(why).startsWith("its signature cannot be read: "));
    }

    @Test
    void no_part_signs_for_another() {
        assertThat(problem(signed(step("eu-1"), Sender.EXECUTOR, executor)))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("on this topic a record counts that the planner signed"));
        assertThat(problem(signed(accepted("eu-1"), Sender.PLANNER, planner)))
                .hasValueSatisfying(why -> assertThat(why).contains("that the executor signed"));
        assertThat(problem(signed(step("eu-1"), Sender.PLANNER, executor)))
                .as("a statement that names another sender than the one its key is of")
                .isPresent();
    }

    @Test
    void an_executor_speaks_for_its_own_clusters_only() {
        assertThat(problem(signed(accepted("eu-1"), Sender.EXECUTOR, executor))).isEmpty();
        assertThat(problem(signed(accepted("us-1"), Sender.EXECUTOR, executor)))
                .hasValueSatisfying(why -> assertThat(why).contains("may not speak for us-1"));
        assertThat(problem(signed(
                        new ProducerRecord<>(Topic.CLUSTERS.topicName(), "us-1", null), Sender.EXECUTOR, executor)))
                .as("that it is served no more")
                .isPresent();
    }

    @Test
    void a_key_that_is_unknown_or_revoked_does_not_count() {
        SigningKey stranger = SigningKey.generate();
        TrustedKeys revoked =
                new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), true, planner.publicKey())));

        assertThat(problem(signed(step("eu-1"), Sender.PLANNER, stranger)))
                .hasValueSatisfying(
                        why -> assertThat(why).contains(stranger.id()).contains("not trusted here"));
        assertThat(problem(revoked, signed(step("eu-1"), Sender.PLANNER, planner)))
                .hasValueSatisfying(why -> assertThat(why).contains("revoked"));
    }

    @Test
    void a_stop_of_everything_needs_no_signature_and_its_end_does() {
        FleetStop stop = FleetStop.of(new Stop("ana", "smoke", NOW), NOW);
        FleetStop end = new FleetStop(null, NOW, "goes on");

        assertThat(problem(record(stop))).isEmpty();
        assertThat(problem(record(end))).contains("it is not signed");
        assertThat(problem(new ProducerRecord<>(Topic.FLEET.topicName(), FleetStop.KEY, null)))
                .as("a tombstone ends it too")
                .isPresent();
        assertThat(problem(signed(record(end), Sender.PLANNER, planner))).isEmpty();
    }

    @Test
    void whatever_the_signature_is_made_of_no_changed_record_counts() {
        Random random = new Random(42);
        for (int round = 0; round < 2000; round++) {
            ProducerRecord<String, byte[]> step = signed(step("eu-" + round), Sender.PLANNER, planner);
            String header = random.nextBoolean() ? AttestationHeaders.STATEMENT : AttestationHeaders.PLACE;
            byte[] value = step.headers().lastHeader(header).value();
            value = random.nextInt(4) == 0 ? Arrays.copyOf(value, random.nextInt(value.length)) : value.clone();
            for (int change = random.nextInt(3); change > 0 && value.length > 0; change--) {
                value[random.nextInt(value.length)] = (byte) random.nextInt(256);
            }
            ProducerRecord<String, byte[]> other = copy(step, step.topic(), "us-" + round, step.value());
            other.headers().remove(header);
            other.headers().add(header, value);

            assertThat(problem(other)).isPresent();
        }
    }

    private static void notSigned(String why) {
        assertThat(why).startsWith("it is not what planner's key");
    }

    private static TrustedKey trust(Sender sender, SigningKey key, String... clusters) {
        return TrustedKey.of(sender, List.of(clusters), false, key.publicKey());
    }

    private static ProducerRecord<String, byte[]> step(String cluster) {
        return record(new StepRequested(
                StepId.parse("c1/" + cluster + "/upgrade/1"), List.of(), StepParameters.NONE, "please"));
    }

    private static ProducerRecord<String, byte[]> accepted(String cluster) {
        return record(new StepAccepted(StepId.parse("c1/" + cluster + "/upgrade/1"), "e1", "begins"));
    }

    private static ProducerRecord<String, byte[]> record(FleetEvent event) {
        return EventCodec.record(Event.of("id", "/calico-fleet/test", NOW, "ana", null, event));
    }

    private static ProducerRecord<String, byte[]> signed(
            ProducerRecord<String, byte[]> record, Sender sender, SigningKey key) {
        List<ProducerRecord<String, byte[]>> together = new ArrayList<>(List.of(step("eu-0"), record, step("eu-9")));
        new Attestor(sender, key).sign(together);
        return record;
    }

    private static ProducerRecord<String, byte[]> copy(
            ProducerRecord<String, byte[]> of, String topic, String key, byte[] value) {
        Headers headers = new RecordHeaders(of.headers().toArray());
        return new ProducerRecord<>(topic, null, null, key, value, headers);
    }

    private Optional<String> problem(ProducerRecord<String, byte[]> record) {
        return problem(trusted, record);
    }

    private static Optional<String> problem(TrustedKeys trusted, ProducerRecord<String, byte[]> record) {
        return trusted.problem(
                Sender.VERIFIER, record.topic(), record.key().getBytes(UTF_8), record.value(), record.headers());
    }
}
