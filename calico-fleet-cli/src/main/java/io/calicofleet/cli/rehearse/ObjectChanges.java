package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.diff.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was written to a cluster, by its objects before and after. */
final class ObjectChanges {

    /** The objects calico-fleet keeps in a cluster for itself: lease, journal, plan, backup. */
    private static final String OUR_OWN = "calico-fleet";

    /** The annotations by which it knows what it has written. */
    private static final String OUR_MARKS = "calico-fleet.io/";

    private static final String HIDDEN = "(hidden)";

    /** What the server and the controllers of a workload fill in. */
    private static final List<String> FILLED_IN =
            List.of("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink");

    private static final List<String> COUNTED = List.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            "deprecated.daemonset.template.generation",
            "deployment.kubernetes.io/revision");

    private ObjectChanges() {}

    /** What became of an object. */
    enum Action {
        CREATED,
        CHANGED,
        DELETED,
        /** It says what it said before: it was marked, or written and put back; or it was there for a while only. */
        SAME;

        /** The form for programs. */
        @JsonValue
        String encode() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A field that has another value.
     *
     * @param path where, list entries by their name
     * @param before the value before, of a list what is no longer in it, of a long text the lines; null where there was none
     * @param after the value after, of a list what is new in it, of a long text the lines; null where there is none
     */
    record Field(
            String path, @Nullable String before, @Nullable String after) {}

    /**
     * An object that was written.
     *
     * @param object the object, as kind namespace/name
     * @param action what became of it
     * @param fields of one that changed, the fields that did
     */
    record Written(String object, Action action, List<Field> fields) {
        Written {
            fields = List.copyOf(fields);
        }
    }

    /**
     * What became of the objects that somebody wrote.
     *
     * @param written which, as the audit of the cluster calls them
     * @param before all objects before, by the same names
     * @param after all objects after
     */
    static List<Written> of(Collection<String> written, Map<String, JsonNode> before, Map<String, JsonNode> after) {
        List<Written> changes = new ArrayList<>();
        for (String name : new TreeSet<>(written)) {
            JsonNode old = before.get(name);
            JsonNode now = after.get(name);
            if (isOurOwn(name)) {
                continue;
            }
            List<Field> fields = old == null || now == null ? List.of() : fields(old, now);
            Action action = old == null
                    ? now == null ? Action.SAME : Action.CREATED
                    : now == null ? Action.DELETED : fields.isEmpty() ? Action.SAME : Action.CHANGED;
            JsonNode known = now == null ? old : now;
            changes.add(new Written(known == null ? name : ObjectKey.of(known).object(), action, fields));
        }
        return changes;
    }

    /** Whether the audit's name is that of an object calico-fleet keeps for itself, which is not part of Calico. */
    static boolean isOurOwn(String name) {
        return name.substring(name.lastIndexOf('/') + 1).startsWith(OUR_OWN) || name.startsWith("leases.");
    }

    private static List<Field> fields(JsonNode old, JsonNode now) {
        boolean secret = now.path("kind").asText().equals("Secret");
        List<Field> fields = new ArrayList<>();
        Trees.compare("", said(old), said(now), (path, was, is) -> {
            boolean hidden = secret && (path.startsWith("data") || path.startsWith("stringData"));
            fields.add(
                    hidden
                            ? new Field(path, was == null ? null : HIDDEN, is == null ? null : HIDDEN)
                            : new Field(path, text(was, is), text(is, was)));
        });
        return fields;
    }

    /** What of a value is not in the other one. */
    private static @Nullable String text(@Nullable JsonNode value, @Nullable JsonNode other) {
        if (value == null || other == null || value.getNodeType() != other.getNodeType()) {
            return value == null ? null : value.isValueNode() ? value.asText() : value.toString();
        }
        if (value.isArray()) {
            Set<JsonNode> same = new HashSet<>();
            other.forEach(same::add);
            List<String> own = new ArrayList<>();
            value.forEach(item -> {
                if (!same.contains(item)) {
                    own.add(item.isValueNode() ? item.asText() : item.toString());
                }
            });
            boolean reordered = own.isEmpty() && value.size() == other.size();
            return own.isEmpty() && !reordered ? null : reordered ? value.toString() : String.join("\n", own);
        }
        if (value.isTextual() && value.asText().contains("\n")) {
            Set<String> same = other.asText().lines().collect(Collectors.toSet());
            String own =
                    value.asText().lines().filter(line -> !same.contains(line)).collect(Collectors.joining("\n"));
            return own.isEmpty() ? null : own;
        }
        return value.asText();
    }

    /** The object without what nobody says. */
    private static ObjectNode said(JsonNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(FILLED_IN);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(COUNTED);
                annotations
                        .properties()
                        .removeIf(annotation -> annotation.getKey().startsWith(OUR_MARKS));
            }
        }
        return copy;
    }
}
