package io.calicofleet.executor.core.owner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote a field of an object last, from {@code metadata.managedFields}.
 *
 * <p>An API server has one entry for each manager, operation and subresource, with the time of its last write and the
 * fields it owns (Kubernetes, structured-merge-diff). Whoever changes a value takes the field from all others; whoever
 * applies the value that is there shares it. So of the entries that own a field the newest wrote it last. Times are whole
 * seconds of the API server's clock; of two at one time the later entry counts.
 *
 * <p>Nobody is named where nothing tells: an object without managedFields, a field nobody owns.
 */
public final class FieldWriters {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SEGMENT = Pattern.compile("\\[([^\\]]*)\\]|([^.\\[\\]]+)");
    private static final Comparator<FieldWriter> BY_TIME =
            Comparator.comparing(FieldWriter::at, Comparator.nullsFirst(Comparator.naturalOrder()));

    private FieldWriters() {}

    /**
     * Who wrote one of these fields last; empty where nothing tells.
     *
     * @param object the object as the API server gives it
     * @param paths fields as events name them, such as {@code spec.template.spec.containers[calico-node].image}; with none,
     *     whoever wrote anything of it but a status
     */
    public static Optional<FieldWriter> last(JsonNode object, List<String> paths) {
        List<List<String>> wanted = paths.stream().map(FieldWriters::segments).toList();
        // The later of two equal ones: max keeps the last it meets.
        return entries(object)
                .filter(entry -> wanted.isEmpty()
                        || wanted.stream().anyMatch(path -> owns(Json.get(entry, "fieldsV1"), path, 0)))
                .map(FieldWriters::writer)
                .reduce((newest, next) -> BY_TIME.compare(newest, next) > 0 ? newest : next);
    }

    /** Whoever owns any field of an object but a status, each once, the last to write first. */
    public static List<FieldWriter> all(JsonNode object) {
        List<FieldWriter> writers =
                new ArrayList<>(entries(object).map(FieldWriters::writer).toList());
        writers.sort(BY_TIME.reversed());
        return List.copyOf(writers);
    }

    private static Stream<JsonNode> entries(JsonNode object) {
        return Json.elements(object.at("/metadata/managedFields"))
                .filter(entry -> Json.text(entry, "subresource").isEmpty())
                .filter(entry -> !Json.text(entry, "manager").isEmpty())
                .filter(entry -> !onlyStatus(entry));
    }

    /** API servers before v1.22 tell no subresource. */
    private static boolean onlyStatus(JsonNode entry) {
        JsonNode fields = Json.get(entry, "fieldsV1");
        return fields != null
                && fields.has("f:status")
                && Json.names(fields).stream()
                        .noneMatch(name -> !name.equals("f:status") && !name.equals("f:metadata"));
    }

    private static FieldWriter writer(JsonNode entry) {
        return new FieldWriter(Json.text(entry, "manager"), time(Json.text(entry, "time")));
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    /** Whether a set of fields has the field, or something it is a part of that is owned as a whole. */
    private static boolean owns(@Nullable JsonNode set, List<String> path, int at) {
        if (set == null) {
            return false;
        }
        if (at == path.size() || (at > 0 && set.isEmpty())) {
            return true;
        }
        String segment = path.get(at);
        return set.properties().stream()
                .anyMatch(entry -> is(entry.getKey(), segment) && owns(entry.getValue(), path, at + 1));
    }

    /** Whether an element of a set is that segment: a field, or an entry of a list by its key, its value or its place. */
    private static boolean is(String element, String segment) {
        return switch (element.length() < 2 ? "" : element.substring(0, 2)) {
            case "f:", "i:" -> element.substring(2).equals(segment);
            case "v:", "k:" -> value(element.substring(2), segment);
            default -> false;
        };
    }

    private static boolean value(String json, String segment) {
        try {
            JsonNode value = JSON.readTree(json);
            return value.isObject()
                    ? value.properties().stream()
                            .anyMatch(entry -> entry.getValue().asText().equals(segment))
                    : value.asText().equals(segment);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        Matcher matcher = SEGMENT.matcher(path);
        while (matcher.find()) {
            segments.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return segments;
    }
}
