package io.calicofleet.logging;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** A logger that hands key-value pairs on as fields of the record. */
final class StructuredLogger extends LegacyAbstractLogger implements LoggingEventAware {

    private static final String FLUENT = DefaultLoggingEventBuilder.class.getName();
    private static final String CLASSIC = LegacyAbstractLogger.class.getName();

    private final transient Logger logger;

    StructuredLogger(String name) {
        this.name = name;
        this.logger = Logger.getLogger(name);
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
        ExtLogRecord record = new ExtLogRecord(level, message, ExtLogRecord.FormatStyle.NO_FORMAT, caller);
        record.setLoggerName(getName());
        record.setThrown(error);
        if (pairs != null && !pairs.isEmpty()) {
            Map<String, String> fields = new LinkedHashMap<>();
            pairs.forEach(pair -> fields.put(pair.key, String.valueOf(pair.value)));
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
