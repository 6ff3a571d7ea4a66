package io.calicofleet.executor.core.continuity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Toleration;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The prober of a cluster, as objects: DaemonSets that run a script by busybox, one for each {@link Role}, the script, a Service to be dialled, and,
 * once all pods have addresses, the plan that says who dials whom. Its pods may run where PodSecurity is {@code restricted}, but for those in the
 * network of the hosts.
 */
public final class Prober {

    /** Its name; what belongs to it begins so. */
    public static final String NAME = "calico-fleet-prober";

    /** The ConfigMap that says who dials whom. */
    public static final String PLAN = NAME + "-plan";

    /** The ConfigMap that keeps what was measured before the upgrade. */
    public static final String BASELINE = NAME + "-baseline";

    /** Which role a pod has. */
    private static final String ROLE = "calico-fleet.io/prober";

    /** Selects its pods. */
    public static final String SELECTOR = "app.kubernetes.io/name=" + NAME;

    /** Selects those of its pods that dial, and tell what came of it. */
    public static final String DIALLING = SELECTOR + "," + ROLE + "!=peer";

    /** Which step an object of it is there for. */
    public static final String STEP = "calico-fleet.io/step";

    /** How many other nodes' pods each pod dials. */
    public static final int PEERS = 3;

    /** How many other hosts each host dials. */
    public static final int HOSTS = 2;

    /** On so many nodes at most: the plan and the baseline each have to fit into a ConfigMap. */
    public static final int MOST_NODES = 1000;

    private static final int PORT = ContinuitySpec.POD_PORT;
    private static final String SCRIPT = "prober.sh";
    private static final String LINES = "lines.gz";
    private static final String REFUSED = "refused";
    private static final String LEFT_OUT = "left-out";

    /** What a pod of it is there for. */
    public enum Role {
        /** Dials from the network of the pods. */
        POD("", "30m", "16Mi"),
        /** Is dialled by the one on the same node. */
        PEER("-peer", "5m", "8Mi"),
        /** Dials from the network of the host, and is dialled there. */
        HOST("-host", "20m", "16Mi");

        private final String suffix;
        private final String cpu;
        private final String memory;

        Role(String suffix, String cpu, String memory) {
            this.suffix = suffix;
            this.cpu = cpu;
            this.memory = memory;
        }

        /** The name of its DaemonSet. */
        public String daemonSet() {
            return NAME + suffix;
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final StepId step;
    private final ContinuitySpec spec;
    private final String image;
    private final List<String> pullSecrets;
    private final JsonNode tolerations;

    /**
     * That of a step.
     *
     * @param daemonSets those of the cluster: calico-node says what it takes to run on its nodes
     */
    public Prober(StepId step, ContinuitySpec spec, Collection<? extends JsonNode> daemonSets) {
        this.step = requireNonNull(step, "step");
        this.spec = requireNonNull(spec, "spec");
        this.image = image(spec.image(), daemonSets);
        this.pullSecrets = pullSecrets(spec.proberNamespace(), daemonSets);
        this.tolerations = tolerations(spec, daemonSets);
    }

    /** The image of its container. */
    public String image() {
        return image;
    }

    /** Whether an object is part of a prober. */
    public static boolean isOne(JsonNode object) {
        return Json.text(object.path("metadata"), "name").startsWith(NAME);
    }

    /** Whether an object is there for this step, and not left by another one. */
    public boolean isOfStep(JsonNode object) {
        return step.toString().equals(Json.text(object.at("/metadata/annotations"), STEP));
    }

    /** What is there before its pods have addresses, but for those of the hosts, in the order to create it. */
    public List<ObjectNode> objects() {
        return List.of(script(), service(), daemonSet(Role.POD), daemonSet(Role.PEER));
    }

    private ObjectNode script() {
        ObjectNode map = object("v1", "ConfigMap", NAME);
        map.putObject("data").put(SCRIPT, text());
        return map;
    }

    private static String text() {
        try (InputStream file = Prober.class.getResourceAsStream("/continuity/" + SCRIPT)) {
            return new String(requireNonNull(file, SCRIPT).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode service() {
        ObjectNode service = object("v1", "Service", NAME);
        ObjectNode spec = service.putObject("spec");
        labels(spec.putObject("selector"), Role.POD);
        spec.putArray("ports")
                .addObject()
                .put("name", "http")
                .put("port", PORT)
                .put("protocol", "TCP")
                .put("targetPort", PORT);
        return service;
    }

    /** That of a role. */
    public ObjectNode daemonSet(Role role) {
        ObjectNode set = object("apps/v1", "DaemonSet", role.daemonSet());
        ObjectNode spec = set.putObject("spec");
        labels(spec.putObject("selector").putObject("matchLabels"), role);
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", "100%");
        ObjectNode pod = pod(role);
        pod.remove(List.of("apiVersion", "kind"));
        ((ObjectNode) pod.path("metadata")).remove(List.of("name", "namespace"));
        spec.set("template", pod);
        return set;
    }

    private static void labels(ObjectNode labels, Role role) {
        labels.put("app.kubernetes.io/name", NAME).put(ROLE, role.label());
    }

    /** One of its pods, for the API server to say whether it would be taken. */
    public ObjectNode pod(Role role) {
        ObjectNode pod = object("v1", "Pod", role.daemonSet());
        labels((ObjectNode) pod.at("/metadata/labels"), role);
        ObjectNode spec = pod.putObject("spec");
        int listens = PORT;
        if (role == Role.HOST) {
            spec.put("hostNetwork", true);
            listens = this.spec.port();
        }
        spec.put("automountServiceAccountToken", false)
                .put("enableServiceLinks", false)
                .put("terminationGracePeriodSeconds", 1);
        spec.putObject("nodeSelector").put("kubernetes.io/os", "linux");
        spec.set("tolerations", tolerations.deepCopy());
        if (!pullSecrets.isEmpty()) {
            ArrayNode secrets = spec.putArray("imagePullSecrets");
            pullSecrets.forEach(name -> secrets.addObject().put("name", name));
        }
        ObjectNode user = spec.putObject("securityContext");
        user.put("runAsNonRoot", true).put("runAsUser", 65534).put("runAsGroup", 65534);
        user.putObject("seccompProfile").put("type", "RuntimeDefault");
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", "prober").put("image", image);
        container.putArray("command").add("/bin/sh").add("/script/" + SCRIPT);
        ArrayNode environment = container.putArray("env");
        environment
                .addObject()
                .put("name", "NODE")
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "spec.nodeName");
        environment.addObject().put("name", "ROLE").put("value", role.label());
        Map<String, Integer> numbers = new TreeMap<>(
                Map.of("PORT", PORT, "HOST_PORT", this.spec.port(), "LISTEN", listens, "PEERS", PEERS, "HOSTS", HOSTS));
        numbers.forEach(
                (name, value) -> environment.addObject().put("name", name).put("value", String.valueOf(value)));
        ObjectNode port = container.putArray("ports").addObject();
        port.put("name", "http").put("containerPort", listens).put("protocol", "TCP");
        if (role == Role.HOST) {
            // So that the scheduler leaves out a node where another pod has it.
            port.put("hostPort", listens);
        }
        ObjectNode resources = container.putObject("resources");
        resources.putObject("requests").put("cpu", role.cpu).put("memory", role.memory);
        resources.putObject("limits").put("memory", "64Mi");
        ObjectNode security = container.putObject("securityContext");
        security.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        ArrayNode mounts = container.putArray("volumeMounts");
        mounts.addObject().put("name", "script").put("mountPath", "/script");
        mounts.addObject().put("name", "plan").put("mountPath", "/plan");
        mounts.addObject().put("name", "tmp").put("mountPath", "/tmp");
        ArrayNode volumes = spec.putArray("volumes");
        volumes.addObject().put("name", "script").putObject("configMap").put("name", NAME);
        volumes.addObject()
                .put("name", "plan")
                .putObject("configMap")
                .put("name", PLAN)
                .put("optional", true);
        volumes.addObject().put("name", "tmp").putObject("emptyDir");
        return pod;
    }

    /**
     * Who dials whom: each node the next ones in the order of their names.
     *
     * @param pods its pods
     * @param service its Service, as the API server has it
     */
    public ObjectNode plan(Collection<? extends JsonNode> pods, JsonNode service) {
        ObjectNode map = object("v1", "ConfigMap", PLAN);
        ObjectNode data = map.putObject("data");
        data.put("peers", lines(pods, Role.POD));
        data.put("near", lines(pods, Role.PEER));
        data.put("hosts", lines(pods, Role.HOST));
        List<String> dialled = Json.texts(service.at("/spec/clusterIPs"));
        data.put(
                "service",
                (dialled.isEmpty() ? Json.text(service.path("spec"), "clusterIP") : String.join(" ", dialled)) + "\n");
        return map;
    }

    private static String lines(Collection<? extends JsonNode> pods, Role role) {
        return addresses(pods, role).entrySet().stream()
                .map(entry -> entry.getKey() + " " + String.join(" ", entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** Whether a pod of it has the role. */
    public static boolean has(JsonNode pod, Role role) {
        return role.label().equals(Json.text(pod.at("/metadata/labels"), ROLE));
    }

    /** The addresses of its pods of a role that run, by node. */
    public static Map<String, List<String>> addresses(Collection<? extends JsonNode> pods, Role role) {
        Map<String, List<String>> byNode = new TreeMap<>();
        for (JsonNode pod : pods) {
            if (!has(pod, role)) {
                continue;
            }
            List<String> addresses = Json.elements(pod.at("/status/podIPs"))
                    .map(each -> Json.text(each, "ip"))
                    .filter(each -> !each.isEmpty())
                    .toList();
            String only = Json.text(pod.path("status"), "podIP");
            if (addresses.isEmpty() && !only.isEmpty()) {
                addresses = List.of(only);
            }
            if (!addresses.isEmpty()
                    && "Running".equals(Json.text(pod.path("status"), "phase"))
                    && !pod.path("metadata").has("deletionTimestamp")) {
                byNode.put(Json.text(pod.path("spec"), "nodeName"), addresses);
            }
        }
        return byNode;
    }

    /** What keeps what was measured before the upgrade. */
    public ObjectNode baseline(Heard heard, Collection<String> leftOut) {
        ObjectNode map = object("v1", "ConfigMap", BASELINE);
        map.putObject("data").put(LEFT_OUT, String.join("\n", leftOut));
        map.putObject("binaryData").put(LINES, zipped(String.join("\n", heard.lines())));
        return map;
    }

    /** Those of many nodes would not fit into a ConfigMap as they are. */
    private static String zipped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The nodes that are not measured, a line each. */
    public static List<String> leftOut(JsonNode baseline) {
        return Json.text(baseline.path("data"), LEFT_OUT).lines().toList();
    }

    /**
     * The nodes that run calico-node and are not measured, since this one's pods do not run there, a line each.
     *
     * @param daemonSets those of the cluster
     * @param nodes all of the cluster
     */
    public List<String> leftOut(Collection<? extends JsonNode> daemonSets, Collection<? extends JsonNode> nodes) {
        Set<String> own = names(daemonSet(Role.POD), nodes);
        return daemonSets.stream()
                .filter(Prober::isCalicoNode)
                .flatMap(set -> names(set, nodes).stream())
                .filter(node -> !own.contains(node))
                .distinct()
                .map(node -> "node " + node
                        + " is not measured: the prober does not bear its taints, or is not for its system")
                .toList();
    }

    /** The nodes its pods are to run on. */
    public Set<String> nodes(Collection<? extends JsonNode> nodes) {
        return names(daemonSet(Role.POD), nodes);
    }

    private static Set<String> names(JsonNode daemonSet, Collection<? extends JsonNode> nodes) {
        return NodeHold.nodes(daemonSet, nodes)
                .map(node -> Json.text(node.path("metadata"), "name"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What keeps why nothing is measured, where the campaign goes on all the same. */
    public ObjectNode refused(String why) {
        ObjectNode map = object("v1", "ConfigMap", BASELINE);
        map.putObject("data").put(REFUSED, why);
        return map;
    }

    /** What was measured before the upgrade. */
    public static Heard heard(JsonNode baseline) {
        byte[] zipped = Base64.getDecoder().decode(Json.text(baseline.path("binaryData"), LINES));
        try (InputStream zip = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return Heard.of(new String(zip.readAllBytes(), UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why nothing is measured; empty where it is. */
    public static Optional<String> refusal(JsonNode baseline) {
        return Optional.of(Json.text(baseline.path("data"), REFUSED)).filter(why -> !why.isEmpty());
    }

    /**
     * From where the image comes. One that names no registry comes from where that of calico-node does, unless that is a public registry.
     *
     * @param image as the campaign names it
     * @param daemonSets those of the cluster
     */
    static String image(String image, Collection<? extends JsonNode> daemonSets) {
        ImageReference wanted = ImageReference.parse(image);
        if (wanted.fullLocation().equals(wanted.location())) {
            return image;
        }
        return daemonSets.stream()
                .flatMap(set -> Json.elements(set.at("/spec/template/spec/containers")))
                .filter(container -> CalicoImages.isCalico(Json.text(container, "name"), Json.text(container, "image")))
                .map(container -> ImageReference.parse(Json.text(container, "image")))
                .filter(reference -> !CalicoImages.isPublished(reference))
                .map(ImageReference::fullLocation)
                .findFirst()
                .map(location -> {
                    String folder = location.substring(0, location.lastIndexOf('/'));
                    String home = folder.endsWith("/calico") ? folder.substring(0, folder.length() - 7) : folder;
                    return wanted.at(home + "/" + wanted.location()).toString();
                })
                .orElse(image);
    }

    /** The Secrets calico-node is pulled with, where it is in the same namespace. */
    private static List<String> pullSecrets(String namespace, Collection<? extends JsonNode> daemonSets) {
        return daemonSets.stream()
                .filter(set -> namespace.equals(Json.text(set.path("metadata"), "namespace")))
                .filter(Prober::runsCalico)
                .flatMap(set -> Json.elements(set.at("/spec/template/spec/imagePullSecrets")))
                .map(secret -> Json.text(secret, "name"))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    private static boolean runsCalico(JsonNode daemonSet) {
        return Json.elements(daemonSet.at("/spec/template/spec/containers"))
                .anyMatch(container ->
                        CalicoImages.isCalico(Json.text(container, "name"), Json.text(container, "image")));
    }

    private static boolean isCalicoNode(JsonNode daemonSet) {
        return Part.of(daemonSet).filter(Part.NODE::equals).isPresent();
    }

    /** Those the campaign names, else those of calico-node; every one where that is not found. */
    private static JsonNode tolerations(ContinuitySpec spec, Collection<? extends JsonNode> daemonSets) {
        ArrayNode tolerations = Json.NODES.arrayNode();
        List<Toleration> asked = spec.tolerations();
        if (asked != null) {
            asked.forEach(each -> {
                ObjectNode toleration = tolerations.addObject();
                put(toleration, "key", each.key());
                put(toleration, "operator", each.operator());
                put(toleration, "value", each.value());
                put(toleration, "effect", each.effect());
            });
            return tolerations;
        }
        return daemonSets.stream()
                .filter(Prober::isCalicoNode)
                .findFirst()
                .map(set -> set.at("/spec/template/spec/tolerations"))
                .map(found -> found.isMissingNode() ? (JsonNode) tolerations : found)
                .orElseGet(() -> {
                    tolerations.addObject().put("operator", "Exists");
                    return tolerations;
                });
    }

    private static void put(ObjectNode object, String field, @Nullable String value) {
        if (value != null) {
            object.put(field, value);
        }
    }

    private ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", spec.proberNamespace());
        metadata.putObject("labels")
                .put("app.kubernetes.io/name", NAME)
                .put("app.kubernetes.io/managed-by", "calico-fleet");
        metadata.putObject("annotations").put(STEP, step.toString());
        return object;
    }
}
