package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseChart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What changes for a cluster between two releases: reads a file of both and says every difference that means something to
 * Kubernetes or to Calico. The order of lists, of rules and of fields means nothing.
 */
public final class ReleaseDiff {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What install-cni fills in, where it stands without quotes. */
    private static final Pattern PLACEHOLDER = Pattern.compile("(:\\s*)(__[A-Z0-9_]+__)");

    private ReleaseDiff() {}

    /**
     * The same of files that belong together, since objects move between them; by what each file is called. An object that
     * one of its files has no more and another has is told with both, for whoever applies the file alone.
     */
    public static List<ReleaseChange> between(
            Map<String, ManifestDocuments> before, Map<String, ManifestDocuments> after) {
        Set<ReleaseChange> found = Changes.none();
        Map<ObjectKey, Set<String>> olds = places(before);
        Map<ObjectKey, Set<String>> news = places(after);
        olds.forEach((key, files) -> {
            Set<String> now = news.getOrDefault(key, Set.of());
            if (!now.isEmpty() && !now.containsAll(files)) {
                new Changes(key.object(), found)
                        .add(ChangeArea.OBJECTS, "file", String.join(", ", files), String.join(", ", now));
            }
        });
        found.addAll(between(joined(before), joined(after)));
        return sorted(found);
    }

    private static Map<ObjectKey, Set<String>> places(Map<String, ManifestDocuments> files) {
        Map<ObjectKey, Set<String>> places = new LinkedHashMap<>();
        files.forEach((file, documents) -> documents
                .keys()
                .forEach(key ->
                        places.computeIfAbsent(key, same -> new TreeSet<>()).add(file)));
        return places;
    }

    private static ManifestDocuments joined(Map<String, ManifestDocuments> files) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>();
        files.values().forEach(documents -> objects.putAll(documents.objects()));
        return new ManifestDocuments(objects);
    }

    /** Every difference, by area and object. */
    public static List<ReleaseChange> between(ManifestDocuments before, ManifestDocuments after) {
        Set<ReleaseChange> found = Changes.none();
        needs(Needs.of(before), Needs.of(after), new Changes("", found));
        Map<ObjectKey, ObjectNode> left = new LinkedHashMap<>(after.objects());
        before.objects().forEach((key, old) -> {
            ObjectNode now = left.remove(key);
            if (now == null) {
                now = successor(key, left.keySet()).map(left::remove).orElse(null);
            }
            object(key, old, now, found);
        });
        left.forEach((key, now) -> object(key, null, now, found));
        return sorted(found);
    }

    private static List<ReleaseChange> sorted(Set<ReleaseChange> found) {
        List<ReleaseChange> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(ReleaseChange::area).thenComparing(ReleaseChange::object));
        return List.copyOf(sorted);
    }

    private static void needs(Set<Need> before, Set<Need> after, Changes changes) {
        after.stream()
                .filter(need -> !before.contains(need))
                .forEach(need -> changes.add(ChangeArea.NEEDS, need.toString(), null, ""));
        before.stream()
                .filter(need -> !after.contains(need))
                .forEach(need -> changes.add(ChangeArea.NEEDS, need.toString(), "", null));
    }

    /** The same object where another API group has it now, such as apps for extensions. */
    private static Optional<ObjectKey> successor(ObjectKey key, Set<ObjectKey> others) {
        return others.stream()
                .filter(other -> other.kind().equals(key.kind())
                        && other.namespace().equals(key.namespace())
                        && other.name().equals(key.name()))
                .findFirst();
    }

    private static void object(
            ObjectKey key, @Nullable ObjectNode before, @Nullable ObjectNode after, Set<ReleaseChange> found) {
        Changes changes = new Changes(key.object(), found);
        if (before == null || after == null) {
            changes.add(
                    ChangeArea.OBJECTS,
                    "",
                    before == null ? null : said(key, before),
                    after == null ? null : said(key, after));
            return;
        }
        changes.compare(ChangeArea.OBJECTS, "apiVersion", before.get("apiVersion"), after.get("apiVersion"));
        metadata(before.path("metadata"), after.path("metadata"), changes);
        switch (key.kind()) {
            case "CustomResourceDefinition" -> DefinitionDiff.compare(before, after, changes);
            case "ClusterRole", "Role" -> RightsDiff.compare(before, after, changes);
            case "ClusterRoleBinding", "RoleBinding" -> rest(ChangeArea.RIGHTS, before, after, changes);
            case "ConfigMap", "Secret" -> configuration(before, after, changes);
            case ReleaseChart.VALUES -> rest(ChangeArea.CHART, before, after, changes);
            case "Service" -> rest(ChangeArea.PORTS, before, after, changes);
            default -> {
                WorkloadDiff.compare(before, after, changes);
                settings(before, after, changes);
            }
        }
    }

    private static String said(ObjectKey key, JsonNode object) {
        return key.kind().equals("CustomResourceDefinition") ? DefinitionDiff.said(object) : "";
    }

    private static void metadata(JsonNode before, JsonNode after, Changes changes) {
        changes.compare(ChangeArea.SETTINGS, "labels", before.get("labels"), after.get("labels"));
        ObjectNode old = annotations(before);
        changes.compare(ChangeArea.SETTINGS, "annotations", old, annotations(after));
    }

    /** Without what the generator of a definition leaves. */
    private static ObjectNode annotations(JsonNode metadata) {
        ObjectNode annotations = Json.object();
        metadata.path("annotations").properties().forEach(entry -> {
            if (!entry.getKey().startsWith("controller-gen.kubebuilder.io/")) {
                annotations.set(entry.getKey(), entry.getValue());
            }
        });
        return annotations;
    }

    private static void rest(ChangeArea area, JsonNode before, JsonNode after, Changes changes) {
        for (String field : Json.names(before, after)) {
            if (!Set.of("apiVersion", "kind", "metadata", "status").contains(field)) {
                changes.compare(area, field, Json.get(before, field), Json.get(after, field));
            }
        }
    }

    /** All of a workload, or of any other kind, but its pods. */
    private static void settings(JsonNode before, JsonNode after, Changes changes) {
        rest(ChangeArea.SETTINGS, withoutPods(before), withoutPods(after), changes);
    }

    private static JsonNode withoutPods(JsonNode object) {
        if (WorkloadDiff.spec(object) == null) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        if (Json.text(object, "kind").equals("Pod")) {
            copy.remove("spec");
        } else if (copy.at("/spec/template") instanceof ObjectNode template) {
            template.remove("spec");
        }
        return copy;
    }

    private static void configuration(JsonNode before, JsonNode after, Changes changes) {
        for (String part : List.of("data", "stringData", "binaryData")) {
            JsonNode olds = Json.get(before, part);
            JsonNode news = Json.get(after, part);
            for (String key : Json.names(olds, news)) {
                changes.compare(ChangeArea.CONFIGURATION, key, read(Json.get(olds, key)), read(Json.get(news, key)));
            }
        }
    }

    /** JSON in a text as the tree it is. */
    private static @Nullable JsonNode read(@Nullable JsonNode value) {
        if (value == null || !value.isTextual() || !value.textValue().strip().startsWith("{")) {
            return value;
        }
        try {
            return MAPPER.readTree(PLACEHOLDER.matcher(value.textValue()).replaceAll("$1\"$2\""));
        } catch (JsonProcessingException e) {
            return value;
        }
    }
}
