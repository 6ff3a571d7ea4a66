package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeRegistry;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** What the parts of one simulated cluster share: its objects and the types it serves. */
public final class Cluster {

    private final String id;
    private final ObjectStore store = new ObjectStore();
    private final TypeRegistry types;
    private final Webhooks webhooks;
    private final Quotas quotas;
    private final List<BiConsumer<ResourceType, ObjectNode>> mutations = new CopyOnWriteArrayList<>();
    private volatile BiFunction<JsonNode, String, Optional<List<String>>> logs = (pod, container) -> Optional.empty();

    public Cluster(String id, KubernetesVersion version) {
        this.id = id;
        this.types = new TypeRegistry(version);
        this.webhooks = new Webhooks(this);
        this.quotas = new Quotas(store);
        store.onControllersCreate((resource, object) -> {
            ResourceType type = types.any(resource);
            if (type != null) {
                webhooks.check(new Webhooks.Write("CREATE", type, "", object, null, false));
                quotas.check(type, object);
            }
        });
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its objects. */
    public ObjectStore store() {
        return store;
    }

    /** From now on every write of a custom object passes this mutation before its defaults. */
    public void mutateWith(BiConsumer<ResourceType, ObjectNode> mutation) {
        mutations.add(mutation);
    }

    void mutate(ResourceType type, ObjectNode object) {
        mutations.forEach(mutation -> mutation.accept(type, object));
    }

    /** From now on containers write what this says, beside what follows from the state of their pods; empty: nothing. */
    public void logBy(BiFunction<JsonNode, String, Optional<List<String>>> by) {
        logs = by;
    }

    /** What a container of a pod has written, beside what follows from its state. */
    public Optional<List<String>> log(JsonNode pod, String container) {
        return logs.apply(pod, container);
    }

    /** Its validating webhooks. */
    Webhooks webhooks() {
        return webhooks;
    }

    /** Its quotas. */
    Quotas quotas() {
        return quotas;
    }

    /** The types it serves. */
    public TypeRegistry types() {
        return types;
    }
}
