package io.calicofleet.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * SLF4J on the JBoss LogManager, as Quarkus has it, but for one thing: the pairs of {@code addKeyValue} become fields of the
 * record, where the provider Quarkus brings puts them into the message's text. In JSON they are under {@code mdc}; a pattern
 * shows them with {@code %X}.
 */
public final class StructuredLogging implements SLF4JServiceProvider {

    private static final String PROVIDER = "slf4j.provider";
    private static final String VERBOSITY = "slf4j.internal.verbosity";
    private static final String API_VERSION = "2.0.99";

    /** What everybody in this process has said, whichever way it went. */
    static final Repeats<StructuredLogger.Said> REPEATS = new Repeats<>(1, StructuredLogger.Said::kind);

    /** The same, without what tells entries of one message apart. */
    static final Repeats<StructuredLogger.Said> ALIKE =
            new Repeats<>(StructuredLogger.MOST_ALIKE, StructuredLogger.Said::kind);

    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final ILoggerFactory loggerFactory;
    private final IMarkerFactory markerFactory = new BasicMarkerFactory();
    private final MDCAdapter mdc = new NOPMDCAdapter();

    /** Made by SLF4J. */
    public StructuredLogging() {
        this(REPEATS, ALIKE, System::nanoTime);
    }

    /** With the time of this clock, in nanoseconds. */
    StructuredLogging(
            Repeats<StructuredLogger.Said> repeats, Repeats<StructuredLogger.Said> alike, LongSupplier clock) {
        this.loggerFactory =
                name -> loggers.computeIfAbsent(name, key -> new StructuredLogger(key, repeats, alike, clock));
    }

    /** Has SLF4J use this; to be called before the first logger is asked for. What somebody else has set stays. */
    public static void install() {
        if (System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, StructuredLogging.class.getName());
            if (System.getProperty(VERBOSITY) == null) {
                // Else it tells on standard error that it was told which provider to use.
                System.setProperty(VERBOSITY, "WARN");
            }
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggerFactory;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markerFactory;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }

    @Override
    public void initialize() {
        // Everything is there already.
    }
}
