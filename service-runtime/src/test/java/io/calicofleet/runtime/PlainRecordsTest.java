package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What Quarkus logs, by JBoss Logging or by java.util.logging. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlainRecordsTest {

    private final List<ExtLogRecord> records = new ArrayList<>();
    private final ExtHandler handler = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord record) {
            records.add(record);
        }
    };
    private final AtomicLong clock = new AtomicLong();
    private final Repeats<StructuredLogger.Said> repeats = new Repeats<>(1, StructuredLogger.Said::kind);
    private final Repeats<StructuredLogger.Said> alike =
            new Repeats<>(StructuredLogger.MOST_ALIKE, StructuredLogger.Said::kind);
    private final Logger quarkus = Logger.getLogger("plain.test");
    private final org.slf4j.Logger ours =
            new StructuredLogging(repeats, alike, clock::get).getLoggerFactory().getLogger("plain.test");

    @BeforeEach
    void listen() {
        quarkus.setLevel(Level.INFO);
        handler.setFilter(new PlainRecords(repeats, alike, clock::get));
        quarkus.addHandler(handler);
    }

    @AfterEach
    void stop() {
        quarkus.removeHandler(handler);
    }

    @Test
    void control_characters_of_a_message_and_of_its_parameters_are_written_out() {
        quarkus.log(
                "org.jboss.logging.Logger",
                Level.INFO,
                "a %s\u001b[2J",
                FormatStyle.PRINTF,
                new Object[] {"b\nc"},
                null);
        LogRecord record = new LogRecord(Level.INFO, "x {0}");
        record.setLoggerName("plain.test");
        record.setParameters(new Object[] {"\u202eevil"});
        quarkus.log(record);

        assertThat(said()).containsExactly("a b\\nc\\u001b[2J", "x \\u202eevil");
    }

    @Test
    void what_holds_nothing_of_the_kind_stays_as_it_is() {
        IllegalStateException error = new IllegalStateException("no\nno");
        quarkus.log("x", Level.ERROR, "100%% of %d", FormatStyle.PRINTF, new Object[] {7}, error);

        assertThat(said()).containsExactly("100% of 7");
        assertThat(records.getFirst().getMessage()).isEqualTo("100%% of %d");
        assertThat(records.getFirst().getThrown()).isSameAs(error);
    }

    @Test
    void an_exception_that_quotes_control_characters_is_written_without_them() {
        Exception error = new Exception("outer", new Exception("inner \u001b]0;title\u0007"));
        quarkus.log("x", Level.ERROR, "failed", FormatStyle.NO_FORMAT, null, error);

        Throwable thrown = records.getFirst().getThrown();
        assertThat(thrown.toString()).isEqualTo("java.lang.Exception: outer");
        assertThat(thrown.getCause().toString()).isEqualTo("java.lang.Exception: inner \\u001b]0;title\\u0007");
    }

    @Test
    void a_cause_is_one_line_a_minute_with_a_count_however_often_it_is_said() {
        for (int i = 0; i < 1000; i++) {
            quarkus.warning("the same");
        }
        assertThat(said()).containsExactly("the same");
        quarkus.info("of no matter");
        quarkus.info("of no matter");
        assertThat(said()).hasSize(3);
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        quarkus.warning("another");
        assertThat(said()).containsExactly("the same", "of no matter", "of no matter", "the same", "another");
        assertThat(records.get(3).getMdc(StructuredLogger.REPEATED)).isEqualTo("999");
    }

    @Test
    void what_we_log_ourselves_is_counted_once_and_not_again() {
        ours.warn("ours");
        ours.warn("ours");
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        ours.warn("ours");
        assertThat(said()).containsExactly("ours", "ours", "ours");
        assertThat(records.get(1).getMdc(StructuredLogger.REPEATED)).isEqualTo("1");
        assertThat(records.get(2).getMdc(StructuredLogger.REPEATED)).isNull();
    }

    @Test
    void exceptions_that_are_each_others_causes_and_texts_without_end_are_written_to_a_bound() {
        Exception first = new Exception("first \u0007");
        Exception second = new Exception("second", first);
        first.initCause(second);
        quarkus.log("x", Level.ERROR, "y".repeat(10_000_000), FormatStyle.NO_FORMAT, null, first);

        assertThat(said().getFirst()).hasSizeLessThan(20_000).endsWith("y... and 9983616 characters more");
        int causes = 0;
        for (Throwable each = records.getFirst().getThrown(); each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("\u0007");
            causes++;
        }
        assertThat(causes).isLessThan(30);
    }

    private List<String> said() {
        return records.stream().map(PlainRecords::text).toList();
    }
}
