package io.calicofleet.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
    private final org.slf4j.Logger logger =
            new StructuredLogging().getLoggerFactory().getLogger("structured.test");

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
}
