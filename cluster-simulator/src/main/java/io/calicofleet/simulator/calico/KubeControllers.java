package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.CalicoNodes.CalicoNode;
import io.calicofleet.simulator.calico.datastore.CalicoResources;
import io.calicofleet.simulator.calico.datastore.PodDatastores;
import io.calicofleet.simulator.calico.image.ImageVersion;
import io.calicofleet.simulator.calico.image.ImageVersions;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.controller.EventLoop;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.controller.Wake;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The node controller of kube-controllers, while its pod runs, on whichever datastore its environment says.
 *
 * <pre>
 *   on etcd: nodes there whose node of Kubernetes is gone are deleted; the others get its labels, unless
 *            KubeControllersConfiguration (syncLabels) or the environment (SYNC_NODE_LABELS) say not to
 *   v3.14 and later: an automatic host endpoint for each node Calico knows, with the labels Calico knows it by, whatever
 *            anybody makes of them, where KubeControllersConfiguration or the environment say so; none at all where not
 * </pre>
 */
public final class KubeControllers {

    private static final String NATIVE = "projectcalico.org";
    private static final String GROUP = "crd.projectcalico.org";
    private static final Set<GroupResource> WATCHED = Set.of(
            new GroupResource(GROUP, "hostendpoints"),
            new GroupResource(GROUP, "kubecontrollersconfigurations"),
            new GroupResource(NATIVE, "hostendpoints"),
            new GroupResource(NATIVE, "kubecontrollersconfigurations"));
    private static final String ENDPOINT = "HostEndpoint";
    private static final String CONFIGURATION = "KubeControllersConfiguration";
    private static final String DEFAULT = "default";
    private static final String CREATED_BY = "projectcalico.org/created-by";
    private static final String US = "calico-kube-controllers";
    private static final String METADATA = "projectcalico.org/metadata";

    private final PodDatastores datastores;
    private final Kube kube;
    private final EventLoop loop;
    private final Duration delay;
    private final Faults faults;
    private final ImageVersions versions;
    private final Wake wake;

    private KubeControllers(Kube kube, PodDatastores datastores, EventLoop loop, Duration delay, Faults faults) {
        this.kube = kube;
        this.datastores = datastores;
        this.loop = loop;
        this.delay = delay;
        this.faults = faults;
        this.versions = new ImageVersions(kube.store());
        this.wake = new Wake(loop, delay, this::reconcile);
    }

    /** Has it react to the changes of a cluster, and of its etcd, from now on. */
    public static void start(Kube kube, PodDatastores datastores, EventLoop loop, Duration delay, Faults faults) {
        KubeControllers controllers = new KubeControllers(kube, datastores, loop, delay, faults);
        kube.store().onEvent(controllers::changed);
        datastores.onEtcdChange(controllers::wake);
        faults.onChange(controllers::wake);
    }

    private void changed(StoreEvent event) {
        GroupResource resource = event.resource();
        boolean ours = resource.equals(Kube.PODS) && isOurs(event.object());
        if (ours || resource.equals(Kube.NODES) || WATCHED.contains(resource)) {
            wake();
        }
    }

    private void wake() {
        long late = faults.now().hostEndpointsLateMillis();
        if (late == 0) {
            wake.call();
        } else {
            loop.after(Duration.ofMillis(late), wake::call);
        }
    }

    private static boolean isOurs(JsonNode pod) {
        return Json.text(pod, "metadata", "labels", "k8s-app").equals(US);
    }

    private void reconcile() {
        ObjectNode pod = running();
        if (pod == null) {
            return;
        }
        JsonNode container = pod.path("spec").path("containers").path(0);
        CalicoResources resources = datastores.of(pod, container);
        if (resources == null) {
            return;
        }
        if (!resources.isServed()) {
            loop.after(delay.multipliedBy(10), this::wake);
            return;
        }
        Map<String, String> environment = new HashMap<>();
        container
                .path("env")
                .forEach(entry -> environment.put(
                        entry.path("name").asText(), entry.path("value").asText("")));
        if (!List.of(environment.getOrDefault("ENABLED_CONTROLLERS", "node").split(",", -1))
                .contains("node")) {
            return;
        }
        ObjectNode configuration = resources.get(CONFIGURATION, DEFAULT);
        JsonNode node = configuration == null ? Json.object() : Json.at(configuration, "spec", "controllers", "node");
        boolean inEtcd = !resources.inKubernetes();
        if (inEtcd) {
            CalicoNodes.deleteStale(resources, kube);
            String syncs = environment.getOrDefault(
                    "SYNC_NODE_LABELS",
                    Boolean.toString(!node.path("syncLabels").asText("").equals("Disabled")));
            if (Boolean.parseBoolean(syncs)) {
                CalicoNodes.syncLabels(resources, kube);
            }
        }
        ImageVersion version = versions.of(container.path("image").asText());
        if (configuration == null || !version.atLeast(3, 14)) {
            return;
        }
        say(resources, configuration, environment);
        String wanted = environment.getOrDefault(
                "AUTO_HOST_ENDPOINTS",
                node.path("hostEndpoint").path("autoCreate").asText("Disabled"));
        List<CalicoNode> nodes = List.of();
        if (wanted.equalsIgnoreCase("enabled")) {
            nodes = inEtcd ? CalicoNodes.inEtcd(resources) : CalicoNodes.ofKubernetes(kube);
        }
        endpoints(resources, nodes, resources.isConverted() && version.atLeast(3, 28));
    }

    /** A pod of it that is ready; null where none is. */
    private @Nullable ObjectNode running() {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            if (isOurs(pod) && Kube.isTrue(pod, "Ready") && !Kube.isDeleted(pod)) {
                return pod;
            }
        }
        return null;
    }

    /** What the environment sets, and which configuration it goes by, is shown in the status. */
    private static void say(CalicoResources resources, ObjectNode configuration, Map<String, String> environment) {
        ObjectNode variables = Json.object();
        for (String name :
                List.of("AUTO_HOST_ENDPOINTS", "DATASTORE_TYPE", "ENABLED_CONTROLLERS", "SYNC_NODE_LABELS")) {
            if (environment.containsKey(name)) {
                variables.put(name, environment.get(name));
            }
        }
        ObjectNode status = Json.object();
        status.set("environmentVars", variables);
        status.set("runningConfig", configuration.path("spec"));
        if (!configuration.path("status").equals(status)) {
            resources.change(CONFIGURATION, DEFAULT, changed -> {
                changed.set("status", status);
                return changed;
            });
        }
    }

    /** One for each of these nodes, and no other automatic one. */
    private static void endpoints(CalicoResources resources, List<CalicoNode> nodes, boolean labelsMoved) {
        Map<String, CalicoNode> wanted = new TreeMap<>();
        nodes.forEach(node -> wanted.put(node.name() + "-auto-hep", node));
        for (ObjectNode present : resources.list(ENDPOINT)) {
            String name = Json.text(present, "metadata", "name");
            boolean automatic = US.equals(Labels.ofObject(present).get(CREATED_BY));
            if (automatic && !wanted.containsKey(name)) {
                resources.delete(ENDPOINT, name);
            }
        }
        wanted.forEach((name, node) -> put(resources, name, endpoint(node, labelsMoved), labels(node)));
    }

    private static Map<String, String> labels(CalicoNode node) {
        Map<String, String> labels = new LinkedHashMap<>(node.labels());
        labels.put(CREATED_BY, US);
        return labels;
    }

    private static void put(CalicoResources resources, String name, ObjectNode endpoint, Map<String, String> labels) {
        ObjectNode present = resources.get(ENDPOINT, name);
        if (present == null) {
            resources.create(ENDPOINT, endpoint);
        } else if (!present.path("spec").equals(endpoint.path("spec"))
                || !Labels.ofObject(present).equals(labels)) {
            resources.change(ENDPOINT, name, changed -> {
                ObjectNode metadata = Json.child(changed, "metadata");
                metadata.set("labels", endpoint.path("metadata").path("labels"));
                if (endpoint.path("metadata").has("annotations")) {
                    Json.child(metadata, "annotations")
                            .set(METADATA, endpoint.at("/metadata/annotations").get(METADATA));
                }
                changed.set("spec", endpoint.path("spec"));
                return changed;
            });
        }
    }

    /**
     * The automatic one of a node.
     *
     * @param labelsMoved whether its labels are in the annotation, as {@code crd.projectcalico.org/v1} has them from v3.28 on
     */
    private static ObjectNode endpoint(CalicoNode node, boolean labelsMoved) {
        ObjectNode endpoint = Json.object();
        ObjectNode metadata = endpoint.putObject("metadata").put("name", node.name() + "-auto-hep");
        ObjectNode labels = metadata.putObject("labels");
        if (labelsMoved) {
            ObjectNode kept = Json.object().putNull("creationTimestamp");
            labels(node).forEach(kept.putObject("labels")::put);
            metadata.putObject("annotations").put(METADATA, kept.toString());
            labels.put(CREATED_BY, US);
        } else {
            labels(node).forEach(labels::put);
        }
        ObjectNode spec = endpoint.putObject("spec");
        ArrayNode addresses = spec.putArray("expectedIPs");
        node.addresses().forEach(addresses::add);
        spec.put("interfaceName", "*")
                .put("node", node.name())
                .putArray("profiles")
                .add("projectcalico-default-allow");
        return endpoint;
    }
}
