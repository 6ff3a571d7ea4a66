package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * A broker that forges, changes, moves and mixes records, over all types of events: whatever it does, a reader sees what an honest part
 * sent, or nothing.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostileBrokerTest {

    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples/v1");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final int ATTACKS = Integer.getInteger("calicofleet.attacks", 10_000);

    private final Map<Sender, SigningKey> keys = new EnumMap<>(Sender.class);
    private final SigningKey neighbour = SigningKey.generate();
    private final SigningKey stranger = SigningKey.generate();
    private final List<Sent> honest = new ArrayList<>();
    private final Set<String> said = new HashSet<>();
    private TrustedKeys trusted = new TrustedKeys(List.of());

    /** A record as it is on a broker. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(String topic, @Nullable String key, byte @Nullable [] value, Header[] headers) {

        static Sent of(ProducerRecord<String, byte[]> record) {
            return new Sent(
                    record.topic(),
                    record.key(),
                    record.value(),
                    record.headers().toArray());
        }

        ProducerRecord<String, byte[]> record() {
            return new ProducerRecord<>(topic, null, null, key, value, new RecordHeaders(headers));
        }
    }

    @BeforeEach
    void honestPartsSpeak() throws IOException {
        List<TrustedKey> trust = new ArrayList<>();
        for (Sender sender : Sender.values()) {
            SigningKey key = SigningKey.generate();
            keys.put(sender, key);
            trust.add(TrustedKey.of(
                    sender, sender == Sender.EXECUTOR ? List.of("*") : List.of(), false, key.publicKey()));
        }
        trust.add(TrustedKey.of(Sender.EXECUTOR, List.of("neighbours-*"), false, neighbour.publicKey()));
        trusted = new TrustedKeys(trust);
        Map<Sender, List<ProducerRecord<String, byte[]>>> together = new EnumMap<>(Sender.class);
        for (FleetEvent data : samples()) {
            ProducerRecord<String, byte[]> record =
                    EventCodec.record(Event.of("id-" + said.size(), "/calico-fleet/test", NOW, "ada", null, data));
            together.computeIfAbsent(data.type().topic().sender().orElseThrow(), unused -> new ArrayList<>())
                    .add(record);
            said.add(content(record));
        }
        together.forEach((sender, records) -> {
            new Attestor(sender, keys.get(sender)).sign(records);
            records.forEach(record -> honest.add(Sent.of(record)));
        });
    }

    @Test
    void what_honest_parts_send_is_read() {
        assertThat(honest)
                .hasSizeGreaterThan(EventType.values().length)
                .allSatisfy(sent -> assertThat(read(sent.record())).isInstanceOf(Received.Parsed.class));
    }

    @Test
    void whatever_a_broker_does_nothing_is_read_that_no_honest_part_sent() {
        int refused = 0;
        for (int seed = 0; seed < ATTACKS; seed++) {
            ProducerRecord<String, byte[]> attack = attack(new Random(seed));
            Received received = read(attack);
            if (received instanceof Received.Parsed parsed && !said.contains(content(attack))) {
                assertThat(parsed.event().data())
                        .as("attack %s: who can write may stop everything, and no more: %s", seed, content(attack))
                        .isInstanceOfSatisfying(
                                FleetStop.class, stop -> assertThat(stop.stop()).isNotNull());
            } else if (received instanceof Received.Tombstone) {
                assertThat(attack.headers().lastHeader(AttestationHeaders.STATEMENT))
                        .as("attack %s", seed)
                        .isNull();
                throw new AssertionError("attack " + seed + ": a tombstone nobody signed is believed");
            } else {
                refused++;
            }
        }
        assertThat(refused).as("of %s attacks", ATTACKS).isGreaterThan(ATTACKS / 2);
    }

    private ProducerRecord<String, byte[]> attack(Random random) {
        Sent victim = honest.get(random.nextInt(honest.size()));
        Sent other = honest.get(random.nextInt(honest.size()));
        ProducerRecord<String, byte[]> record = victim.record();
        return switch (random.nextInt(12)) {
            // Moved to another topic that events are read from, or to another key.
            case 0 -> copy(record, other.topic(), record.key(), record.value());
            case 1 -> copy(record, record.topic(), other.key(), record.value());
            // What one says, with what another one signed.
            case 2 -> copy(record, record.topic(), record.key(), other.value());
            case 3 -> {
                ProducerRecord<String, byte[]> mixed = other.record();
                for (String header : List.of(AttestationHeaders.STATEMENT, AttestationHeaders.PLACE)) {
                    replace(
                            mixed.headers(),
                            header,
                            record.headers().lastHeader(header).value());
                }
                yield mixed;
            }
            // An attribute of another event.
            case 4 -> {
                Header[] attributes = other.headers();
                Header attribute = attributes[random.nextInt(attributes.length)];
                replace(record.headers(), attribute.key(), attribute.value());
                yield record;
            }
            case 5 -> {
                Header[] attributes = victim.headers();
                record.headers().remove(attributes[random.nextInt(attributes.length)].key());
                yield record;
            }
            // Signed by whoever is at hand: a stranger, another part, the executor of other clusters.
            case 6 -> signed(unsigned(record), victim, stranger, random);
            case 7 -> signed(changed(unsigned(record), random), victim, keys.get(another(victim, random)), random);
            case 8 -> signed(changed(unsigned(record), random), victim, neighbour, random);
            case 9 -> unsigned(record);
            case 10 -> copy(record, record.topic(), record.key(), null);
            default -> changed(record, random);
        };
    }

    private static ProducerRecord<String, byte[]> changed(ProducerRecord<String, byte[]> record, Random random) {
        byte[] value = record.value();
        if (value == null || value.length == 0) {
            return record;
        }
        byte[] changed = value.clone();
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            changed[random.nextInt(changed.length)] = (byte) ('0' + random.nextInt(60));
        }
        return copy(record, record.topic(), record.key(), changed);
    }

    private static ProducerRecord<String, byte[]> unsigned(ProducerRecord<String, byte[]> record) {
        record.headers().remove(AttestationHeaders.STATEMENT);
        record.headers().remove(AttestationHeaders.PLACE);
        return record;
    }

    private ProducerRecord<String, byte[]> signed(
            ProducerRecord<String, byte[]> record, Sent victim, SigningKey key, Random random) {
        Sender claimed =
                random.nextBoolean() ? sender(victim) : List.of(Sender.values()).get(random.nextInt(keys.size()));
        new Attestor(claimed, key).sign(List.of(record));
        return record;
    }

    private static Sender sender(Sent sent) {
        return Topic.find(sent.topic()).flatMap(Topic::sender).orElseThrow();
    }

    private static Sender another(Sent sent, Random random) {
        List<Sender> others = Arrays.stream(Sender.values())
                .filter(one -> one != sender(sent))
                .toList();
        return others.get(random.nextInt(others.size()));
    }

    private static void replace(Headers headers, String name, byte[] value) {
        headers.remove(name);
        headers.add(name, value);
    }

    private static ProducerRecord<String, byte[]> copy(
            ProducerRecord<String, byte[]> of, String topic, @Nullable String key, byte @Nullable [] value) {
        return new ProducerRecord<>(
                topic, null, null, key, value, new RecordHeaders(of.headers().toArray()));
    }

    /** What a reader has of it, as a consumer that checks hands it on. */
    private Received read(ProducerRecord<String, byte[]> record) {
        trusted.problem(Sender.PLANNER, record.topic(), Bytes.of(record.key()), record.value(), record.headers())
                .ifPresent(why -> EventCodec.refuse(record.headers(), why));
        return EventCodec.read(record.headers(), record.value());
    }

    /** All of a record but its signature. */
    private static String content(ProducerRecord<String, byte[]> record) {
        StringBuilder content = new StringBuilder(record.topic())
                .append('\n')
                .append(record.key())
                .append('\n');
        for (Header header : record.headers()) {
            if (!AttestationHeaders.is(header.key())) {
                content.append(header.key())
                        .append('=')
                        .append(new String(header.value(), UTF_8))
                        .append('\n');
            }
        }
        return content.append(record.value() == null ? null : new String(record.value(), UTF_8))
                .toString();
    }

    private static List<FleetEvent> samples() throws IOException {
        try (Stream<Path> all = Files.walk(SAMPLES)) {
            List<FleetEvent> samples = new ArrayList<>();
            for (Path file : all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                EventType type = Arrays.stream(EventType.values())
                        .filter(one -> one.shortName()
                                .equals(file.getParent().getFileName().toString()))
                        .findFirst()
                        .orElse(null);
                if (type != null) {
                    samples.add(EventJson.read(Files.readAllBytes(file), type.payload()));
                }
            }
            return samples;
        }
    }
}
