package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StructuredLoggingTest {

    private final List<ExtLogRecord> records = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(ExtLogRecord.wrap(record));
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };
    private final AtomicLong clock = new AtomicLong();
    private final StructuredLogging logging = new StructuredLogging(
            new Repeats<>(1, StructuredLogger.Said::kind),
            new Repeats<>(StructuredLogger.MOST_ALIKE, StructuredLogger.Said::kind),
            clock::get);
    private final org.slf4j.Logger logger = logging.getLoggerFactory().getLogger("structured.test");

    @BeforeEach
    void listen() {
        Logger.getLogger("structured.test").setLevel(Level.INFO);
        Logger.getLogger("structured.test").addHandler(handler);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("structured.test").removeHandler(handler);
    }

    @Test
    void key_value_pairs_are_fields_and_the_message_stays_as_it_is() {
        IllegalStateException cause = new IllegalStateException("no");
        logger.atWarn()
                .addKeyValue("cluster", "c1")
                .addKeyValue("offset", 7)
                .setCause(cause)
                .log("100% {done}");

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).isEqualTo("100% {done}");
            assertThat(record.getMdc("cluster")).isEqualTo("c1");
            assertThat(record.getMdc("offset")).isEqualTo("7");
            assertThat(record.getThrown()).isSameAs(cause);
            assertThat(record.getLevel()).isEqualTo(Level.WARN);
            assertThat(record.getLoggerName()).isEqualTo("structured.test");
        });
    }

    @Test
    void classic_calls_of_libraries_work_as_before() {
        logger.info("{} of {}", 1, 2);
        logger.debug("not this");

        assertThat(records)
                .singleElement()
                .satisfies(record -> assertThat(record.getMessage()).isEqualTo("1 of 2"));
    }

    @Test
    void what_is_said_again_within_a_minute_is_one_entry_with_a_count() {
        for (int i = 0; i < 100; i++) {
            refused("no topic", i);
        }
        assertThat(records).hasSize(1);

        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        logger.atInfo().log("something else");

        assertThat(records).hasSize(3);
        assertThat(records.get(1)).satisfies(record -> {
            assertThat(record.getMessage()).isEqualTo("refused");
            assertThat(record.getMdc("reason")).isEqualTo("no topic");
            assertThat(record.getMdc("repeated")).isEqualTo("99");
            assertThat(record.getLevel()).isEqualTo(Level.WARN);
        });
        refused("no topic", 7);
        assertThat(records).hasSize(4);
    }

    @Test
    void what_differs_in_anything_but_its_place_is_no_repetition() {
        refused("no topic", 1);
        refused("no leader", 1);
        logger.atError().addKeyValue("reason", "no topic").log("refused");
        logger.atWarn().setCause(new IllegalStateException("a")).log("refused");
        logger.atWarn().setCause(new IllegalStateException("b")).log("refused");
        logger.atWarn()
                .setCause(new IllegalStateException("b", new IllegalStateException("c")))
                .log("refused");

        assertThat(records).hasSize(6);
    }

    @Test
    void a_flood_of_different_entries_of_one_message_is_counted_after_a_hundred() {
        for (int i = 0; i < 1000; i++) {
            refused("no topic " + i, i);
        }
        logger.atWarn().log("another message");
        assertThat(records).hasSize(StructuredLogger.MOST_ALIKE + 1);

        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        logger.atInfo().log("something else");

        assertThat(records).anySatisfy(record -> {
            assertThat(record.getMessage()).isEqualTo("refused");
            assertThat(record.getMdc("more")).isEqualTo("900");
        });
        refused("no topic again", 7);
        assertThat(records.getLast().getMdc("reason")).isEqualTo("no topic again");
    }

    @Test
    void a_flood_of_causes_that_come_again_has_no_more_entries_a_minute() {
        for (int minute = 1; minute <= 3; minute++) {
            records.clear();
            for (int i = 0; i < 3000; i++) {
                refused("no topic " + i % 900, i);
            }
            assertThat(records.stream().filter(record -> record.getMdc("more") == null))
                    .as("minute %d", minute)
                    .hasSize(StructuredLogger.MOST_ALIKE);
            clock.addAndGet(Duration.ofMinutes(1).toNanos());
        }
        assertThat(records).filteredOn(record -> record.getMdc("more") != null).hasSize(1);
    }

    @Test
    void what_is_no_warning_is_never_left_out() {
        logger.atInfo().log("step judged");
        logger.atInfo().log("step judged");

        assertThat(records).hasSize(2);
    }

    @Test
    void of_more_causes_than_are_remembered_a_hundred_are_written_a_minute_and_the_rest_is_counted() {
        for (int i = 0; i < Repeats.MOST + 5 * Repeats.MOST_OF_A_KIND; i++) {
            logger.atWarn().log("refused " + i);
        }
        logger.atError().log("another level of the same logger is another kind");
        int written = Repeats.MOST + Repeats.MOST_OF_A_KIND + 1;
        assertThat(records).hasSize(written);

        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        logger.atWarn().log("refused 0");

        assertThat(records.subList(written, records.size()))
                .anySatisfy(record -> {
                    assertThat(record.getMessage()).isEqualTo("more different entries than are remembered");
                    assertThat(record.getMdc("repeated")).isEqualTo("400");
                })
                .anySatisfy(record -> assertThat(record.getMessage()).isEqualTo("refused 0"));
    }

    @Test
    void control_characters_are_written_out() {
        logger.atWarn()
                .addKeyValue("cluster", "c1\n14:00 ERROR forged")
                .setCause(new IllegalStateException("\u001b[2J", new IllegalArgumentException("\u009b8m")))
                .log("a\u202eb\r");

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).isEqualTo("a\\u202eb\\r");
            assertThat(record.getMdc("cluster")).isEqualTo("c1\\n14:00 ERROR forged");
            assertThat(record.getThrown())
                    .hasToString("java.lang.IllegalStateException: \\u001b[2J")
                    .hasStackTraceContaining("StructuredLoggingTest");
            assertThat(record.getThrown().getCause()).hasToString("java.lang.IllegalArgumentException: \\u009b8m");
        });
    }

    private void refused(String reason, int offset) {
        logger.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("offset", offset)
                .log("refused");
    }
}
