package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.port.LiveEvents.LiveEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** CloudEvents 1.0 in structured mode: one JSON object, the payload under {@code data}. */
final class StructuredEvent {

    private StructuredEvent() {}

    static String json(LiveEvent event) {
        EventAttributes attributes = event.attributes();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = EventJson.mapper().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", attributes.id());
            json.writeStringField("source", attributes.source());
            json.writeStringField("type", attributes.type().encode());
            json.writeStringField("time", attributes.time().toString());
            json.writeStringField("datacontenttype", "application/json");
            write(json, "subject", attributes.subject());
            write(json, "campaign", attributes.campaign());
            write(json, "stepid", attributes.step());
            write(json, "actor", attributes.actor());
            TraceContext trace = attributes.trace();
            if (trace != null) {
                write(json, "traceparent", trace.traceparent());
                write(json, "tracestate", trace.tracestate());
            }
            json.writeFieldName("data");
            json.writeRawValue(new String(event.json(), StandardCharsets.UTF_8));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }
}
