package io.calicofleet.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.TraceContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@SuppressWarnings("try") // what is traced need not know its span
class TracingTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final TraceContext GIVEN = new TraceContext("00-" + TRACE + "-b7ad6b7169203331-01", "vendor=1");
    private static final TraceContext OTHER =
            new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);
    private static final StepId STEP = StepId.parse("camp/eu-1/upgrade/1");

    private final InMemorySpanExporter told = InMemorySpanExporter.create();

    @AfterEach
    void off() {
        Tracing.use(null);
    }

    private void on() {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(told))
                .build();
        Tracing.use(
                new Spans(OpenTelemetrySdk.builder().setTracerProvider(provider).build(), provider::close));
    }

    private static EventAttributes event(@Nullable TraceContext trace) {
        return Event.of("id", "/test", Instant.EPOCH, null, trace, new StepAccepted(STEP, "ex-1", "taken up"))
                .attributes();
    }

    private static Config config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }

    private SpanData span(String name) {
        return told.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + told.getFinishedSpanItems()));
    }

    @Test
    void without_an_endpoint_nothing_is_traced_no_thread_is_started_and_contexts_are_handed_on() {
        int threads = Thread.activeCount();

        Tracing.start(config(Map.of()), "planner");

        assertThat(Tracing.isOn()).isFalse();
        assertThat(Thread.activeCount()).isEqualTo(threads);
        try (Traced work = Tracing.process(event(GIVEN), "topic", 1, 2)) {
            assertThat(work.context()).isEqualTo(GIVEN);
            assertThat(Tracing.here(OTHER)).isEqualTo(OTHER);
            try (Traced sent = Tracing.send(event(OTHER), "topic")) {
                assertThat(sent.context()).isEqualTo(OTHER);
            }
        }
    }

    @Test
    void an_endpoint_without_traces_wanted_traces_nothing() {
        Tracing.start(
                config(Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:1", "otel.sdk.disabled", "true")),
                "planner");

        assertThat(Tracing.isOn()).isFalse();
    }

    @Test
    void a_protocol_that_is_not_spoken_is_refused_with_the_one_that_is_and_nothing_is_traced() {
        assertThatThrownBy(() -> Spans.open(
                        name -> Optional.ofNullable(name.equals("otel.exporter.otlp.protocol") ? "grpc" : null),
                        "planner"))
                .hasMessage("otel.exporter.otlp.protocol is grpc: traces are sent by http/protobuf only,"
                        + " to a collector's port 4318 by default");

        Tracing.start(
                config(Map.of(
                        "otel.exporter.otlp.endpoint", "http://127.0.0.1:1", "otel.exporter.otlp.protocol", "grpc")),
                "planner");
        assertThat(Tracing.isOn()).isFalse();
    }

    @Test
    void what_handles_a_record_hangs_on_its_sender_and_what_it_sends_hangs_on_it() {
        on();

        TraceContext sent;
        try (Traced work = Tracing.process(event(GIVEN), "calico-fleet.steps", 3, 77)) {
            try (Traced sending = Tracing.send(event(OTHER), "calico-fleet.progress")) {
                sent = sending.context();
            }
        }

        SpanData process = span("process calico-fleet.steps");
        SpanData send = span("send calico-fleet.progress");
        assertThat(process.getTraceId()).isEqualTo(TRACE);
        assertThat(process.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(send.getParentSpanId()).isEqualTo(process.getSpanId());
        assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(sent).isEqualTo(new TraceContext("00-" + TRACE + "-" + send.getSpanId() + "-01", "vendor=1"));
        Map<String, String> said = new TreeMap<>();
        process.getAttributes().forEach((key, value) -> said.put(key.getKey(), String.valueOf(value)));
        assertThat(said)
                .containsOnly(
                        Map.entry("messaging.system", "kafka"),
                        Map.entry("messaging.destination.name", "calico-fleet.steps"),
                        Map.entry("messaging.destination.partition.id", "3"),
                        Map.entry("messaging.kafka.offset", "77"),
                        Map.entry("messaging.operation.name", "process"),
                        Map.entry("messaging.operation.type", "process"),
                        Map.entry("messaging.message.id", "id"),
                        Map.entry("calico_fleet.event", "step.accepted"),
                        Map.entry("calico_fleet.campaign", "camp"),
                        Map.entry("calico_fleet.cluster", "eu-1"),
                        Map.entry("calico_fleet.step", "camp/eu-1/upgrade/1"));
    }

    @Test
    void a_step_begins_a_trace_of_its_own_that_is_linked_with_what_it_came_of() {
        on();

        try (Traced work = Tracing.process(event(GIVEN), "calico-fleet.verdicts", 0, 0)) {
            Tracing.begin(event(GIVEN), "calico-fleet.steps", Map.of("campaign", OTHER))
                    .close();
        }

        SpanData step = span("send calico-fleet.steps");
        assertThat(step.getTraceId()).isNotEqualTo(TRACE);
        assertThat(step.getParentSpanContext().isValid()).isFalse();
        assertThat(step.getLinks()).singleElement().satisfies(link -> {
            assertThat(link.getSpanContext().getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(link.getAttributes().asMap().values()).containsExactly("campaign");
        });
    }

    @Test
    void a_record_of_which_nothing_comes_is_not_seen_where_there_are_many_of_its_kind() {
        on();

        try (Traced work = Tracing.processQuietly(event(GIVEN), "calico-fleet.checks", 0, 1)) {
            assertThat(work.context()).isNotNull();
        }
        assertThat(told.getFinishedSpanItems()).isEmpty();

        try (Traced work = Tracing.processQuietly(event(GIVEN), "calico-fleet.checks", 0, 2)) {
            Tracing.send(event(GIVEN), "calico-fleet.verdicts").close();
        }
        assertThat(span("send calico-fleet.verdicts").getParentSpanId())
                .isEqualTo(span("process calico-fleet.checks").getSpanId());
    }

    @Test
    void parts_are_seen_within_something_that_is_traced_alone_and_say_why_they_failed() {
        on();

        Tracing.request("PUT /a").close();
        assertThat(told.getFinishedSpanItems()).isEmpty();

        try (Traced work = Tracing.process(event(null), "calico-fleet.steps", 0, 0)) {
            try (Traced part = Tracing.part("act upgrade")) {
                try (Traced asked = Tracing.request("PUT /a")) {
                    asked.failed("409");
                }
                part.with("calico_fleet.outcome", "failed");
            }
        }
        SpanData asked = span("PUT /a");
        assertThat(asked.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(asked.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(asked.getStatus().getDescription()).isEmpty();
        assertThat(asked.getParentSpanId()).isEqualTo(span("act upgrade").getSpanId());
        assertThat(span("act upgrade").getParentSpanId())
                .isEqualTo(span("process calico-fleet.steps").getSpanId());
    }

    @Test
    void what_is_not_sampled_stays_so_and_hands_that_on() {
        on();
        TraceContext unsampled = new TraceContext("00-" + TRACE + "-b7ad6b7169203331-00", null);

        try (Traced work = Tracing.process(event(unsampled), "calico-fleet.steps", 0, 0)) {
            assertThat(work.context()).isNotNull();
            assertThat(String.valueOf(work.context())).contains(TRACE).contains("-00,");
            Tracing.part("act upgrade").close();
        }

        assertThat(told.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void entries_of_the_log_tell_their_trace_while_there_is_one() {
        on();
        Map<String, String> fields = new TreeMap<>();
        Tracing.tell(fields);
        assertThat(fields).isEmpty();

        try (Traced work = Tracing.process(event(GIVEN), "calico-fleet.steps", 0, 0)) {
            Tracing.tell(fields);
        }

        assertThat(fields)
                .containsOnly(
                        Map.entry("traceId", TRACE),
                        Map.entry("spanId", span("process calico-fleet.steps").getSpanId()));
        assertThat(List.copyOf(fields.keySet())).containsExactly("spanId", "traceId");
    }
}
