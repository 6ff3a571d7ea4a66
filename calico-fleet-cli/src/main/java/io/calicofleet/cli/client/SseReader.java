package io.calicofleet.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.EventJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** Reads server-sent events as the HTML standard has them: fields up to an empty line; comments are left out. */
final class SseReader {

    private final BufferedReader lines;
    private final Runnable heard;

    /**
     * Of these lines.
     *
     * @param heard run whenever something came, a comment too
     */
    SseReader(BufferedReader lines, Runnable heard) {
        this.lines = lines;
        this.heard = heard;
    }

    /** The next event; empty at the end of the stream. What carries no JSON is left out. */
    Optional<StreamItem.Message> next() throws IOException {
        String id = "";
        String type = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.run();
            if (line.isEmpty()) {
                JsonNode json = data.isEmpty() ? null : EventJson.mapper().readTree(data.toString());
                if (json != null && json.isObject()) {
                    return Optional.of(new StreamItem.Message(id, type, json));
                }
                id = "";
                type = "";
                data.setLength(0);
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {} // a comment, retry, or a field of the future
            }
        }
        return Optional.empty();
    }
}
