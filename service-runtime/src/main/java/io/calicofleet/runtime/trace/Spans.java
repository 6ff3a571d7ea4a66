package io.calicofleet.runtime.trace;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.TraceContext;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Spans, named and described by the semantic conventions of OpenTelemetry for messaging. */
final class Spans implements AutoCloseable {

    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String PROTOCOL_OF_TRACES = "otel.exporter.otlp.traces.protocol";
    private static final String HTTP = "http/protobuf";

    /** What may be set; each by the documentation of OpenTelemetry. */
    private static final List<String> SETTINGS = List.of(
            "otel.exporter.otlp.endpoint",
            "otel.exporter.otlp.traces.endpoint",
            "otel.exporter.otlp.headers",
            "otel.exporter.otlp.traces.headers",
            "otel.exporter.otlp.certificate",
            "otel.exporter.otlp.traces.certificate",
            "otel.exporter.otlp.client.key",
            "otel.exporter.otlp.traces.client.key",
            "otel.exporter.otlp.client.certificate",
            "otel.exporter.otlp.traces.client.certificate",
            "otel.exporter.otlp.compression",
            "otel.exporter.otlp.traces.compression",
            "otel.exporter.otlp.timeout",
            "otel.exporter.otlp.traces.timeout",
            PROTOCOL,
            PROTOCOL_OF_TRACES,
            "otel.service.name",
            "otel.resource.attributes",
            "otel.traces.exporter",
            "otel.traces.sampler",
            "otel.traces.sampler.arg",
            "otel.bsp.schedule.delay",
            "otel.bsp.max.queue.size",
            "otel.bsp.max.export.batch.size",
            "otel.bsp.export.timeout",
            "otel.attribute.value.length.limit");

    private static final ContextKey<Open> OPEN = ContextKey.named("calico-fleet");
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final TextMapGetter<TraceContext> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(TraceContext carrier) {
            return List.of("traceparent", "tracestate");
        }

        @Override
        public @Nullable String get(@Nullable TraceContext carrier, String key) {
            if (carrier == null) {
                return null;
            }
            return key.equals("traceparent") ? carrier.traceparent() : carrier.tracestate();
        }
    };

    private final Tracer tracer;
    private final Runnable end;

    Spans(OpenTelemetry telemetry, Runnable end) {
        this.tracer = telemetry.getTracer("io.calicofleet");
        this.end = requireNonNull(end, "end");
    }

    /**
     * Spans that go where the settings say.
     *
     * @throws RuntimeException where a setting cannot be used; the message says which
     */
    static Spans open(Function<String, Optional<String>> settings, String service) {
        Map<String, String> set = new HashMap<>();
        SETTINGS.forEach(name -> settings.apply(name).ifPresent(value -> set.put(name, value)));
        String protocol = set.getOrDefault(PROTOCOL_OF_TRACES, set.getOrDefault(PROTOCOL, HTTP));
        if (!protocol.equals(HTTP)) {
            throw new IllegalArgumentException(PROTOCOL + " is " + protocol + ": traces are sent by " + HTTP
                    + " only, to a collector's port 4318 by default");
        }
        set.put(PROTOCOL, HTTP);
        set.putIfAbsent("otel.service.name", "calico-fleet-" + service);
        // Metrics are read by Prometheus, and logs by whoever reads the output.
        set.put("otel.metrics.exporter", "none");
        set.put("otel.logs.exporter", "none");
        set.put("otel.propagators", "none");
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesCustomizer(before -> set)
                .addResourceCustomizer((resource, config) -> Resource.create(Attributes.builder()
                                .put("service.namespace", "calico-fleet")
                                .build())
                        .merge(resource))
                .build()
                .getOpenTelemetrySdk();
        return new Spans(sdk, sdk::close);
    }

    @Override
    public void close() {
        end.run();
    }

    Traced process(EventAttributes event, String topic, int partition, long offset, boolean always) {
        Span span = describe(tracer.spanBuilder("process " + topic), "process", event, topic)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(context(event.trace()))
                .setAttribute("messaging.destination.partition.id", String.valueOf(partition))
                .setAttribute("messaging.kafka.offset", offset)
                .startSpan();
        return new Open(span, true, always);
    }

    Traced send(EventAttributes event, String topic) {
        Context here = somethingComesOfIt();
        boolean isPart = Span.fromContext(here).getSpanContext().isValid();
        return new Open(
                describe(tracer.spanBuilder("send " + topic), "send", event, topic)
                        .setSpanKind(SpanKind.PRODUCER)
                        .setParent(isPart ? here : context(event.trace()))
                        .startSpan(),
                false,
                true);
    }

    Traced begin(EventAttributes event, String topic, Map<String, TraceContext> links) {
        Context unused = somethingComesOfIt();
        SpanBuilder builder = describe(tracer.spanBuilder("send " + topic), "send", event, topic)
                .setSpanKind(SpanKind.PRODUCER)
                .setNoParent();
        links.forEach((what, link) -> builder.addLink(
                Span.fromContext(context(link)).getSpanContext(),
                Attributes.builder().put("calico_fleet.link", what).build()));
        return new Open(builder.startSpan(), false, true);
    }

    /** What this thread does, which is seen from now on. */
    private static Context somethingComesOfIt() {
        Context here = Context.current();
        Open around = here.get(OPEN);
        if (around != null) {
            around.seen = true;
        }
        return here;
    }

    Traced part(String name) {
        return part(name, SpanKind.INTERNAL);
    }

    Traced request(String name) {
        return part(name, SpanKind.CLIENT);
    }

    private Traced part(String name, SpanKind kind) {
        return Span.current().getSpanContext().isValid()
                ? new Open(tracer.spanBuilder(name).setSpanKind(kind).startSpan(), true, true)
                : Traced.Untraced.NOTHING;
    }

    @Nullable
    TraceContext here(@Nullable TraceContext otherwise) {
        SpanContext current = Span.current().getSpanContext();
        return current.isValid() ? written(current) : otherwise;
    }

    void tell(Map<String, String> fields) {
        SpanContext current = Span.current().getSpanContext();
        if (current.isValid()) {
            fields.put(LogKeys.TRACE, current.getTraceId());
            fields.put(LogKeys.SPAN, current.getSpanId());
        }
    }

    private static SpanBuilder describe(SpanBuilder builder, String operation, EventAttributes event, String topic) {
        builder.setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", topic)
                .setAttribute("messaging.operation.name", operation)
                .setAttribute("messaging.operation.type", operation)
                .setAttribute("messaging.message.id", event.id())
                .setAttribute("calico_fleet.event", event.type().shortName());
        put(builder, "calico_fleet.campaign", event.campaign());
        put(builder, "calico_fleet.cluster", event.subject());
        put(builder, "calico_fleet.step", event.step());
        return builder;
    }

    private static void put(SpanBuilder builder, String key, @Nullable Object value) {
        if (value != null) {
            builder.setAttribute(key, value.toString());
        }
    }

    private static Context context(@Nullable TraceContext trace) {
        return trace == null ? Context.root() : W3C.extract(Context.root(), trace, GETTER);
    }

    private static TraceContext written(SpanContext context) {
        Map<String, String> carrier = new HashMap<>();
        W3C.inject(Context.root().with(Span.wrap(context)), carrier, (headers, key, value) -> {
            if (headers != null) {
                headers.put(key, value);
            }
        });
        return requireNonNull(
                TraceContext.read(carrier.get("traceparent"), carrier.get("tracestate")), "a context of W3C");
    }

    /** A span that has begun. */
    private static final class Open implements Traced {

        private final Span span;
        private final @Nullable Scope scope;
        private volatile boolean seen;

        /**
         * A span.
         *
         * @param isHere whether it is what this thread does
         * @param seen whether it is told; else it is once something is sent meanwhile
         */
        @SuppressWarnings("MustBeClosedChecker") // it is closed with this
        Open(Span span, boolean isHere, boolean seen) {
            this.span = span;
            this.seen = seen;
            this.scope = isHere ? Context.current().with(span).with(OPEN, this).makeCurrent() : null;
        }

        @Override
        public TraceContext context() {
            return written(span.getSpanContext());
        }

        @Override
        public Traced with(String key, String value) {
            span.setAttribute(key, value);
            return this;
        }

        @Override
        public Traced with(String key, long value) {
            span.setAttribute(key, value);
            return this;
        }

        @Override
        public void failed(String type) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute("error.type", type);
        }

        @Override
        public void close() {
            if (scope != null) {
                scope.close();
            }
            // One that is not ended is never told.
            if (seen) {
                span.end();
            }
        }
    }
}
