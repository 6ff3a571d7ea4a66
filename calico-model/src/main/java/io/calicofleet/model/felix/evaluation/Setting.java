package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field of FelixConfiguration, as {@code felix-settings.json} has it (api/pkg/apis/projectcalico/v3/felixconfig.go and
 * felix/config/config_params.go of the releases).
 *
 * @param field the field
 * @param name the name in annotations and in the environment
 * @param type what it is in JSON
 * @param from the first release that has it; null: all do that were looked at
 * @param must what Felix ends over if it is not that; empty: it takes its default instead
 * @param noneAllowed whether it may be {@code none}
 */
record Setting(
        String field, String name, String type, @Nullable CalicoVersion from, String must, boolean noneAllowed) {

    private static final String RESOURCE = "/felix-settings.json";

    Setting {
        requireNonNull(field, "field");
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(must, "must");
    }

    /** Those a release has. */
    static List<Setting> of(CalicoVersion version) {
        return All.SETTINGS.stream()
                .filter(setting -> setting.from == null || version.compareTo(setting.from) >= 0)
                .toList();
    }

    /** What a FelixConfiguration has for it, as Felix writes it before it reads it; empty where it has nothing. */
    Optional<String> in(FelixSettings settings, String configuration) {
        return type.equals("failsafe")
                ? settings.ports(configuration, field)
                : settings.annotation(configuration, name)
                        .or(() -> settings.field(configuration, field).map(this::text))
                        .filter(text -> !text.isEmpty());
    }

    private String text(JsonNode value) {
        return switch (type) {
            case "texts" ->
                String.join(",", Json.elements(value).map(JsonNode::asText).toList());
            case "range" -> range(value);
            case "ranges" ->
                String.join(",", Json.elements(value).map(Setting::range).toList());
            default -> value.asText();
        };
    }

    private static String range(JsonNode range) {
        return number(range, "min") + "-" + number(range, "max");
    }

    private static int number(JsonNode range, String field) {
        return FelixSettings.any(range, field).map(JsonNode::asInt).orElse(0);
    }

    private static Setting of(String field, JsonNode entry) {
        return new Setting(
                field,
                entry.has("name") ? Json.text(entry, "name") : field,
                Json.text(entry, "type"),
                entry.has("from") ? CalicoVersion.parse(Json.text(entry, "from")) : null,
                Json.text(entry, "must"),
                entry.path("none").asBoolean(true));
    }

    /** The file, read once. */
    private static final class All {

        private static final List<Setting> SETTINGS = read();

        private static List<Setting> read() {
            try (InputStream file = Setting.class.getResourceAsStream(RESOURCE)) {
                return new ObjectMapper()
                        .readTree(file).properties().stream()
                                .map(entry -> of(entry.getKey(), entry.getValue()))
                                .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(RESOURCE + " cannot be read", e);
            }
        }
    }
}
