package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes DaemonSets and changes them at random, from few names and values, so that both sides often meet. */
final class RandomManifest {

    private static final List<String> CONTAINERS = List.of("calico-node", "kube-flannel", "install-cni");
    private static final List<String> TAINTS = List.of("gpu", "spot", "infra", "master");

    private final Random random;

    RandomManifest(Random random) {
        this.random = random;
    }

    ObjectNode daemonSet() {
        ObjectNode set = Json.object().put("apiVersion", "apps/v1").put("kind", "DaemonSet");
        ObjectNode metadata =
                set.putObject("metadata").put("name", "calico-node").put("namespace", "kube-system");
        metadata.putObject("labels").put("k8s-app", "calico-node");
        ObjectNode spec = set.putObject("spec");
        spec.putObject("selector").putObject("matchLabels").put("k8s-app", "calico-node");
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", 1);
        ObjectNode pod = spec.putObject("template").putObject("spec").put("hostNetwork", true);
        pod.putObject("nodeSelector").put("kubernetes.io/os", "linux");
        ArrayNode tolerations = pod.putArray("tolerations");
        TAINTS.stream().filter(taint -> random.nextBoolean()).forEach(taint -> tolerate(tolerations, taint));
        ArrayNode containers = pod.putArray("containers");
        CONTAINERS.forEach(name -> container(containers, name));
        ArrayNode volumes = pod.putArray("volumes");
        for (int i = 0; i < 3; i++) {
            volume(volumes, i);
        }
        return set;
    }

    /** A copy with so many changes; what people change and what a release changes differs in a few things. */
    ObjectNode changed(ObjectNode base, String by, int changes) {
        ObjectNode copy = base.deepCopy();
        for (int i = 0; i < changes; i++) {
            change(copy, by);
        }
        return copy;
    }

    private void change(ObjectNode set, String by) {
        ObjectNode pod = (ObjectNode) set.at("/spec/template/spec");
        ArrayNode containers = (ArrayNode) pod.get("containers");
        ObjectNode container = (ObjectNode) containers.get(random.nextInt(containers.size()));
        ArrayNode env = (ArrayNode) container.get("env");
        switch (random.nextInt(21)) {
            case 0, 1, 2 -> env(env, random.nextInt(8), value());
            case 3 -> remove(env);
            case 4 -> image(container, by);
            case 5 -> toggle((ArrayNode) pod.get("tolerations"));
            case 6 -> Json.child(pod, "nodeSelector").put("zone", value());
            case 7 -> Json.child(Json.child(set, "metadata"), "labels").put("l" + random.nextInt(2), value());
            case 8 ->
                Json.child(Json.child(container, "resources"), "limits").put("memory", (1 + random.nextInt(3)) + "Gi");
            case 9 ->
                ((ObjectNode) set.at("/spec/updateStrategy/rollingUpdate"))
                        .put("maxUnavailable", 1 + random.nextInt(3));
            case 10 ->
                Json.elements(pod.get("volumes"))
                        .limit(1)
                        .forEach(volume -> ((ObjectNode) volume.get("hostPath")).put("path", "/" + value()));
            case 11 -> probe(container);
            case 12 -> container.putArray("command").add("/bin/start").add("--level=" + value());
            case 13 -> container.remove("readinessProbe");
            case 14 -> removeVolume(pod);
            case 15 -> mount(pod, container);
            case 16 -> remove(Live.list(container, "volumeMounts"));
            case 17 -> reference(env, random.nextInt(8));
            case 18 -> container.remove("resources");
            case 19 -> containers.remove(containers.size() > 1 ? containers.size() - 1 : containers.size());
            default -> {
                if (by.equals("release") && containers.size() > 1 && random.nextInt(3) == 0) {
                    containers.remove(containers.size() - 1);
                } else {
                    pod.put("priorityClassName", value());
                }
            }
        }
    }

    private void container(ArrayNode containers, String name) {
        ObjectNode container = containers.addObject().put("name", name).put("image", "calico/" + name + ":v3.13.4");
        ArrayNode env = container.putArray("env");
        for (int i = 0; i < 5; i++) {
            env(env, i, value());
        }
        if (random.nextBoolean()) {
            probe(container);
        }
    }

    /** A mount of a volume that is there. */
    private void mount(ObjectNode pod, ObjectNode container) {
        if (pod.path("volumes").isEmpty()) {
            return;
        }
        String name = Json.text(pod.path("volumes").get(0), "name");
        Live.list(container, "volumeMounts");
        String path = "/" + value();
        boolean there = false;
        for (JsonNode entry : container.get("volumeMounts")) {
            there |= Json.text(entry, "mountPath").equals(path);
        }
        if (!there) {
            Live.list(container, "volumeMounts").addObject().put("name", name).put("mountPath", path);
        }
    }

    /** A volume and what mounts it, as a pod with mounts of nothing would be refused. */
    private void removeVolume(ObjectNode pod) {
        ArrayNode volumes = (ArrayNode) pod.get("volumes");
        if (volumes.isEmpty()) {
            return;
        }
        String name = Json.text(volumes.remove(random.nextInt(volumes.size())), "name");
        for (JsonNode container : pod.path("containers")) {
            for (var mounts = container.path("volumeMounts").elements(); mounts.hasNext(); ) {
                if (Json.text(mounts.next(), "name").equals(name)) {
                    mounts.remove();
                }
            }
        }
    }

    private void reference(ArrayNode env, int index) {
        for (JsonNode entry : env) {
            if (Json.text(entry, "name").equals("E" + index)) {
                ((ObjectNode) entry).remove("value");
                ObjectNode reference =
                        ((ObjectNode) entry).putObject("valueFrom").putObject("configMapKeyRef");
                reference.put("name", "config").put("key", value());
            }
        }
    }

    private void probe(ObjectNode container) {
        ObjectNode probe = Json.child(container, "readinessProbe");
        if (!probe.has("exec")) {
            probe.putObject("exec").putArray("command").add("/bin/ready");
        }
        probe.put("periodSeconds", 10 * (2 + random.nextInt(3))); // 10 would be what absent means
    }

    private void env(ArrayNode env, int index, String value) {
        for (JsonNode entry : env) {
            if (Json.text(entry, "name").equals("E" + index)) {
                ((ObjectNode) entry).put("value", value);
                ((ObjectNode) entry).remove("valueFrom");
                return;
            }
        }
        env.insertObject(random.nextInt(env.size() + 1))
                .put("name", "E" + index)
                .put("value", value);
    }

    private void image(ObjectNode container, String by) {
        String name = Json.text(container, "name");
        if (by.equals("release")) {
            container.put("image", "docker.io/calico/" + name + ":v3.22.5");
        } else {
            container.put(
                    "image", "reg.example:5000/calico/" + name + (random.nextInt(4) == 0 ? ":hotfix" : ":v3.13.4"));
        }
    }

    private void toggle(ArrayNode tolerations) {
        String taint = TAINTS.get(random.nextInt(TAINTS.size()));
        List<JsonNode> others = new ArrayList<>();
        tolerations.forEach(entry -> {
            if (!Json.text(entry, "key").equals(taint)) {
                others.add(entry);
            }
        });
        boolean removed = others.size() < tolerations.size();
        tolerations.removeAll();
        tolerations.addAll(others);
        if (!removed) {
            tolerate(tolerations, taint);
        }
    }

    private static void tolerate(ArrayNode tolerations, String taint) {
        tolerations.addObject().put("key", taint).put("operator", "Exists");
    }

    private static void volume(ArrayNode volumes, int index) {
        volumes.addObject().put("name", "v" + index).putObject("hostPath").put("path", "/v" + index);
    }

    private void remove(ArrayNode list) {
        if (!list.isEmpty()) {
            list.remove(random.nextInt(list.size()));
        }
    }

    private String value() {
        return List.of("a", "b", "c").get(random.nextInt(3));
    }
}
