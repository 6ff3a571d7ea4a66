package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** metadata.managedFields: who owns which field of an object. */
public final class ManagedFields {

    private final List<Entry> entries = new ArrayList<>();
    /** When a writer applied before. */
    private String appliedAt = "";

    /** One manager's fields. */
    private record Entry(
            String manager, String operation, String apiVersion, String time, String subresource, FieldSet fields) {
        boolean is(String otherManager, String otherOperation, String otherSubresource) {
            return manager.equals(otherManager)
                    && operation.equals(otherOperation)
                    && subresource.equals(otherSubresource);
        }
    }

    /** Who writes. */
    public record Writer(String manager, String apiVersion, String subresource, String time) {}

    private ManagedFields() {}

    /** Reads them from an object. */
    public static ManagedFields of(JsonNode object) {
        ManagedFields managed = new ManagedFields();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            managed.entries.add(new Entry(
                    entry.path("manager").asText(),
                    entry.path("operation").asText(),
                    entry.path("apiVersion").asText(),
                    entry.path("time").asText(),
                    entry.path("subresource").asText(""),
                    FieldSet.parse(entry.path("fieldsV1"))));
        }
        return managed;
    }

    /** Writes them into an object. */
    public void to(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        ArrayNode list = metadata.putArray("managedFields");
        entries.sort(Comparator.comparing(Entry::operation)
                .thenComparing(Entry::time)
                .thenComparing(Entry::manager)
                .thenComparing(Entry::apiVersion)
                .thenComparing(Entry::subresource));
        for (Entry entry : entries) {
            ObjectNode json = list.addObject()
                    .put("apiVersion", entry.apiVersion)
                    .put("fieldsType", "FieldsV1")
                    .set("fieldsV1", entry.fields.toJson());
            json.put("manager", entry.manager).put("operation", entry.operation);
            if (!entry.time.isEmpty()) {
                json.put("time", entry.time);
            }
            if (!entry.subresource.isEmpty()) {
                json.put("subresource", entry.subresource);
            }
        }
    }

    /** Whether a write changed nothing: who owns what counts, and not when that was written down, nor the order this makes. */
    public static boolean sameButTimes(ObjectNode old, ObjectNode updated) {
        return Json.same(old, updated) || Json.same(withoutTimes(old), withoutTimes(updated));
    }

    /** Whether two objects are the same, whoever owns what. */
    public static boolean sameApart(ObjectNode old, ObjectNode updated) {
        return Json.same(withoutFields(old), withoutFields(updated));
    }

    private static ObjectNode withoutFields(ObjectNode object) {
        ObjectNode copy = Json.shallow(object);
        if (object.get("metadata") instanceof ObjectNode metadata) {
            ObjectNode kept = Json.shallow(metadata);
            kept.remove("managedFields");
            copy.set("metadata", kept);
        }
        return copy;
    }

    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = Json.shallow(object);
        if (object.get("metadata") instanceof ObjectNode metadata) {
            ObjectNode trimmed = metadata.deepCopy();
            List<JsonNode> entries = new ArrayList<>();
            trimmed.path("managedFields").forEach(entry -> entries.add(((ObjectNode) entry).without("time")));
            entries.sort(Comparator.comparing(JsonNode::toString));
            trimmed.putArray("managedFields").addAll(entries);
            copy.set("metadata", trimmed);
        }
        return copy;
    }

    /** Only what a user owns: the tree without what the server sets. */
    public static ObjectNode owned(JsonNode object) {
        ObjectNode owned = Json.shallow((ObjectNode) object);
        owned.remove(List.of("apiVersion", "kind"));
        if (owned.get("metadata") instanceof ObjectNode metadata) {
            ObjectNode kept = Json.shallow(metadata);
            kept.remove(List.of(
                    "name",
                    "namespace",
                    "uid",
                    "creationTimestamp",
                    "generation",
                    "resourceVersion",
                    "managedFields",
                    "selfLink",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds"));
            if (kept.isEmpty()) {
                owned.remove("metadata");
            } else {
                owned.set("metadata", kept);
            }
        }
        return owned;
    }

    /** Records an update: what it changed belongs to the writer, what is gone belongs to nobody. */
    public void updated(JsonNode before, JsonNode after, TypeInfo type, Writer writer) {
        JsonNode old = before.isObject() ? owned(before) : Json.object();
        ObjectNode now = owned(after);
        FieldSet changed = FieldSet.changed(old, now, type);
        boolean removed = !FieldSet.changed(now, old, type).isEmpty();
        if (changed.isEmpty() && !removed) {
            return;
        }
        FieldSet mine = FieldSet.empty();
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.is(writer.manager, "Update", writer.subresource)) {
                mine = entry.fields.only(now, type);
                entries.remove(i);
            } else {
                keep(i, entry.fields.minus(changed).only(now, type));
            }
        }
        add(writer, "Update", mine.union(changed));
    }

    private void keep(int index, FieldSet fields) {
        if (fields.isEmpty()) {
            entries.remove(index);
        } else {
            Entry e = entries.get(index);
            entries.set(index, new Entry(e.manager, e.operation, e.apiVersion, e.time, e.subresource, fields));
        }
    }

    private void add(Writer writer, String operation, FieldSet fields) {
        if (!fields.isEmpty()) {
            entries.add(
                    new Entry(writer.manager, operation, writer.apiVersion, writer.time, writer.subresource, fields));
        }
    }

    /** Fields that others own and a write would change, by owner: {@code "kubectl" using apps/v1}. */
    public Map<String, List<String>> conflicts(FieldSet changed, FieldSet applied, Writer writer) {
        Map<String, List<String>> conflicts = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry.is(writer.manager, "Apply", writer.subresource)) {
                continue;
            }
            List<String> fields = new ArrayList<>();
            entry.fields.intersect(changed).intersect(applied).forEachMember((path, set) -> fields.add(dotted(path)));
            if (!fields.isEmpty()) {
                conflicts.put(
                        "\"" + entry.manager + "\""
                                + (entry.operation.equals("Update") ? " using " + entry.apiVersion : ""),
                        fields);
            }
        }
        return conflicts;
    }

    private static String dotted(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String element : path) {
            if (element.startsWith("f:")) {
                text.append('.').append(element.substring(2));
            } else if (element.startsWith("k:")) {
                List<String> keys = new ArrayList<>();
                Json.parse(element.substring(2))
                        .properties()
                        .forEach(key -> keys.add(key.getKey() + "=" + key.getValue()));
                text.append('[').append(String.join(",", keys)).append(']');
            } else {
                text.append('[').append(element.substring(2)).append(']');
            }
        }
        return text.toString();
    }

    /** What a writer has just applied was there already: its time stays as it was, or it has none. */
    public void appliedNothing(Writer writer) {
        entries.replaceAll(e -> e.is(writer.manager, "Apply", writer.subresource)
                ? new Entry(e.manager, e.operation, e.apiVersion, appliedAt, e.subresource, e.fields)
                : e);
    }

    /**
     * Records an apply.
     *
     * @param applied the configuration's fields
     * @param changed fields of others that were taken with force
     * @return what the manager applied before and nobody owns now: to be removed
     */
    public FieldSet applied(FieldSet applied, FieldSet changed, Writer writer) {
        FieldSet before = FieldSet.empty();
        FieldSet others = FieldSet.empty();
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.is(writer.manager, "Apply", writer.subresource)) {
                before = entry.fields;
                appliedAt = entry.time;
                entries.remove(i);
            } else {
                FieldSet left = entry.fields.minus(changed.intersect(applied));
                others = others.union(left);
                keep(i, left);
            }
        }
        add(writer, "Apply", applied);
        return before.minus(applied).minus(others).notHolding(applied.union(others));
    }
}
