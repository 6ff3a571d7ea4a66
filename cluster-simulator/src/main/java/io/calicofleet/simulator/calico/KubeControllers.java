package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.api.ApiException;
import io.calicofleet.simulator.api.ObjectApi;
import io.calicofleet.simulator.api.WriteOptions;
import io.calicofleet.simulator.controller.EventLoop;
import io.calicofleet.simulator.controller.Kube;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.resource.GroupResource;
import io.calicofleet.simulator.resource.ResourceType;
import io.calicofleet.simulator.store.ObjectKey;
import io.calicofleet.simulator.store.StoreEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The node controller of kube-controllers, v3.14 and later, while its pod runs: an automatic host endpoint for each node,
 * with the node's labels whatever anybody makes of them, where KubeControllersConfiguration or the environment say so; none
 * at all where they do not (facts 7). For the Kubernetes datastore.
 */
public final class KubeControllers {

    private static final String API = "crd.projectcalico.org/v1";
    private static final String GROUP = "crd.projectcalico.org";
    private static final GroupResource ENDPOINTS = new GroupResource(GROUP, "hostendpoints");
    private static final GroupResource CONFIGURATIONS = new GroupResource(GROUP, "kubecontrollersconfigurations");
    private static final ObjectKey DEFAULT = new ObjectKey("", "default");
    private static final String CREATED_BY = "projectcalico.org/created-by";
    private static final String US = "calico-kube-controllers";
    private static final String METADATA = "projectcalico.org/metadata";
    private static final WriteOptions WRITE = WriteOptions.of("Go-http-client");
    private static final List<String> ADDRESSES = List.of(
            "projectcalico.org/IPv4Address",
            "projectcalico.org/IPv4IPIPTunnelAddr",
            "projectcalico.org/IPv4VXLANTunnelAddr",
            "projectcalico.org/IPv4WireguardInterfaceAddr");

    private final ObjectApi objects;
    private final Kube kube;
    private final EventLoop loop;
    private final Duration delay;
    private final AtomicBoolean waiting = new AtomicBoolean();

    private KubeControllers(ObjectApi objects, EventLoop loop, Duration delay) {
        this.objects = objects;
        this.kube = new Kube(objects.cluster().store());
        this.loop = loop;
        this.delay = delay;
    }

    /** Has it react to the changes of a cluster from now on. */
    public static void start(ObjectApi objects, EventLoop loop, Duration delay) {
        KubeControllers controllers = new KubeControllers(objects, loop, delay);
        objects.cluster().store().onEvent(controllers::changed);
    }

    private void changed(StoreEvent event) {
        GroupResource resource = event.resource();
        boolean ours = resource.equals(Kube.PODS) && isOurs(event.object());
        if (ours || resource.equals(Kube.NODES) || resource.equals(ENDPOINTS) || resource.equals(CONFIGURATIONS)) {
            wake();
        }
    }

    private void wake() {
        if (waiting.compareAndSet(false, true)) {
            loop.after(delay, () -> {
                waiting.set(false);
                try {
                    reconcile();
                } catch (ApiException e) {
                    // Somebody wrote in between: again soon.
                    loop.after(delay.multipliedBy(10), this::wake);
                }
            });
        }
    }

    private static boolean isOurs(JsonNode pod) {
        return Json.text(pod, "metadata", "labels", "k8s-app").equals("calico-kube-controllers");
    }

    private void reconcile() {
        ObjectNode configuration = kube.get(CONFIGURATIONS, DEFAULT);
        JsonNode container = running();
        if (configuration == null || container == null) {
            return;
        }
        ImageVersion version = ImageVersion.of(container.path("image").asText());
        Map<String, String> environment = new HashMap<>();
        container
                .path("env")
                .forEach(entry -> environment.put(
                        entry.path("name").asText(), entry.path("value").asText("")));
        boolean kubernetes = environment.getOrDefault("DATASTORE_TYPE", "").equals("kubernetes");
        boolean nodes = List.of(
                        environment.getOrDefault("ENABLED_CONTROLLERS", "node").split(",", -1))
                .contains("node");
        if (!version.atLeast(3, 14) || !kubernetes || !nodes) {
            return;
        }
        say(configuration, environment);
        String wanted = Json.at(configuration, "spec", "controllers", "node", "hostEndpoint", "autoCreate")
                .asText("Disabled");
        String override = environment.getOrDefault("AUTO_HOST_ENDPOINTS", "");
        endpoints((override.isEmpty() ? wanted : override).equalsIgnoreCase("enabled"), version);
    }

    /** The container of a pod that is ready; null where none is. */
    private @Nullable JsonNode running() {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            if (isOurs(pod) && Kube.isTrue(pod, "Ready") && !Kube.isDeleted(pod)) {
                return pod.path("spec").path("containers").path(0);
            }
        }
        return null;
    }

    /** What the environment sets is shown in the status. */
    private void say(ObjectNode configuration, Map<String, String> environment) {
        ResourceType type = objects.cluster().types().byKind(API, "KubeControllersConfiguration");
        ObjectNode variables = Json.object();
        for (String name : List.of("AUTO_HOST_ENDPOINTS", "DATASTORE_TYPE", "ENABLED_CONTROLLERS")) {
            if (environment.containsKey(name)) {
                variables.put(name, environment.get(name));
            }
        }
        if (type != null && !Json.at(configuration, "status", "environmentVars").equals(variables)) {
            ObjectNode changed = configuration.deepCopy();
            Json.child(changed, "status").set("environmentVars", variables);
            objects.update(type, "", "default", "", changed, WRITE);
        }
    }

    private void endpoints(boolean enabled, ImageVersion version) {
        ResourceType type = objects.cluster().types().byKind(API, "HostEndpoint");
        if (type == null) {
            return;
        }
        Map<String, ObjectNode> wanted = new TreeMap<>();
        if (enabled) {
            kube.list(Kube.NODES, "").forEach(node -> {
                ObjectNode endpoint = endpoint(node, version);
                wanted.put(Json.text(endpoint, "metadata", "name"), endpoint);
            });
        }
        for (ObjectNode present : kube.list(ENDPOINTS, "")) {
            String name = Json.text(present, "metadata", "name");
            boolean automatic = US.equals(HostEndpoints.labels(present).get(CREATED_BY));
            if (automatic && !wanted.containsKey(name)) {
                objects.delete(type, "", name, Json.object(), false);
            }
        }
        wanted.forEach((name, endpoint) -> put(type, name, endpoint));
    }

    private void put(ResourceType type, String name, ObjectNode endpoint) {
        ObjectNode present = kube.get(ENDPOINTS, new ObjectKey("", name));
        if (present == null) {
            objects.create(type, "", endpoint, WRITE);
        } else if (!present.path("spec").equals(endpoint.path("spec"))
                || !HostEndpoints.labels(present).equals(HostEndpoints.labels(endpoint))) {
            ObjectNode changed = present.deepCopy();
            ObjectNode metadata = Json.child(changed, "metadata");
            metadata.set("labels", endpoint.path("metadata").path("labels"));
            Json.child(metadata, "annotations")
                    .set(METADATA, endpoint.path("metadata").path("annotations").path(METADATA));
            changed.set("spec", endpoint.path("spec"));
            objects.update(type, "", name, "", changed, WRITE);
        }
    }

    /** As it is stored: from v3.28 on its labels are in the annotation (facts 1.1). */
    private static ObjectNode endpoint(ObjectNode node, ImageVersion version) {
        String name = Json.text(node, "metadata", "name");
        ObjectNode endpoint = Json.object().put("apiVersion", API).put("kind", "HostEndpoint");
        ObjectNode metadata = endpoint.putObject("metadata").put("name", name + "-auto-hep");
        ObjectNode labels = metadata.putObject("labels");
        ObjectNode kept = Json.object().putNull("creationTimestamp");
        boolean moved = version.atLeast(3, 28);
        ObjectNode theirs = moved ? kept.putObject("labels") : labels;
        Kube.labels(node).forEach(theirs::put);
        theirs.put(CREATED_BY, US);
        labels.put(CREATED_BY, US);
        metadata.putObject("annotations").put(METADATA, kept.toString());
        ObjectNode spec = endpoint.putObject("spec");
        var addresses = spec.putArray("expectedIPs");
        ADDRESSES.forEach(key -> add(
                addresses,
                Json.at(node, "metadata", "annotations", key).asText("").split("/", 2)[0]));
        node.path("status").path("addresses").forEach(address -> {
            if (address.path("type").asText().equals("InternalIP")) {
                add(addresses, address.path("address").asText());
            }
        });
        spec.put("interfaceName", "*").put("node", name).putArray("profiles").add("projectcalico-default-allow");
        return endpoint;
    }

    private static void add(com.fasterxml.jackson.databind.node.ArrayNode addresses, String address) {
        for (JsonNode known : addresses) {
            if (known.asText().equals(address)) {
                return;
            }
        }
        if (!address.isEmpty()) {
            addresses.add(address);
        }
    }
}
