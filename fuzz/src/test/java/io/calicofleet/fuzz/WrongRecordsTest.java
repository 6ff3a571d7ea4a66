package io.calicofleet.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.EventType;
import io.calicofleet.event.TrafficLine;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The codec holds against records that no service of ours sends. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongRecordsTest {

    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples");
    private static final List<EventType> TYPES = List.of(EventType.values());
    private static final int BURST = 4000;

    private final List<Path> files = samples();

    @Test
    void a_record_is_an_event_or_unreadable_whatever_it_holds() {
        Seeds.burst(BURST).forEach(seed -> {
            Random random = new Random(seed);
            Path file = files.get(random.nextInt(files.size()));
            byte[] value = wrong(file, random);
            Headers headers = headers(file, random);

            Received read;
            try {
                read = EventCodec.read(headers, value);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", made of " + file, e);
            }

            switch (read) {
                case Received.Parsed parsed -> {
                    ProducerRecord<String, byte[]> written = EventCodec.record(parsed.event());
                    assertThat(EventCodec.read(written.headers(), written.value()))
                            .as("seed %d, made of %s", seed, file)
                            .isEqualTo(parsed);
                    assertThat(written.key()).isNotEmpty();
                }
                case Received.Unreadable unreadable ->
                    assertThat(unreadable.reason()).as("seed %d", seed).isNotBlank();
                case Received.Tombstone gone -> throw new AssertionError("seed " + seed + " has a value");
            }
        });
    }

    @Test
    void a_line_of_traffic_is_one_or_an_error_whatever_it_holds() {
        Path file = files.stream()
                .filter(path -> path.toString().contains("/traffic/"))
                .findFirst()
                .orElseThrow();
        Seeds.burst(BURST / 4).forEach(seed -> {
            byte[] value = wrong(file, new Random(seed));
            try {
                assertThat(EventJson.read(value, TrafficLine.class)).isNotNull();
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }

    private static byte[] wrong(Path file, Random random) {
        try {
            JsonNode sample = EventJson.mapper().readTree(file.toFile());
            return random.nextInt(4) == 0
                    ? new ByteMutator(random).mutated(sample.toString().getBytes(UTF_8))
                    : new TreeMutator(random).mutated(sample).getBytes(UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Most are right: else nothing is read of the value. */
    private static Headers headers(Path file, Random random) {
        String kind = file.getParent().getFileName().toString();
        Headers headers = new RecordHeaders()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", "x".getBytes(UTF_8))
                .add("ce_source", "/fuzz".getBytes(UTF_8))
                .add("ce_type", ("io.calicofleet." + kind + ".v1").getBytes(UTF_8))
                .add("ce_time", "2026-11-23T10:00:00Z".getBytes(UTF_8));
        if (random.nextInt(8) == 0) {
            String[] names = {
                "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_campaign", "ce_stepid"
            };
            String name = names[random.nextInt(names.length)];
            headers.add(
                    name,
                    random.nextInt(5) == 0
                            ? null
                            : new ByteMutator(random).mutated((name + "/x/upgrade/1").getBytes(UTF_8)));
        }
        return random.nextInt(20) == 0
                ? headers.add(
                        "ce_type",
                        TYPES.get(random.nextInt(TYPES.size())).encode().getBytes(UTF_8))
                : headers;
    }

    private static List<Path> samples() {
        try (Stream<Path> all = Files.walk(SAMPLES)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
