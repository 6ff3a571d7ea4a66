package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which changes of a release touch one cluster: what it does not have cannot change, a field nobody set cannot be missed,
 * and a default that somebody chose otherwise does not move. A field that is new waits until somebody sets it.
 */
public final class Touching {

    private static final String DEFINITION = "CustomResourceDefinition";

    private final Set<String> present;
    private final Map<String, List<ObjectNode>> resources = new HashMap<>();

    /**
     * What a cluster has.
     *
     * @param live the objects of the install, as they are
     * @param definitions where the kinds of the definitions are read: the file of the release before
     * @param others objects of those kinds, such as every FelixConfiguration
     */
    public Touching(ManifestDocuments live, ManifestDocuments definitions, Collection<ObjectNode> others) {
        present = live.keys().stream().map(ObjectKey::object).collect(Collectors.toSet());
        Map<String, List<ObjectNode>> byKind =
                others.stream().collect(Collectors.groupingBy(object -> Json.text(object, "kind")));
        definitions.objects().forEach((key, definition) -> {
            if (key.kind().equals(DEFINITION)) {
                String kind = definition.at("/spec/names/kind").asText();
                resources.put(key.object(), byKind.getOrDefault(kind, List.of()));
            }
        });
    }

    /** Those that touch it, in their order. */
    public List<ReleaseChange> of(Collection<ReleaseChange> changes) {
        return changes.stream().filter(this::touches).toList();
    }

    private boolean touches(ReleaseChange change) {
        return switch (change.area()) {
            case OBJECTS -> change.comes() || (change.goes() && isUsed(change.object()));
            case IMAGES -> change.item().equals("from");
            case FIELDS -> !change.comes() && resources(change).anyMatch(resource -> isSet(resource, change.item()));
            case DEFAULTS -> !change.goes() && !isSetEverywhere(change);
            case VALUES -> narrows(change);
            case MEANINGS -> resources(change).anyMatch(resource -> isSet(resource, change.item()));
            case NEEDS -> change.comes();
            case DEFINITIONS -> present.contains(change.object());
            default -> present.contains(change.object());
        };
    }

    /** A definition that goes touches only where there is a resource of it. */
    private boolean isUsed(String object) {
        return object.startsWith(DEFINITION + " ")
                ? !resources.getOrDefault(object, List.of()).isEmpty()
                : present.contains(object);
    }

    private Stream<ObjectNode> resources(ReleaseChange change) {
        return resources.getOrDefault(change.object(), List.of()).stream();
    }

    /** A field below a list or a map is one of many: whether all set it cannot be told by one look. */
    private boolean isSetEverywhere(ReleaseChange change) {
        List<ObjectNode> all = resources(change).toList();
        boolean one = !change.item().contains("[]") && !change.item().contains("{}");
        return all.isEmpty()
                ? !change.object().contains("configurations.")
                : !one || all.stream().allMatch(resource -> isSet(resource, change.item()));
    }

    private static boolean isSet(ObjectNode resource, String path) {
        return values(resource, path).findAny().isPresent();
    }

    /** A value that is set and is not allowed any more. */
    private boolean narrows(ReleaseChange change) {
        String path = change.item();
        if (path.contains(" ") || change.comes()) {
            return false;
        }
        Set<String> words =
                new TreeSet<>(Arrays.asList(String.valueOf(change.before()).split(", ", -1)));
        Set<String> allowed =
                change.after() == null ? Set.of() : Set.of(change.after().split(", ", -1));
        return !allowed.contains("anything")
                && resources(change)
                        .flatMap(resource -> values(resource, path))
                        .map(JsonNode::asText)
                        .anyMatch(
                                value -> words.contains("anything") ? !allowed.contains(value) : words.contains(value));
    }

    private static Stream<JsonNode> values(JsonNode node, String path) {
        Stream<JsonNode> found = Stream.of(node);
        for (String part : path.split("\\.", -1)) {
            String field = part.replace("[]", "").replace("{}", "");
            found = found.map(here -> Json.get(here, field))
                    .filter(value -> value != null)
                    .flatMap(value ->
                            part.endsWith("[]") || part.endsWith("{}") ? value.valueStream() : Stream.of(value));
        }
        return found;
    }
}
