package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a cluster has, and the hands of people in it: an object is copied before the first change to it. */
final class Live {

    private final Map<ObjectKey, ObjectNode> objects;
    private final Set<ObjectKey> touched = new TreeSet<>();
    final Random random;

    Live(ManifestDocuments stored, Random random) {
        this.objects = new LinkedHashMap<>(stored.objects());
        this.random = random;
    }

    ManifestDocuments documents() {
        return new ManifestDocuments(objects);
    }

    Set<ObjectKey> touched() {
        return touched;
    }

    void put(ObjectNode object) {
        ObjectKey key = ObjectKey.of(object);
        touched.add(key);
        objects.put(key, object);
    }

    Optional<ObjectNode> any(String... kinds) {
        return any(object -> List.of(kinds).contains(Json.text(object, "kind")));
    }

    Optional<ObjectNode> any(Predicate<ObjectNode> wanted) {
        List<ObjectKey> keys = objects.entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return one(keys).map(key -> {
            if (touched.add(key)) {
                objects.put(key, objects.get(key).deepCopy());
            }
            return objects.get(key);
        });
    }

    boolean delete(String... kinds) {
        Optional<ObjectNode> object = any(kinds);
        object.ifPresent(found -> objects.remove(ObjectKey.of(found)));
        return object.isPresent();
    }

    Optional<ObjectNode> workload() {
        return any("DaemonSet", "Deployment", "Pod");
    }

    Optional<ObjectNode> pod() {
        return workload().map(Live::pod);
    }

    static ObjectNode pod(ObjectNode workload) {
        return Json.text(workload, "kind").equals("Pod")
                ? Json.child(workload, "spec")
                : (ObjectNode) workload.at("/spec/template/spec");
    }

    /** A container of any workload that is as asked for. */
    Optional<ObjectNode> container(Predicate<ObjectNode> wanted) {
        return any(object -> containers(object).anyMatch(wanted))
                .flatMap(object -> one(containers(object).filter(wanted).toList()));
    }

    static Stream<ObjectNode> containers(ObjectNode object) {
        JsonNode pod = Json.text(object, "kind").equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
        return Stream.concat(Json.elements(pod.get("initContainers")), Json.elements(pod.get("containers")))
                .map(ObjectNode.class::cast);
    }

    <T> Optional<T> one(List<T> from) {
        return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
    }

    /** An entry of a list that is as asked for. */
    Optional<ObjectNode> entry(JsonNode list, Predicate<JsonNode> wanted) {
        return one(
                Json.elements(list).filter(wanted).map(ObjectNode.class::cast).toList());
    }

    /** Takes an entry of a list away. */
    boolean remove(JsonNode list) {
        if (!(list instanceof ArrayNode entries) || entries.isEmpty()) {
            return false;
        }
        entries.remove(random.nextInt(entries.size()));
        return true;
    }

    /** Another order of the same. */
    boolean reorder(JsonNode list) {
        if (!(list instanceof ArrayNode entries) || entries.size() < 2) {
            return false;
        }
        List<JsonNode> all = new ArrayList<>();
        entries.forEach(all::add);
        java.util.Collections.rotate(all, 1 + random.nextInt(all.size() - 1));
        entries.removeAll();
        entries.addAll(all);
        return true;
    }

    static ArrayNode list(ObjectNode parent, String name) {
        return parent.get(name) instanceof ArrayNode list ? list : parent.putArray(name);
    }
}
