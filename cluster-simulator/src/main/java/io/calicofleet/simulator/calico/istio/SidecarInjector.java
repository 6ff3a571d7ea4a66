package io.calicofleet.simulator.calico.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.controller.EventLoop;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mutating webhook of istiod: new pods of a namespace labelled {@code istio-injection=enabled} (or with a revision in
 * {@code istio.io/rev}) get a proxy and, where the injector's config has one, a Dikastes of the image named there.
 *
 * <p>istiod mounts the ConfigMap, so it sees a change when the kubelet has brought it; pods made until then still get what
 * was there before. The config is a Go template, which is not run here: the image is looked up in its text.
 */
public final class SidecarInjector {

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
    private static final String ISTIO = "istio-system";
    private static final String NAME = "istio-sidecar-injector";
    private static final Pattern IMAGE = Pattern.compile("\\bimage:\\s*[\"']?([^\\s\"'{}]*dikastes[:@][^\\s\"'{}]+)");

    private final ObjectStore store;
    private final EventLoop loop;
    private final Duration lag;
    private final Map<String, String> mounted = new ConcurrentHashMap<>();

    private SidecarInjector(ObjectStore store, EventLoop loop, Duration lag) {
        this.store = store;
        this.loop = loop;
        this.lag = lag;
    }

    /**
     * Starts it for one cluster.
     *
     * @param lag from a ConfigMap being changed to istiod seeing it
     */
    public static void start(ObjectStore store, EventLoop loop, Duration lag) {
        SidecarInjector injector = new SidecarInjector(store, loop, lag);
        store.onEvent(injector::changed);
        store.onAdmission((resource, object) -> {
            if (resource.equals(PODS)) {
                injector.admit(object);
            }
        });
    }

    private void changed(StoreEvent event) {
        if (!event.resource().equals(CONFIG_MAPS)
                || !event.key().namespace().equals(ISTIO)
                || !event.key().name().startsWith(NAME)) {
            return;
        }
        String name = event.key().name();
        if (event.type() == StoreEvent.Type.DELETED) {
            loop.after(lag, () -> mounted.remove(name));
            return;
        }
        String config = Json.text(event.object(), "data", "config");
        if (mounted.putIfAbsent(name, config) != null) {
            loop.after(lag, () -> mounted.put(name, config));
        }
    }

    private void admit(ObjectNode pod) {
        String namespace = Json.text(pod, "metadata", "namespace");
        ObjectNode found = store.get(NAMESPACES, new ObjectKey("", namespace));
        if (found == null
                || Json.text(pod, "metadata", "annotations", "sidecar.istio.io/inject")
                        .equals("false")
                || pod.path("spec").path("hostNetwork").asBoolean()) {
            return;
        }
        Map<String, String> labels = Labels.ofObject(found);
        String revision = labels.get("istio.io/rev");
        if (revision == null && !"enabled".equals(labels.get("istio-injection"))) {
            return;
        }
        String config = mounted.get(revision == null || revision.equals("default") ? NAME : NAME + "-" + revision);
        if (config == null || has(pod, "istio-proxy")) {
            return;
        }
        ObjectNode spec = Json.shallow((ObjectNode) pod.path("spec"));
        ArrayNode containers = (ArrayNode) spec.path("containers").deepCopy();
        containers.addObject().put("name", "istio-proxy").put("image", "docker.io/istio/proxyv2:1.10.3");
        Matcher dikastes = IMAGE.matcher(config);
        if (dikastes.find() && !has(pod, "dikastes")) {
            ObjectNode container = containers.addObject();
            container.put("name", "dikastes").put("image", dikastes.group(1));
            container.putArray("args").add("server").add("-l").add("/var/run/dikastes/dikastes.sock");
        }
        spec.set("containers", containers);
        pod.set("spec", spec);
    }

    private static boolean has(ObjectNode pod, String container) {
        for (JsonNode each : pod.path("spec").path("containers")) {
            if (each.path("name").asText().equals(container)) {
                return true;
            }
        }
        return false;
    }
}
