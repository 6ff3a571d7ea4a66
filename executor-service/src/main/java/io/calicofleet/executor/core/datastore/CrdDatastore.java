package io.calicofleet.executor.core.datastore;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.WatchedObjects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The Kubernetes datastore by its own definitions, {@code crd.projectcalico.org/v1}: for clusters whose API server does
 * not serve {@code projectcalico.org/v3}. Writes bypass the checks and defaults of Calico's clients, so resources have to
 * be complete.
 */
public final class CrdDatastore implements CalicoDatastore {

    private final ClusterApi cluster;
    private final Supplier<CalicoVersion> version;

    /**
     * The datastore of a cluster.
     *
     * @param version the oldest that runs, asked for at every use, as it changes during an upgrade
     */
    public CrdDatastore(ClusterApi cluster, Supplier<CalicoVersion> version) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.version = requireNonNull(version, "version");
    }

    @Override
    public Datastore datastore() {
        return Datastore.KUBERNETES;
    }

    @Override
    public Optional<ObjectNode> find(CalicoKind kind, String name) {
        return switch (kind) {
            case PROFILE ->
                MadeUp.profiles(cluster).stream()
                        .filter(profile -> name(profile).equals(name))
                        .findFirst();
            case NODE ->
                cluster.find(new ResourceRef("v1", kind.kind(), "", name)).map(MadeUp::node);
            default -> stored(kind, "", name).map(stored -> StoredForm.toV3(kind, stored, version.get()));
        };
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return switch (kind) {
            case PROFILE -> MadeUp.profiles(cluster);
            case NODE ->
                cluster.list("v1", kind.kind()).stream().map(MadeUp::node).toList();
            default -> toV3(kind, cluster.list(StoredForm.STORED, kind.kind()));
        };
    }

    @Override
    public ObjectNode create(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        CalicoVersion now = version.get();
        Optional<ObjectNode> present = stored(kind, namespace(resource), name(resource));
        if (present.isPresent()) {
            throw new ClusterException(
                    Problem.ALREADY_EXISTS, "there is a " + kind.kind() + " " + name(resource) + " already", null);
        }
        return StoredForm.toV3(kind, cluster.create(StoredForm.toStored(kind, resource, null, now)), now);
    }

    @Override
    public ObjectNode replace(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        CalicoVersion now = version.get();
        ObjectNode present = keeping(kind, resource)
                .orElseThrow(() -> new ClusterException(
                        Problem.NOT_FOUND, "there is no " + kind.kind() + " " + name(resource), null));
        return StoredForm.toV3(kind, cluster.replace(StoredForm.toStored(kind, resource, present, now)), now);
    }

    @Override
    public void delete(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        for (String name : PolicyNames.candidates(kind, name(resource), version.get())) {
            cluster.find(ref(kind, namespace(resource), name)).ifPresent(cluster::delete);
        }
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        if (kind == CalicoKind.PROFILE) {
            throw new IllegalArgumentException("the profiles of the Kubernetes datastore are made up, not watched");
        }
        boolean node = kind == CalicoKind.NODE;
        WatchedObjects watched = cluster.watch(node ? "v1" : StoredForm.STORED, kind.kind(), "", "", changed);
        return new WatchedObjects() {
            @Override
            public List<ObjectNode> objects() {
                return node ? watched.objects().stream().map(MadeUp::node).toList() : toV3(kind, watched.objects());
            }

            @Override
            public void close() {
                watched.close();
            }
        };
    }

    /** Each resource once: while v3.32 moves policies, some are stored by two names. */
    private List<ObjectNode> toV3(CalicoKind kind, List<ObjectNode> stored) {
        CalicoVersion now = stored.isEmpty() ? CalicoVersion.of(3, 0, 0) : version.get();
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        for (ObjectNode object : stored) {
            ObjectNode resource = StoredForm.toV3(kind, object, now);
            String key = namespace(resource) + "/" + name(resource);
            boolean counts = name(object).equals(PolicyNames.stored(kind, resource, now));
            if (counts || !resources.containsKey(key)) {
                resources.put(key, resource);
            }
        }
        return List.copyOf(resources.values());
    }

    /** The object that keeps the resource, by whichever name. */
    private Optional<ObjectNode> stored(CalicoKind kind, String namespace, String name) {
        for (String candidate : PolicyNames.candidates(kind, name, version.get())) {
            Optional<ObjectNode> stored = cluster.find(ref(kind, namespace, candidate));
            if (stored.isPresent()) {
                return stored;
            }
        }
        return Optional.empty();
    }

    /** The very object a resource was read from, as far as it says which. */
    private Optional<ObjectNode> keeping(CalicoKind kind, ObjectNode resource) {
        String uid = Json.text(resource.get("metadata"), "uid");
        for (String candidate : PolicyNames.candidates(kind, name(resource), version.get())) {
            Optional<ObjectNode> stored = cluster.find(ref(kind, namespace(resource), candidate));
            if (stored.isPresent()
                    && (uid.isEmpty() || uid.equals(Json.text(stored.get().get("metadata"), "uid")))) {
                return stored;
            }
        }
        return uid.isEmpty() ? Optional.empty() : stored(kind, namespace(resource), name(resource));
    }

    private static CalicoKind writable(ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        if (kind == CalicoKind.NODE || kind == CalicoKind.PROFILE) {
            throw new IllegalArgumentException("on the Kubernetes datastore a " + kind.kind()
                    + " is made of Kubernetes' own objects: write those");
        }
        return kind;
    }

    private static ResourceRef ref(CalicoKind kind, String namespace, String name) {
        return new ResourceRef(StoredForm.STORED, kind.kind(), namespace, name);
    }

    private static String name(JsonNode object) {
        return Json.text(object.get("metadata"), "name");
    }

    private static String namespace(JsonNode object) {
        return Json.text(object.get("metadata"), "namespace");
    }
}
