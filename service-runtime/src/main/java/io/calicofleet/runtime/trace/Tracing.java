package io.calicofleet.runtime.trace;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.TraceContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process is traced by: nothing, until {@link #start} finds an endpoint among the settings. Then each call makes a span, which hangs where
 * the context of the event or of the thread says. While it is off nothing of OpenTelemetry is loaded, and contexts are handed on as they came.
 *
 * <p>One for the process, as its log is one. Thread-safe.
 */
public final class Tracing {

    /** The endpoint, as {@code OTEL_EXPORTER_OTLP_ENDPOINT} in the environment; for traces alone where the second is set. */
    private static final List<String> ENDPOINTS =
            List.of("otel.exporter.otlp.endpoint", "otel.exporter.otlp.traces.endpoint");

    private static final Logger LOGGER = LoggerFactory.getLogger(Tracing.class);

    private static volatile @Nullable Spans spans;

    private Tracing() {}

    /**
     * Begins, where the settings name an endpoint. Settings that cannot be used are told in the log, and nothing is traced: clusters are
     * upgraded without traces, too.
     *
     * @param config where all settings of OpenTelemetry are, {@code otel.} or {@code OTEL_}
     * @param service which service this is, such as {@code planner}
     */
    public static synchronized void start(Config config, String service) {
        requireNonNull(service, "service");
        boolean wanted = ENDPOINTS.stream().anyMatch(name -> value(config, name).isPresent())
                && !value(config, "otel.sdk.disabled").orElse("").equalsIgnoreCase("true");
        if (!wanted || spans != null) {
            return;
        }
        try {
            spans = Spans.open(name -> value(config, name), service);
            LOGGER.atInfo().log("traces are sent");
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("nothing is traced: a setting of OpenTelemetry is wrong");
        }
    }

    /** Sends what is left, for a bounded time, and ends. */
    public static synchronized void stop() {
        Spans ending = spans;
        spans = null;
        if (ending != null) {
            ending.close();
        }
    }

    /** With spans of somebody else, for tests. */
    static synchronized void use(@Nullable Spans other) {
        spans = other;
    }

    /**
     * A record is handled, by this thread until it is closed.
     *
     * @param topic it was read from
     */
    public static Traced process(EventAttributes event, String topic, int partition, long offset) {
        Spans on = spans;
        return on == null ? Traced.Untraced.of(event.trace()) : on.process(event, topic, partition, offset, true);
    }

    /** The same of a record that is one of many, most of which nothing comes of: it is seen only if something is sent meanwhile. */
    public static Traced processQuietly(EventAttributes event, String topic, int partition, long offset) {
        Spans on = spans;
        return on == null ? Traced.Untraced.of(event.trace()) : on.process(event, topic, partition, offset, false);
    }

    /** A record is handled whose context is only handed on. */
    public static Traced untraced(@Nullable TraceContext trace) {
        return Traced.Untraced.of(trace);
    }

    /** An event is sent; it belongs to what this thread does, or else to the trace it has. */
    public static Traced send(EventAttributes event, String topic) {
        Spans on = spans;
        return on == null ? Traced.Untraced.of(event.trace()) : on.send(event, topic);
    }

    /**
     * An event is sent with which a trace of its own begins.
     *
     * @param links what it came of, by what that is
     * @return where nothing is traced, one that goes on with the trace the event has
     */
    public static Traced begin(EventAttributes event, String topic, Map<String, TraceContext> links) {
        Spans on = spans;
        return on == null ? Traced.Untraced.of(event.trace()) : on.begin(event, topic, links);
    }

    /**
     * A part of what this thread does, until it is closed; not traced where that is not.
     *
     * @param name one of few
     */
    public static Traced part(String name) {
        Spans on = spans;
        return on == null ? Traced.Untraced.NOTHING : on.part(name);
    }

    /**
     * A request to a server, as a part of what this thread does; not traced where that is not.
     *
     * @param name one of few
     */
    public static Traced request(String name) {
        Spans on = spans;
        return on == null ? Traced.Untraced.NOTHING : on.request(name);
    }

    /** The context of what this thread does; {@code otherwise} where nothing is traced. */
    public static @Nullable TraceContext here(@Nullable TraceContext otherwise) {
        Spans on = spans;
        return on == null ? otherwise : on.here(otherwise);
    }

    /** Whether anything is traced. */
    public static boolean isOn() {
        return spans != null;
    }

    /** Adds to an entry of the log which span it belongs to. */
    public static void tell(Map<String, String> fields) {
        Spans on = spans;
        if (on != null) {
            on.tell(fields);
        }
    }

    private static Optional<String> value(Config config, String name) {
        return config.getOptionalValue(name, String.class).map(String::strip).filter(text -> !text.isEmpty());
    }
}
