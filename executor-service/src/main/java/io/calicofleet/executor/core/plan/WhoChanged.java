package io.calicofleet.executor.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.model.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Who changed fields of an object, by what the API server keeps in its {@code metadata.managedFields}. */
public final class WhoChanged {

    /** The field manager of every write of ours. */
    public static final String US = "calico-fleet";

    private WhoChanged() {}

    /**
     * The field managers that own the fields now, or, where a field was taken away, the one who wrote the object last; for
     * people.
     */
    public static String of(JsonNode object, List<Differences.Field> fields) {
        TreeSet<String> managers = new TreeSet<>();
        for (Differences.Field field : fields) {
            owner(object, field).or(() -> last(object)).ifPresent(managers::add);
        }
        return managers.isEmpty() ? "somebody the API server does not name" : String.join(" and ", managers);
    }

    private static Optional<String> owner(JsonNode object, Differences.Field field) {
        return others(object).stream()
                .filter(entry -> owns(entry.path("fieldsV1"), field.managed()))
                .max(Comparator.comparing((JsonNode entry) -> Json.text(entry, "time")))
                .map(entry -> Json.text(entry, "manager"));
    }

    private static Optional<String> last(JsonNode object) {
        return others(object).stream()
                .max(Comparator.comparing((JsonNode entry) -> Json.text(entry, "time")))
                .map(entry -> Json.text(entry, "manager"));
    }

    private static List<JsonNode> others(JsonNode object) {
        return Json.elements(object.at("/metadata/managedFields"))
                .filter(entry -> !Json.text(entry, "manager").equals(US)
                        && !Json.text(entry, "subresource").equals("status"))
                .toList();
    }

    /** Keys of entries are compared as JSON, whose numbers and order of fields may be spelt differently. */
    private static boolean owns(JsonNode fields, List<String> path) {
        JsonNode at = fields;
        for (String step : path) {
            at = at.path(step);
        }
        return !at.isMissingNode();
    }
}
