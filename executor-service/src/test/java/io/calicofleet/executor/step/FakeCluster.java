package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectFilter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Objects in memory, with resourceVersions; may die at a write, as an executor that is killed does. */
public final class FakeCluster implements ClusterApi {

    private String uid = "";

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    public final List<String> writes = new ArrayList<>();
    public int writesLeft = Integer.MAX_VALUE;

    /** What the kubeconfig may not do, as a permission says it: "update nodes". */
    public final Set<String> forbidden = new TreeSet<>();

    private int version;

    /** Puts objects there, by whoever. */
    public void put(String yaml) {
        io.calicofleet.executor.core.Yaml.documents(yaml)
                .forEach(object -> objects.put(ResourceRef.of(object).object(), stamped((ObjectNode) object)));
    }

    /** Takes an object away, by whoever. */
    public void remove(String object) {
        objects.remove(object);
    }

    /** The objects of a kind, as they are. */
    public List<ObjectNode> all(String kind) {
        return objects.values().stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    @Override
    public String version() {
        return "v1.21.14";
    }

    @Override
    public Set<String> servedKinds() {
        return objects.values().stream()
                .map(object -> object.path("apiVersion").asText() + " "
                        + object.path("kind").asText())
                .collect(Collectors.toSet());
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        return Optional.ofNullable(objects.get(ref.object())).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        ObjectFilter selected = ObjectFilter.of(labelSelector, "", 0);
        return all(kind).stream()
                .filter(object -> namespace.isEmpty()
                        || object.at("/metadata/namespace").asText().equals(namespace))
                .filter(selected::test)
                .map(ObjectNode::deepCopy)
                .toList();
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        if (find(ResourceRef.of(object)).isPresent()) {
            throw new ClusterException(Problem.ALREADY_EXISTS, ResourceRef.of(object) + " is there", null);
        }
        return written("create", object);
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        String present = find(ResourceRef.of(object))
                .map(found -> found.at("/metadata/resourceVersion").asText())
                .orElseThrow(() -> new ClusterException(Problem.NOT_FOUND, ResourceRef.of(object) + " is gone", null));
        if (!present.equals(object.at("/metadata/resourceVersion").asText())) {
            throw new ClusterException(Problem.CONFLICT, ResourceRef.of(object) + " has changed", null);
        }
        return written("replace", object);
    }

    @Override
    public ObjectNode rehearse(ObjectNode object) {
        throw new AssertionError("nothing is rehearsed here");
    }

    @Override
    public void delete(ObjectNode object) {
        spend("delete", object);
        objects.remove(ResourceRef.of(object).object());
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        return wanted.stream()
                .filter(permission -> forbidden.contains(permission.toString()))
                .toList();
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return new WatchedObjects() {
            @Override
            public List<ObjectNode> objects() {
                return list(apiVersion, kind, namespace, labelSelector);
            }

            @Override
            public void close() {}
        };
    }

    private ObjectNode written(String verb, ObjectNode object) {
        spend(verb, object);
        ObjectNode stored = stamped(object.deepCopy());
        objects.put(ResourceRef.of(object).object(), stored);
        return stored.deepCopy();
    }

    private void spend(String verb, ObjectNode object) {
        if (writesLeft-- <= 0) {
            throw new Killed();
        }
        writes.add(verb + " " + ObjectKey.of(object).object());
    }

    private ObjectNode stamped(ObjectNode object) {
        object.withObject("metadata").put("resourceVersion", String.valueOf(++version));
        return object;
    }

    /** A port that the step under test has no use for. */
    public static <T> T unused(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    throw new AssertionError("the step needs no " + port.getSimpleName());
                }));
    }

    /** The process ends here. */
    public static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** From now on its kube-system has this UID. */
    public void uid(String value) {
        uid = value;
    }

    @Override
    public String uid() {
        return uid;
    }
}
