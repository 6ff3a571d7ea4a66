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
 * The Kubernetes datastore: objects of {@code crd.projectcalico.org/v1}, or of {@code projectcalico.org/v3} where those are
 * defined and the others are not.
 */
public final class KddResources implements CalicoResources {

    private static final String API = "crd.projectcalico.org/v1";
    private static final String NATIVE = "projectcalico.org/v3";
    private static final String METADATA = "projectcalico.org/metadata";
    private static final WriteOptions BY_CALICO = WriteOptions.of("Go-http-client");

    private final ObjectApi objects;

    /** Those of a cluster. */
    public KddResources(ObjectApi objects) {
        this.objects = objects;
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
    public List<ObjectNode> list(String kind) {
        ResourceType type = type(kind);
        return type == null
                ? List.of()
                : objects.cluster().store().list(type.groupResource(), "").objects().stream()
                        .map(KddResources::asSeen)
                        .toList();
    }

    @Override
    public @Nullable ObjectNode get(String kind, String name) {
        ResourceType type = type(kind);
        ObjectNode stored =
                type == null ? null : objects.cluster().store().get(type.groupResource(), new ObjectKey("", name));
        return stored == null ? null : asSeen(stored);
    }

    @Override
    public void create(String kind, ObjectNode resource) {
        ResourceType type = type(kind);
        if (type == null || get(kind, Json.text(resource, "metadata", "name")) != null) {
            return;
        }
        ObjectNode object = resource.deepCopy();
        object.put("apiVersion", type.apiVersion());
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

    private @Nullable ResourceType type(String kind) {
        boolean stored = objects.cluster().types().byKind(API, "ClusterInformation") != null;
        ResourceType type = objects.cluster().types().byKind(stored ? API : NATIVE, kind);
        return type != null && (stored || type.crd() != null) ? type : null;
    }

    /** A stored object as Calico sees it: labels in its own metadata are there from v3.28 on only, and win. */
    public static ObjectNode asSeen(ObjectNode stored) {
        String text = Json.text(stored, "metadata", "annotations", METADATA);
        if (!text.contains("\"labels\"")) {
            return stored;
        }
        JsonNode own = Json.parse(text);
        ObjectNode seen = stored.deepCopy();
        ObjectNode labels = Json.child(Json.child(seen, "metadata"), "labels");
        own.path("labels").properties().forEach(label -> labels.set(label.getKey(), label.getValue()));
        return seen;
    }
}
