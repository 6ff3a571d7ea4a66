package io.calicofleet.simulator.calico.datastore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes datastore: objects of {@code crd.projectcalico.org/v1}, or of {@code projectcalico.org/v3} where
 * CALICO_API_GROUP says so, or where that says nothing and the other group is not served (projectcalico/calico,
 * libcalico-go/lib/backend/k8s/discovery.go).
 */
public final class KddResources implements CalicoResources {

    private static final String GROUP = "crd.projectcalico.org";
    private static final String API = GROUP + "/v1";
    private static final String NATIVE = "projectcalico.org/v3";
    private static final String METADATA = "projectcalico.org/metadata";
    private static final WriteOptions BY_CALICO = WriteOptions.of("Go-http-client");

    private final ObjectApi objects;
    private final String told;

    /** Those of a cluster, in the group that is found out. */
    public KddResources(ObjectApi objects) {
        this(objects, "");
    }

    /**
     * Those of a cluster.
     *
     * @param told the value of CALICO_API_GROUP, such as {@code projectcalico.org/v3}; empty where it is not set
     */
    public KddResources(ObjectApi objects, String told) {
        this.objects = objects;
        this.told = told;
    }

    /** The group and version they are stored in now. */
    public String apiVersion() {
        boolean stored = told.isEmpty() ? objects.cluster().types().hasCustom(GROUP) : !told.equals(NATIVE);
        return stored ? API : NATIVE;
    }

    @Override
    public boolean isServed() {
        return type("ClusterInformation") != null;
    }

    @Override
    public boolean inKubernetes() {
        return true;
    }

    @Override
    public boolean isConverted() {
        return apiVersion().equals(API);
    }

    @Override
    public List<ObjectNode> list(String kind) {
        ResourceType type = type(kind);
        return type == null
                ? List.of()
                : objects.cluster().store().list(type.groupResource(), "").objects().stream()
                        .map(stored -> asSeen(type, stored))
                        .toList();
    }

    @Override
    public @Nullable ObjectNode get(String kind, String name) {
        ResourceType type = type(kind);
        ObjectNode stored =
                type == null ? null : objects.cluster().store().get(type.groupResource(), new ObjectKey("", name));
        return type == null || stored == null ? null : asSeen(type, stored);
    }

    @Override
    public void create(String kind, ObjectNode resource) {
        ResourceType type = type(kind);
        if (type == null || get(kind, Json.text(resource, "metadata", "name")) != null) {
            return;
        }
        ObjectNode object = resource.deepCopy();
        object.put("kind", type.kind()).put("apiVersion", type.apiVersion());
        if (!type.apiVersion().equals(NATIVE)) {
            ObjectNode annotations = Json.child(Json.child(object, "metadata"), "annotations");
            if (!annotations.has(METADATA)) {
                annotations.put(
                        METADATA,
                        "{\"uid\":\"" + UUID.randomUUID() + "\",\"creationTimestamp\":\"" + Times.now() + "\"}");
            }
        }
        try {
            objects.create(type, "", object, BY_CALICO);
        } catch (ApiException expected) {
            // somebody else was first, or the CRD has another schema than this one knows
        }
    }

    @Override
    public void change(String kind, String name, UnaryOperator<ObjectNode> change) {
        ResourceType type = type(kind);
        if (type == null || objects.cluster().store().get(type.groupResource(), new ObjectKey("", name)) == null) {
            return;
        }
        try {
            ObjectNode changed = change.apply(objects.get(type, "", name).deepCopy());
            objects.update(type, "", name, "", changed, BY_CALICO);
        } catch (ApiException expected) {
            // somebody changed it in between
        }
    }

    @Override
    public void delete(String kind, String name) {
        ResourceType type = type(kind);
        if (type != null) {
            try {
                objects.delete(type, "", name, Json.object(), false);
            } catch (ApiException expected) {
                // it is gone already
            }
        }
    }

    /** The type of a kind by its definition; null where it has none. */
    private @Nullable ResourceType type(String kind) {
        ResourceType type = objects.cluster().types().byKind(apiVersion(), kind);
        return type == null || type.crd() == null ? null : type;
    }

    /** A stored object as Calico sees it: labels in an annotation, where it has them there, win. */
    private static ObjectNode asSeen(ResourceType type, ObjectNode stored) {
        String text = Json.text(stored, "metadata", "annotations", METADATA);
        if (!type.apiVersion().equals(API) || !text.contains("\"labels\"")) {
            return stored;
        }
        JsonNode own = Json.parse(text);
        ObjectNode seen = stored.deepCopy();
        ObjectNode labels = Json.child(Json.child(seen, "metadata"), "labels");
        own.path("labels").properties().forEach(label -> labels.set(label.getKey(), label.getValue()));
        return seen;
    }
}
