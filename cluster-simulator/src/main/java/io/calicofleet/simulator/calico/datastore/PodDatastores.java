package io.calicofleet.simulator.calico.datastore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where Calico's pods keep its resources: in Kubernetes or in the etcd beside it, as the environment of each says. */
public final class PodDatastores {

    private final ObjectApi objects;
    private final CalicoResources kubernetes;
    private final @Nullable EtcdServer etcd;
    private final @Nullable CalicoResources inEtcd;

    /**
     * Those of the pods of a cluster.
     *
     * @param etcd the etcd of the cluster, which those use whose environment says so; null where it has none
     */
    public PodDatastores(ObjectApi objects, @Nullable EtcdServer etcd) {
        this.objects = objects;
        this.kubernetes = new KddResources(objects);
        this.etcd = etcd;
        this.inEtcd = etcd == null ? null : new EtcdResources(etcd);
    }

    /** Whether the cluster has an etcd beside it. */
    public boolean hasEtcd() {
        return etcd != null;
    }

    /** Has {@code listener} called after each change in etcd, where there is one; it must not block. */
    public void onEtcdChange(Runnable listener) {
        if (etcd != null) {
            etcd.onChange(listener);
        }
    }

    /**
     * What a container uses, by its environment; null where it names an etcd that it cannot reach with what it is given,
     * as where its endpoints or certificates were lost.
     */
    public @Nullable CalicoResources of(ObjectNode pod, JsonNode container) {
        String namespace = Json.text(pod, "metadata", "namespace");
        if (environment(container, "DATASTORE_TYPE").equals("kubernetes")) {
            String told = configured(namespace, container, "CALICO_API_GROUP");
            return told.isEmpty() ? kubernetes : new KddResources(objects, told);
        }
        if (etcd == null) {
            return null;
        }
        boolean reached = configured(namespace, container, "ETCD_ENDPOINTS").equals(etcd.endpoint());
        boolean trusted = etcd.caPem().isEmpty()
                || (!configured(namespace, container, "ETCD_CA_CERT_FILE").isEmpty()
                        && secret(namespace, "etcd-ca").equals(etcd.caPem())
                        && secret(namespace, "etcd-cert").equals(etcd.certificatePem())
                        && secret(namespace, "etcd-key").equals(etcd.privateKeyPem()));
        return reached && trusted ? inEtcd : null;
    }

    /** The value an environment gives a variable itself; empty where it has none. */
    public static String environment(JsonNode container, String name) {
        for (JsonNode variable : container.path("env")) {
            if (variable.path("name").asText().equals(name)) {
                return variable.path("value").asText("");
            }
        }
        return "";
    }

    /** What a container finds in its environment; what comes from the pod itself is left out. */
    public Map<String, String> environment(ObjectNode pod, JsonNode container) {
        String namespace = Json.text(pod, "metadata", "namespace");
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            String value = configured(namespace, container, name);
            if (!value.isEmpty() || variable.has("value")) {
                environment.put(name, value);
            }
        }
        return environment;
    }

    private String configured(String namespace, JsonNode container, String name) {
        for (JsonNode variable : container.path("env")) {
            if (variable.path("name").asText().equals(name)) {
                JsonNode reference = variable.path("valueFrom").path("configMapKeyRef");
                ObjectNode map =
                        object("ConfigMap", namespace, reference.path("name").asText());
                return reference.isObject()
                        ? (map == null
                                ? ""
                                : map.path("data")
                                        .path(reference.path("key").asText())
                                        .asText(""))
                        : variable.path("value").asText("");
            }
        }
        return "";
    }

    private String secret(String namespace, String key) {
        ObjectNode secret = object("Secret", namespace, "calico-etcd-secrets");
        String data = secret == null ? "" : secret.path("data").path(key).asText("");
        return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    }

    private @Nullable ObjectNode object(String kind, String namespace, String name) {
        ResourceType type = objects.cluster().types().byKind("v1", kind);
        return type == null
                ? null
                : objects.cluster().store().get(type.groupResource(), new ObjectKey(namespace, name));
    }
}
