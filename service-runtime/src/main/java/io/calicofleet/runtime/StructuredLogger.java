package io.calicofleet.runtime;

import io.calicofleet.runtime.trace.Tracing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.DefaultLoggingEventBuilder;
import org.slf4j.spi.LoggingEventAware;

/**
 * A logger that hands key-value pairs on as fields of the record. Warnings and errors that say again what was said within a minute
 * are counted and told as one entry, with the field {@value #REPEATED}, by whoever logs next; so is, with {@value #MORE}, what comes after the
 * first {@value #MOST_ALIKE} entries of one message in a minute. Control characters are written
 * out: entries quote what others send.
 */
final class StructuredLogger extends LegacyAbstractLogger implements LoggingEventAware {

    private static final String FLUENT = DefaultLoggingEventBuilder.class.getName();
    private static final String CLASSIC = LegacyAbstractLogger.class.getName();

    /** So many entries of one message are written a minute, whatever their fields say: a flood of different ones is a cause, too. */
    static final int MOST_ALIKE = 100;

    /** How many more entries of one message there were in their minute. */
    static final String MORE = "more";

    /** How often an entry was said again in its minute. */
    static final String REPEATED = "repeated";

    /** Tells equal entries of one cause apart, and nothing else. */
    private static final Set<String> PLACES = Set.of("offset");

    private final transient Logger logger;
    private final transient Repeats<Said> repeats;
    private final transient Repeats<Said> alike;
    private final transient LongSupplier clock;

    /**
     * A logger.
     *
     * @param repeats what all loggers have said
     * @param alike the same, without its fields
     * @param clock nanoseconds, of a clock that nobody sets
     */
    StructuredLogger(String name, Repeats<Said> repeats, Repeats<Said> alike, LongSupplier clock) {
        this.name = name;
        this.logger = Logger.getLogger(name);
        this.repeats = repeats;
        this.alike = alike;
        this.clock = clock;
    }

    /** What an entry says. */
    record Said(
            String logger, java.util.logging.Level level, String message, Map<String, String> fields, String error) {

        /** What stands for it where too many different ones are said to tell them apart. */
        Said kind() {
            return new Said(logger, level, "more different entries than are remembered", Map.of(), "");
        }

        /** How many causes of an exception are compared; they may go round in a circle. */
        private static final int CAUSES = 20;

        /** Without what tells entries of one message apart. */
        static Said bare(String logger, java.util.logging.Level level, String message) {
            return new Said(logger, level, message, Map.of(), "");
        }

        static Said of(
                String logger,
                java.util.logging.Level level,
                String message,
                Map<String, String> fields,
                @Nullable Throwable error) {
            Map<String, String> cause = new LinkedHashMap<>(fields);
            cause.keySet().removeAll(PLACES);
            StringBuilder errors = new StringBuilder();
            Throwable each = error;
            for (int i = 0; each != null && i < CAUSES; i++) {
                errors.append(PlainText.of(each.toString())).append('\n');
                each = each.getCause();
            }
            return new Said(logger, level, message, cause, errors.toString());
        }
    }

    /** Whether this wrote the entry: it is counted and plain already. */
    static boolean wrote(ExtLogRecord record) {
        return FLUENT.equals(record.getLoggerClassName()) || CLASSIC.equals(record.getLoggerClassName());
    }

    @Override
    public void log(LoggingEvent event) {
        java.util.logging.Level level = level(event.getLevel());
        if (!logger.isLoggable(level)) {
            return;
        }
        Object[] arguments = event.getArgumentArray();
        String message = MessageFormatter.basicArrayFormat(event.getMessage(), arguments);
        write(level, message, event.getThrowable(), event.getKeyValuePairs(), FLUENT);
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable error) {
        write(level(level), MessageFormatter.basicArrayFormat(pattern, arguments), error, null, CLASSIC);
    }

    private void write(
            java.util.logging.Level level,
            @Nullable String message,
            @Nullable Throwable error,
            @Nullable List<KeyValuePair> pairs,
            String caller) {
        long now = clock.getAsLong();
        tellDue(repeats, alike, now);
        Map<String, String> fields = new LinkedHashMap<>();
        if (pairs != null) {
            pairs.forEach(pair -> fields.put(pair.key, PlainText.of(String.valueOf(pair.value))));
        }
        String text = PlainText.of(String.valueOf(message));
        boolean news = level.intValue() < java.util.logging.Level.WARNING.intValue()
                || repeats.isNew(Said.of(getName(), level, text, fields, error), now);
        if (news && alike.isNew(Said.bare(getName(), level, text), now)) {
            // Not before: what is said again in another trace is said again.
            Tracing.tell(fields);
            hand(logger, level, text, PlainThrowable.of(error), fields, caller);
        }
    }

    /** Says how often entries were said again; of one message no more often than it may be said at all. */
    static void tellDue(Repeats<Said> repeats, Repeats<Said> alike, long now) {
        alike.due(now).forEach(StructuredLogger::tellMore);
        for (Repeats.Repeated<Said> repeated : repeats.due(now)) {
            Said said = repeated.entry();
            if (alike.isNew(Said.bare(said.logger(), said.level(), said.message()), now, repeated.times())) {
                tell(repeated);
            }
        }
    }

    private static void tell(Repeats.Repeated<Said> repeated) {
        Said said = repeated.entry();
        Map<String, String> fields = new LinkedHashMap<>(said.fields());
        fields.put(REPEATED, String.valueOf(repeated.times()));
        if (!said.error().isEmpty()) {
            fields.put("error", said.error().lines().findFirst().orElse(""));
        }
        hand(Logger.getLogger(said.logger()), said.level(), said.message(), null, fields, FLUENT);
    }

    private static void tellMore(Repeats.Repeated<Said> more) {
        Said said = more.entry();
        Map<String, String> fields = Map.of(MORE, String.valueOf(more.times()));
        hand(Logger.getLogger(said.logger()), said.level(), said.message(), null, fields, FLUENT);
    }

    private static void hand(
            Logger logger,
            java.util.logging.Level level,
            String message,
            @Nullable Throwable error,
            Map<String, String> fields,
            String caller) {
        ExtLogRecord record = new ExtLogRecord(level, message, ExtLogRecord.FormatStyle.NO_FORMAT, caller);
        record.setLoggerName(logger.getName());
        record.setThrown(error);
        if (!fields.isEmpty()) {
            record.setMdc(fields);
        }
        logger.logRaw(record);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return logger.isLoggable(org.jboss.logmanager.Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return logger.isLoggable(org.jboss.logmanager.Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return logger.isLoggable(org.jboss.logmanager.Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return logger.isLoggable(org.jboss.logmanager.Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return logger.isLoggable(org.jboss.logmanager.Level.ERROR);
    }

    private static java.util.logging.Level level(Level level) {
        return switch (level) {
            case ERROR -> org.jboss.logmanager.Level.ERROR;
            case WARN -> org.jboss.logmanager.Level.WARN;
            case INFO -> org.jboss.logmanager.Level.INFO;
            case DEBUG -> org.jboss.logmanager.Level.DEBUG;
            case TRACE -> org.jboss.logmanager.Level.TRACE;
        };
    }
}
