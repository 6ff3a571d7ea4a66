package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request is answered with: JSON, a text, or a stream that writes by itself.
 *
 * @param code the HTTP code
 * @param contentType the media type
 * @param body the body
 * @param tree the body where it is JSON; a missing node otherwise
 * @param warnings Warning headers
 * @param stream writes the body instead, while the connection lasts
 */
@SuppressWarnings("ArrayRecordComponent") // read only; nobody compares answers
record Answer(int code, String contentType, byte[] body, JsonNode tree, List<String> warnings, Stream stream) {

    /** Writes a body piece by piece. */
    interface Stream {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    private static final Stream NONE = out -> {};
    private static final JsonNode NO_TREE = Json.object().path("none");
    private static final List<String> ANYTHING = List.of("", "*/*", "application/*", "application/json");

    static Answer json(int code, JsonNode body) {
        return json(code, body, List.of());
    }

    static Answer json(int code, JsonNode body, List<String> warnings) {
        return new Answer(code, "application/json", Json.bytes(body), body, List.copyOf(warnings), NONE);
    }

    static Answer typed(String contentType, byte[] body) {
        return new Answer(200, contentType, body, NO_TREE, List.of(), NONE);
    }

    /** The same as YAML, where that is what an Accept header names first of what is served. */
    Answer accepted(String accept) {
        for (String each : accept.split(",", -1)) {
            String type = each.split(";", -1)[0].trim();
            if (ANYTHING.contains(type) || tree.isMissingNode()) {
                return this;
            }
            if (type.equals("application/yaml")) {
                return new Answer(code, type, Json.yaml(tree).getBytes(StandardCharsets.UTF_8), tree, warnings, stream);
            }
        }
        return this;
    }

    static Answer text(String text) {
        return typed("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with one more warning, which comes first. */
    Answer withWarning(String warning) {
        List<String> all = new ArrayList<>(List.of(warning));
        all.addAll(warnings);
        return new Answer(code, contentType, body, tree, List.copyOf(all), stream);
    }

    Answer withCode(int other) {
        return new Answer(other, contentType, body, tree, warnings, stream);
    }

    static Answer stream(Stream stream) {
        return new Answer(200, "application/json", new byte[0], NO_TREE, List.of(), stream);
    }

    void send(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        for (String warning : warnings) {
            exchange.getResponseHeaders().add("Warning", "299 - \"" + warning.replace("\"", "\\\"") + "\"");
        }
        if (code == 429) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        if (stream != NONE) {
            exchange.sendResponseHeaders(code, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                stream.writeTo(out);
            }
            return;
        }
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
