package io.calicofleet.executor.adapter.calico;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Kubernetes datastore, by whichever API; they differ in the form they keep a resource in. */
abstract class KubernetesDatastore implements CalicoDatastore {

    private final ClusterApi cluster;
    private final String apiVersion;

    KubernetesDatastore(ClusterApi cluster, String apiVersion) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.apiVersion = requireNonNull(apiVersion, "apiVersion");
    }

    /** The resource as Calico sees it. */
    abstract ObjectNode toV3(CalicoKind kind, ObjectNode stored);

    /** The object to write over {@code present}; null where it is to be created. */
    abstract ObjectNode toStored(CalicoKind kind, ObjectNode resource, @Nullable ObjectNode present);

    /** The name it is stored by if it is created now. */
    abstract String storedName(CalicoKind kind, ObjectNode resource);

    /** Every name it may be stored by, the one that counts first. */
    abstract List<String> names(CalicoKind kind, String name);

    @Override
    public final Datastore datastore() {
        return Datastore.KUBERNETES;
    }

    @Override
    public final Optional<ObjectNode> find(CalicoKind kind, String name) {
        return switch (kind) {
            case PROFILE ->
                MadeUp.profiles(cluster).stream()
                        .filter(profile -> name(profile).equals(name))
                        .findFirst();
            case NODE ->
                cluster.find(new ResourceRef("v1", kind.kind(), "", name)).map(MadeUp::node);
            default -> stored(kind, "", name).map(stored -> toV3(kind, stored));
        };
    }

    @Override
    public final List<ObjectNode> list(CalicoKind kind) {
        return switch (kind) {
            case PROFILE -> MadeUp.profiles(cluster);
            case NODE ->
                cluster.list("v1", kind.kind()).stream().map(MadeUp::node).toList();
            default -> once(kind, cluster.list(apiVersion, kind.kind()));
        };
    }

    @Override
    public final ObjectNode create(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        Optional<ObjectNode> present = stored(kind, namespace(resource), name(resource));
        if (present.isPresent()) {
            throw new ClusterException(
                    Problem.ALREADY_EXISTS, "there is a " + kind.kind() + " " + name(resource) + " already", null);
        }
        return toV3(kind, cluster.create(toStored(kind, resource, null)));
    }

    @Override
    public final ObjectNode replace(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        ObjectNode present = keeping(kind, resource)
                .orElseThrow(() -> new ClusterException(
                        Problem.NOT_FOUND, "there is no " + kind.kind() + " " + name(resource), null));
        return toV3(kind, cluster.replace(toStored(kind, resource, present)));
    }

    @Override
    public final void delete(ObjectNode resource) {
        CalicoKind kind = writable(resource);
        for (String name : names(kind, name(resource))) {
            cluster.find(ref(kind, namespace(resource), name)).ifPresent(cluster::delete);
        }
    }

    @Override
    public final WatchedObjects watch(CalicoKind kind, Runnable changed) {
        if (kind == CalicoKind.PROFILE) {
            throw new IllegalArgumentException("the profiles of the Kubernetes datastore are made up, not watched");
        }
        boolean node = kind == CalicoKind.NODE;
        WatchedObjects watched = cluster.watch(node ? "v1" : apiVersion, kind.kind(), "", "", changed);
        return new WatchedObjects() {
            @Override
            public List<ObjectNode> objects() {
                return node ? watched.objects().stream().map(MadeUp::node).toList() : once(kind, watched.objects());
            }

            @Override
            public void close() {
                watched.close();
            }
        };
    }

    /** Each resource once: while v3.32 moves policies, some are stored by two names. */
    private List<ObjectNode> once(CalicoKind kind, List<ObjectNode> stored) {
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        for (ObjectNode object : stored) {
            ObjectNode resource = toV3(kind, object);
            String key = namespace(resource) + "/" + name(resource);
            boolean counts = name(object).equals(storedName(kind, resource));
            if (counts || !resources.containsKey(key)) {
                resources.put(key, resource);
            }
        }
        return List.copyOf(resources.values());
    }

    /** The object that keeps the resource, by whichever name. */
    private Optional<ObjectNode> stored(CalicoKind kind, String namespace, String name) {
        for (String candidate : names(kind, name)) {
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
        for (String candidate : names(kind, name(resource))) {
            Optional<ObjectNode> stored = cluster.find(ref(kind, namespace(resource), candidate));
            if (stored.isPresent()
                    && (uid.isEmpty() || uid.equals(Json.text(stored.get().get("metadata"), "uid")))) {
                return stored;
            }
        }
        return uid.isEmpty() ? Optional.empty() : stored(kind, namespace(resource), name(resource));
    }

    @Override
    public final List<Permission> permissions() {
        String group = apiVersion.substring(0, apiVersion.indexOf('/'));
        List<Permission> wanted = new ArrayList<>();
        for (CalicoKind kind : List.of(CalicoKind.HOST_ENDPOINT, CalicoKind.GLOBAL_NETWORK_POLICY)) {
            for (String verb : List.of("get", "list", "watch", "create", "update")) {
                wanted.add(new Permission(verb, group, kind.plural(), ""));
            }
        }
        wanted.add(new Permission("delete", group, CalicoKind.GLOBAL_NETWORK_POLICY.plural(), ""));
        // What the gates compare before and after.
        for (CalicoKind kind : List.of(
                CalicoKind.FELIX_CONFIGURATION,
                CalicoKind.IP_POOL,
                CalicoKind.NETWORK_POLICY,
                CalicoKind.GLOBAL_NETWORK_SET,
                CalicoKind.NETWORK_SET,
                CalicoKind.BGP_PEER)) {
            for (String verb : List.of("list", "watch")) {
                wanted.add(new Permission(verb, group, kind.plural(), ""));
            }
        }
        wanted.add(new Permission("get", group, CalicoKind.CLUSTER_INFORMATION.plural(), ""));
        // What profiles are made up from.
        wanted.add(new Permission("list", "", "namespaces", ""));
        wanted.add(new Permission("list", "", "serviceaccounts", ""));
        return wanted;
    }

    private static CalicoKind writable(ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        if (kind == CalicoKind.NODE || kind == CalicoKind.PROFILE) {
            throw new IllegalArgumentException("on the Kubernetes datastore a " + kind.kind()
                    + " is made of Kubernetes' own objects: write those");
        }
        return kind;
    }

    private ResourceRef ref(CalicoKind kind, String namespace, String name) {
        return new ResourceRef(apiVersion, kind.kind(), namespace, name);
    }

    private static String name(JsonNode object) {
        return Json.text(object.get("metadata"), "name");
    }

    private static String namespace(JsonNode object) {
        return Json.text(object.get("metadata"), "namespace");
    }
}
