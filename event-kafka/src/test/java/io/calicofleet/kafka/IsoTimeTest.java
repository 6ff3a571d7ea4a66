package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class IsoTimeTest {

    private static final int TIMES = 20_000;
    private static final String CHARACTERS = "0123456789-:.TZtz+ ";

    private final Random random = new Random(Long.getLong("calicofleet.seed", 42));

    @Test
    void times_are_written_as_java_writes_them_and_read_back() {
        for (int i = 0; i < TIMES; i++) {
            Instant time = time();
            assertThat(IsoTime.format(time)).isEqualTo(time.toString());
            assertThat(IsoTime.parse(time.toString())).isEqualTo(time);
        }
    }

    @Test
    void every_day_of_four_hundred_years_is_read() {
        for (LocalDate day = LocalDate.of(1800, 1, 1); day.getYear() < 2200; day = day.plusDays(1)) {
            Instant noon = day.atTime(12, 0).toInstant(ZoneOffset.UTC);
            assertThat(IsoTime.format(noon)).isEqualTo(noon.toString());
            assertThat(IsoTime.parse(noon.toString())).isEqualTo(noon);
        }
    }

    @Test
    void what_is_nearly_a_time_is_read_or_refused_as_java_does() {
        for (int i = 0; i < TIMES; i++) {
            StringBuilder text = new StringBuilder(time().toString());
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, other);
                    case 1 -> text.insert(at, other);
                    default -> text.deleteCharAt(at);
                }
            }
            String nearly = text.toString();
            assertThat(read(nearly, false)).as(nearly).isEqualTo(read(nearly, true));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T00:00:00Z",
                "2024-02-29T23:59:60Z",
                "2024-02-29T24:00:00Z",
                "2024-02-29t10:00:00z",
                "2024-02-29T10:00:00+01:00",
                "2024-02-29T10:00Z",
                "+12024-02-29T10:00:00Z",
                "2024-13-01T10:00:00Z",
                "2024-00-01T10:00:00Z",
                "2024-01-00T10:00:00Z",
                "2024-01-01T10:00:00.Z",
                "2024-01-01T10:00:00.1234567891Z",
                ""
            })
    void the_edges_are_those_of_java(String text) {
        assertThat(read(text, false)).isEqualTo(read(text, true));
    }

    @Test
    void json_has_times_as_before() throws IOException {
        JsonMapper before = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        for (String json : new String[] {
            "\"2026-11-28T22:18:23.321Z\"",
            "\"2026-11-28T22:18:23+01:00\"",
            "\" 2026-11-28T22:18:23Z \"",
            "1795904303.321"
        }) {
            assertThat(EventJson.mapper().readValue(json, Instant.class))
                    .as(json)
                    .isEqualTo(before.readValue(json, Instant.class));
        }
        assertThat(new String(EventJson.write(Instant.ofEpochMilli(1795904303321L)), UTF_8))
                .isEqualTo("\"2026-11-28T22:18:23.321Z\"");
        assertThatThrownBy(() -> EventJson.read("\"2026-02-29T00:00:00Z\"".getBytes(UTF_8), Instant.class))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT15M",
                "PT168H",
                "PT10S",
                "PT0S",
                "PT0.009165839S",
                "P7D",
                "PT1H30M",
                "PT-5M",
                "-PT5M",
                "pt5m",
                "PT999999999H",
                "PT9999999999S",
                "PT",
                "PTM",
                "PT5",
                "P5M",
                "PT+5M",
                "PT5m",
                "5M",
                ""
            })
    void durations_are_those_of_java(String text) {
        JsonMapper before = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        assertThat(duration(EventJson.mapper(), text)).isEqualTo(duration(before, text));
    }

    private static String duration(JsonMapper mapper, String text) {
        try {
            return String.valueOf(mapper.readValue('"' + text + '"', Duration.class));
        } catch (IOException e) {
            return "refused";
        }
    }

    private static String read(String text, boolean java) {
        try {
            return String.valueOf(java ? Instant.parse(text) : IsoTime.parse(text));
        } catch (DateTimeException e) {
            return "refused: " + e.getClass().getName();
        }
    }

    /** Of years around now, and of any, the ones with five digits and before Christ included; with any number of digits. */
    private Instant time() {
        long seconds = random.nextBoolean()
                ? 1_500_000_000L + random.nextInt(1_000_000_000)
                : (long) (random.nextGaussian() * 200_000_000_000L);
        int nanos = switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1000) * 1_000_000;
            case 2 -> random.nextInt(1_000_000) * 1000;
            case 3 -> random.nextInt(100) * 10_000_000;
            default -> random.nextInt(1_000_000_000);
        };
        return Instant.ofEpochSecond(seconds, nanos);
    }
}
