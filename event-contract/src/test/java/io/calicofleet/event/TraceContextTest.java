package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void what_W3C_gives_as_examples_is_kept_as_it_is() {
        String state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE, tenant@vendor=a b:c";

        assertThat(TraceContext.read(PARENT, state)).isEqualTo(new TraceContext(PARENT, state));
        assertThat(TraceContext.read(PARENT, null)).isEqualTo(new TraceContext(PARENT, null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00-1",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
                " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void what_is_no_traceparent_is_dropped_with_its_state(String given) {
        assertThat(TraceContext.read(given, "a=1")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no member", "a", "=1", "A=1", "a=1;b=2\u0000", "a=ä", "a=1\r\nx: y", "a=b=c"})
    void what_is_no_tracestate_is_dropped_alone(String given) {
        assertThat(TraceContext.read(PARENT, given)).isEqualTo(new TraceContext(PARENT, null));
    }

    @Test
    void a_tracestate_that_is_too_long_or_of_too_many_members_is_dropped() {
        String long_ = "a=" + "x".repeat(200) + ",b=" + "y".repeat(200) + ",c=" + "z".repeat(200);
        String many = "a=1,".repeat(33) + "b=1";

        assertThat(TraceContext.read(PARENT, long_)).isEqualTo(new TraceContext(PARENT, null));
        assertThat(TraceContext.read(PARENT, many)).isEqualTo(new TraceContext(PARENT, null));
    }

    @Test
    void whatever_somebody_sends_what_is_kept_is_bounded_and_printable_and_the_same_when_it_is_read_again() {
        int kept = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            TraceContext read = TraceContext.read(wrong(PARENT, random), wrong("rojo=00f067aa,congo=t61", random));
            if (read != null) {
                kept++;
                assertThat(read.traceparent()).as("seed %d", seed).hasSize(PARENT.length());
                assertThat(read.traceparent() + read.tracestate())
                        .as("seed %d", seed)
                        .matches("[\\x20-\\x7e]*");
                assertThat(String.valueOf(read.tracestate()).length()).isLessThanOrEqualTo(TraceContext.MOST_STATE);
                assertThat(TraceContext.read(read.traceparent(), read.tracestate()))
                        .isEqualTo(read);
            }
        }
        assertThat(kept).as("of which some are right all the same").isBetween(1000, 19_000);
    }

    @Test
    void a_context_that_is_none_cannot_be_made() {
        assertThatThrownBy(() -> new TraceContext("00-1", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TraceContext(PARENT, "\n")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Some characters of it are others, are left out, or are there a thousand times. */
    private static String wrong(String right, Random random) {
        StringBuilder text = new StringBuilder(right);
        for (int changes = random.nextInt(3); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(0x3000));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, String.valueOf(text.charAt(at)).repeat(1 + random.nextInt(1000)));
                default -> text.setCharAt(at, "0123456789abcdef".charAt(random.nextInt(16)));
            }
        }
        return text.toString();
    }
}
