package io.calicofleet.runtime;

import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;

/**
 * Does for what Quarkus and its libraries log by ways of their own what {@link StructuredLogger} does for the rest: control
 * characters are written out, and a warning or an error that says again what was said within a minute is counted.
 */
final class PlainRecords implements Filter {

    private static final ExtFormatter MESSAGES = new ExtFormatter() {
        @Override
        public String format(ExtLogRecord record) {
            return String.valueOf(formatMessage(record));
        }
    };

    private final Repeats<StructuredLogger.Said> repeats;
    private final Repeats<StructuredLogger.Said> alike;
    private final LongSupplier clock;

    /**
     * A filter.
     *
     * @param repeats what everybody has said
     * @param alike the same, without what tells entries of one message apart
     * @param clock nanoseconds, of a clock that nobody sets
     */
    PlainRecords(Repeats<StructuredLogger.Said> repeats, Repeats<StructuredLogger.Said> alike, LongSupplier clock) {
        this.repeats = repeats;
        this.alike = alike;
        this.clock = clock;
    }

    /** Puts it before whatever writes the logs of this process. */
    static void install() {
        PlainRecords filter = new PlainRecords(StructuredLogging.REPEATS, StructuredLogging.ALIKE, System::nanoTime);
        for (Handler handler : LogContext.getLogContext().getLogger("").getHandlers()) {
            if (handler.getFilter() == null) {
                handler.setFilter(filter);
            }
        }
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        if (record instanceof ExtLogRecord ours && StructuredLogger.wrote(ours)) {
            return true;
        }
        String said = text(record);
        String plain = PlainText.of(said);
        if (!plain.equals(said)) {
            write(record, plain);
        }
        record.setThrown(PlainThrowable.of(record.getThrown()));
        if (record.getLevel().intValue() < Level.WARNING.intValue()) {
            return true;
        }
        long now = clock.getAsLong();
        StructuredLogger.tellDue(repeats, alike, now);
        return repeats.isNew(
                StructuredLogger.Said.of(
                        String.valueOf(record.getLoggerName()), record.getLevel(), plain, Map.of(), record.getThrown()),
                now);
    }

    /** What it says, with what it was given. */
    static String text(LogRecord record) {
        return MESSAGES.format(ExtLogRecord.wrap(record));
    }

    private static void write(LogRecord record, String plain) {
        if (record instanceof ExtLogRecord formatted) {
            formatted.setMessage(plain, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            record.setMessage(plain);
        }
        record.setParameters(null);
    }
}
