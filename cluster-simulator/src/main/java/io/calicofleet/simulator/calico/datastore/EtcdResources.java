package io.calicofleet.simulator.calico.datastore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The etcd datastore: JSON of the resource under {@code /calico/resources/v3/projectcalico.org/<kinds>/<name>}. */
public final class EtcdResources implements CalicoResources {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final Map<String, String> PLURALS = Map.of("GlobalNetworkPolicy", "globalnetworkpolicies");

    private final EtcdServer etcd;

    /** Those in an etcd. */
    public EtcdResources(EtcdServer etcd) {
        this.etcd = etcd;
    }

    @Override
    public boolean isServed() {
        return etcd.isAvailable();
    }

    @Override
    public boolean inKubernetes() {
        return false;
    }

    @Override
    public boolean isConverted() {
        return false;
    }

    @Override
    public List<ObjectNode> list(String kind) {
        List<ObjectNode> resources = new ArrayList<>();
        for (String value : etcd.entries(prefix(kind)).values()) {
            // What is no object gives Calico nothing to do.
            if (Json.parse(value) instanceof ObjectNode resource) {
                resources.add(resource);
            }
        }
        return resources;
    }

    @Override
    public @Nullable ObjectNode get(String kind, String name) {
        String value = etcd.get(prefix(kind) + name);
        return value == null ? null : (ObjectNode) Json.parse(value);
    }

    @Override
    public void create(String kind, ObjectNode resource) {
        ObjectNode value = Json.object().put("kind", kind).put("apiVersion", "projectcalico.org/v3");
        ObjectNode metadata = Json.child(resource.deepCopy(), "metadata");
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Times.now());
        value.set("metadata", metadata);
        value.set("spec", resource.path("spec"));
        etcd.create(prefix(kind) + metadata.path("name").asText(), Json.sorted(value));
    }

    @Override
    public void change(String kind, String name, UnaryOperator<ObjectNode> change) {
        etcd.change(prefix(kind) + name, value -> Json.sorted(change.apply((ObjectNode) Json.parse(value))));
    }

    @Override
    public void delete(String kind, String name) {
        etcd.delete(prefix(kind) + name);
    }

    private static String prefix(String kind) {
        return ROOT + PLURALS.getOrDefault(kind, kind.toLowerCase(Locale.ROOT) + "s") + "/";
    }
}
