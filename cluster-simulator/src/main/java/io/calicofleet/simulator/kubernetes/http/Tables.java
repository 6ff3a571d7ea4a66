package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tables {@code kubectl get} asks for. Columns are those of Kubernetes: of built-in kinds {@code table-columns.yaml} has them, definitions
 * name theirs. Of one answer: further tables of a watch have no columns.
 */
final class Tables {

    private static final Column NAME =
            Column.always("Name", "string", "name", object -> Json.at(object, "metadata", "name"));
    private static final Column AGE = Column.always("Age", "string", "", object -> Cells.since(created(object)));
    private static final Column CREATED = Column.always("Created At", "date", "", Tables::created);

    private static final Map<String, List<Column>> BUILT_IN = read();

    private final int minor;
    private final String rows;
    private boolean headed;

    /**
     * For an answer.
     *
     * @param minor the n of Kubernetes 1.n
     * @param rows what each row has of its object: {@code None}, {@code Object}, else its metadata
     */
    Tables(int minor, String rows) {
        this.minor = minor;
        this.rows = rows;
    }

    /** A column, and how the cell of an object is found. */
    private record Column(
            String name,
            String type,
            String format,
            int priority,
            int from,
            int until,
            Function<JsonNode, JsonNode> cell) {

        /** One that each version has, also without {@code -o wide}. */
        static Column always(String name, String type, String format, Function<JsonNode, JsonNode> cell) {
            return new Column(name, type, format, 0, 0, Integer.MAX_VALUE, cell);
        }
    }

    static boolean wanted(Request request) {
        return request.accept().contains("as=Table");
    }

    ObjectNode of(ResourceType type, List<ObjectNode> objects, ObjectNode metadata) {
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        List<Column> columns = columns(type);
        if (headed) {
            table.putNull("columnDefinitions");
        } else {
            ArrayNode definitions = table.putArray("columnDefinitions");
            for (Column column : columns) {
                definitions
                        .addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.format())
                        .put("description", column.name())
                        .put("priority", column.priority());
            }
        }
        headed = true;
        ArrayNode all = table.putArray("rows");
        objects.forEach(object -> all.add(row(columns, object)));
        return table;
    }

    private ObjectNode row(List<Column> columns, ObjectNode object) {
        ObjectNode row = Json.object();
        ArrayNode cells = row.putArray("cells");
        for (Column column : columns) {
            JsonNode cell = column.cell().apply(object);
            cells.add(!cell.isMissingNode() || column.type().equals("date") ? cell : Json.text(""));
        }
        row.set("object", ofRow(object));
        return row;
    }

    private JsonNode ofRow(ObjectNode object) {
        if (rows.equals("None")) {
            return NullNode.getInstance();
        }
        if (rows.equals("Object")) {
            return object;
        }
        return Representation.metadata(object);
    }

    private static JsonNode created(JsonNode object) {
        return Json.at(object, "metadata", "creationTimestamp");
    }

    private List<Column> columns(ResourceType type) {
        if (type.crd() != null) {
            return ofDefinition(type.crd().columns());
        }
        List<Column> known = BUILT_IN.get(type.kind());
        if (known == null) {
            return List.of(NAME, CREATED);
        }
        List<Column> columns = new ArrayList<>();
        if (known.stream().noneMatch(column -> column.name().equals(NAME.name()))) {
            columns.add(NAME);
        }
        known.stream()
                .filter(column -> column.from() <= minor && minor <= column.until())
                .forEach(columns::add);
        return columns;
    }

    private static List<Column> ofDefinition(JsonNode named) {
        List<Column> columns = new ArrayList<>(List.of(NAME));
        for (JsonNode column : named) {
            String type = Json.text(column, "type");
            ColumnPath path = ColumnPath.of(Json.text(column, "jsonPath"));
            columns.add(new Column(
                    Json.text(column, "name"),
                    type,
                    Json.text(column, "format"),
                    column.path("priority").asInt(),
                    0,
                    Integer.MAX_VALUE,
                    object -> Cells.ofType(type, path.in(object))));
        }
        if (named.isEmpty()) {
            columns.add(Column.always("Age", "date", "", AGE.cell()));
        }
        return columns;
    }

    private static Map<String, List<Column>> read() {
        Map<String, List<Column>> kinds = new HashMap<>();
        Json.yamlDocuments(Resources.text("table-columns.yaml"))
                .getFirst()
                .properties()
                .forEach(kind -> {
                    List<Column> columns = new ArrayList<>();
                    kind.getValue().forEach(column -> columns.add(column.isTextual() ? AGE : column(column)));
                    kinds.put(kind.getKey(), List.copyOf(columns));
                });
        return kinds;
    }

    private static Column column(JsonNode column) {
        String[] at = Json.text(column, "at").split("\\.", -1);
        String by = Json.text(column, "by");
        Function<JsonNode, JsonNode> shown = by.isEmpty() ? Function.identity() : Cells.by(by);
        JsonNode or = column.path("or");
        boolean whole = column.path("at").isMissingNode();
        return new Column(
                Json.text(column, "name"),
                column.path("type").asText("string"),
                Json.text(column, "format"),
                column.path("wide").asBoolean() ? 1 : 0,
                column.path("from").asInt(),
                column.path("until").asInt(Integer.MAX_VALUE),
                object -> {
                    JsonNode value = whole ? object : Json.at(object, at);
                    boolean nothing = value.isMissingNode()
                            || value.isNull()
                            || value.asText(" ").isEmpty();
                    return nothing && !or.isMissingNode() ? or : shown.apply(value);
                });
    }
}
