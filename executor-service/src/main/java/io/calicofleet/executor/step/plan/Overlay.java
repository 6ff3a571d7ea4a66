package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What objects would be, laid over what they are. It refuses as an API server does: what is there already, or was changed. */
final class Overlay {

    private final Map<ObjectKey, Optional<ObjectNode>> laid = new LinkedHashMap<>();
    private final Writes writes;
    private int version;

    /** One whose writes are told to {@code writes}. */
    Overlay(Writes writes) {
        this.writes = requireNonNull(writes, "writes");
    }

    /** Whether anything of it was written. */
    boolean has(ObjectKey key) {
        return laid.containsKey(key);
    }

    /** An object as it was written; empty where it was not, or was deleted. */
    Optional<ObjectNode> written(ObjectKey key) {
        return laid.getOrDefault(key, Optional.empty());
    }

    /** The objects that were written and are there. */
    List<ObjectNode> written(Predicate<ObjectNode> which) {
        return laid.values().stream()
                .flatMap(Optional::stream)
                .filter(which)
                .map(ObjectNode::deepCopy)
                .toList();
    }

    Optional<ObjectNode> find(ObjectKey key, Supplier<Optional<ObjectNode>> really) {
        Optional<ObjectNode> over = laid.get(key);
        return over == null ? really.get() : over.map(ObjectNode::deepCopy);
    }

    /** What is there, with what was written in its place. */
    List<ObjectNode> list(List<ObjectNode> really, Predicate<ObjectNode> which) {
        List<ObjectNode> all = new ArrayList<>();
        really.stream().filter(object -> !has(ObjectKey.of(object))).forEach(all::add);
        all.addAll(written(which));
        return all;
    }

    ObjectNode create(ObjectNode object, Supplier<Optional<ObjectNode>> present) {
        ObjectKey key = ObjectKey.of(object);
        if (find(key, present).isPresent()) {
            throw new ClusterException(Problem.ALREADY_EXISTS, key.object() + " is there already", null);
        }
        ObjectNode made = object.deepCopy();
        Json.child(made, "metadata").put("uid", "planned-" + (version + 1));
        return put(key, Optional.empty(), made);
    }

    ObjectNode replace(ObjectNode object, Supplier<Optional<ObjectNode>> present) {
        ObjectKey key = ObjectKey.of(object);
        ObjectNode before = find(key, present)
                .orElseThrow(() -> new ClusterException(Problem.NOT_FOUND, key.object() + " is not there", null));
        String asked = Json.text(object.path("metadata"), "resourceVersion");
        if (!asked.isEmpty() && !asked.equals(Json.text(before.path("metadata"), "resourceVersion"))) {
            throw new ClusterException(Problem.CONFLICT, key.object() + " was changed meanwhile", null);
        }
        return put(key, Optional.of(before), object.deepCopy());
    }

    void delete(ObjectNode object, Supplier<Optional<ObjectNode>> present) {
        ObjectKey key = ObjectKey.of(object);
        Optional<ObjectNode> before = find(key, present);
        if (before.isPresent()) {
            writes.wrote(key, before, Optional.empty());
            laid.put(key, Optional.empty());
        }
    }

    private ObjectNode put(ObjectKey key, Optional<ObjectNode> before, ObjectNode after) {
        version++;
        Json.child(after, "metadata").put("resourceVersion", "planned-" + version);
        writes.wrote(key, before, Optional.of(after));
        laid.put(key, Optional.of(after));
        return after.deepCopy();
    }
}
