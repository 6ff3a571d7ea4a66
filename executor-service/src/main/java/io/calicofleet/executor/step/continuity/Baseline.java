package io.calicofleet.executor.step.continuity;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.HostPaths;
import io.calicofleet.executor.core.continuity.Continuity;
import io.calicofleet.executor.core.continuity.Heard;
import io.calicofleet.executor.core.continuity.HostPort;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.core.continuity.Prober.Role;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.lockout.ApiServerPorts;
import io.calicofleet.executor.core.lockout.NamedServers;
import io.calicofleet.executor.core.observe.Networks;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is measured before a step begins: the prober is installed, its nodes are told whom to dial, and for a while nothing else is done. */
final class Baseline {

    /** How long its pods may take to run, and then to tell something: an image is pulled, a kubelet brings the plan within two minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** More lines than the paths of a node tell between two looks. */
    private static final int LINES = 60;

    private static final int NAMED = 5;

    private static final ResourceRef API_SERVER = new ResourceRef(Kinds.CORE, "Endpoints", "default", "kubernetes");

    private final StepContext context;
    private final ContinuitySpec spec;
    private final ClusterApi cluster;
    private final String namespace;
    private final List<ObjectNode> sets;
    private final List<ObjectNode> nodes;
    private final Prober prober;
    private final List<String> notMeasured = new ArrayList<>();
    private Heard heard = new Heard();
    private boolean hosts;
    private List<String> leftOut = List.of();

    Baseline(StepContext context, ContinuitySpec spec) {
        this.context = requireNonNull(context, "context");
        this.spec = requireNonNull(spec, "spec");
        this.cluster = context.cluster();
        this.namespace = spec.proberNamespace();
        this.sets = cluster.list(Kinds.APPS, "DaemonSet");
        this.nodes = cluster.list(Kinds.CORE, "Node");
        this.prober = new Prober(context.step(), spec, sets);
    }

    /** From how many nodes it is measured, in words. */
    String nodes() {
        return counted(heard.nodes().size());
    }

    private static String counted(int nodes) {
        return nodes + (nodes == 1 ? " node" : " nodes");
    }

    /** What it is not measured from, a line each; known when it is taken. */
    List<String> leftOut() {
        return leftOut;
    }

    /**
     * Takes it, unless it is kept from before.
     *
     * @return why it cannot be taken, without its full stop; empty where it is
     */
    Optional<String> take() {
        Optional<ObjectNode> kept =
                find(Kinds.CORE, "ConfigMap", Prober.BASELINE).filter(prober::isOfStep);
        if (kept.isPresent()) {
            leftOut = Prober.leftOut(kept.get());
            Optional<String> refusal = Prober.refusal(kept.get());
            if (refusal.isEmpty()) {
                heard = Prober.heard(kept.get());
            }
            return refusal;
        }
        Optional<String> refused;
        try {
            refused = install().or(this::measure);
        } catch (ClusterException e) {
            if (e.isTransient() || e.isRace()) {
                throw e;
            }
            refused = Optional.of(plainly(e));
        }
        if (refused.isEmpty()) {
            leftOut = concat(prober.leftOut(sets, nodes), notMeasured);
            put(prober.baseline(heard, leftOut));
        } else if (!spec.required()) {
            put(prober.refused(refused.get()));
        }
        return refused;
    }

    /**
     * Writes what would be written, where nothing comes of it.
     *
     * @param notes gets what there is to say of it
     * @return why it would not be measured, without its full stop; empty where it would
     */
    Optional<String> plan(List<String> notes) {
        try {
            Optional<String> refused = install();
            if (refused.isEmpty()) {
                notes.add("the prober " + prober.image() + " would run on "
                        + counted(prober.nodes(nodes).size()) + " in " + namespace + ", on each as two pods"
                        + (hosts ? " and one in the network of the host, which listens on tcp/" + spec.port() : "")
                        + "; beside what is listed the ConfigMaps " + Prober.PLAN + " and " + Prober.BASELINE
                        + ", and all of it goes when the step is judged");
                notes.addAll(concat(prober.leftOut(sets, nodes), notMeasured));
            }
            return refused;
        } catch (ClusterException e) {
            if (e.isTransient() || e.isRace()) {
                throw e;
            }
            return Optional.of(plainly(e));
        }
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** What the API server says, behind what that means. */
    private String plainly(ClusterException e) {
        String said = e.message();
        if (said.contains("violates PodSecurity")) {
            return "PodSecurity of the namespace " + namespace + " does not take the prober: " + said;
        }
        return said.contains("exceeded quota")
                ? "a quota of the namespace " + namespace + " leaves no room for the prober: " + said
                : said;
    }

    private Optional<String> install() {
        List<Permission> denied = cluster.denied(needed());
        if (!denied.isEmpty()) {
            return Optional.of("the kubeconfig may not "
                    + denied.stream().map(Permission::toString).collect(Collectors.joining(", "))
                    + " (executor-permissions-continuity.yaml has what it needs)");
        }
        if (isElsewhere()
                && cluster.find(new ResourceRef(Kinds.CORE, "Namespace", "", namespace))
                        .isEmpty()) {
            return Optional.of("there is no namespace " + namespace
                    + " for the prober: create it, or name another one by continuity.namespace");
        }
        if (nodes.size() > Prober.MOST_NODES) {
            return Optional.of("it has " + nodes.size() + " nodes, and up to " + Prober.MOST_NODES + " are measured");
        }
        // All of it first, and its pods: their controllers would be refused without a word to us.
        List<ObjectNode> objects = new ArrayList<>(prober.objects());
        rehearse(Stream.concat(Stream.of(prober.pod(Role.POD), prober.pod(Role.PEER)), objects.stream()));
        Optional<String> noHosts = spec.hosts() == HostPaths.OFF
                ? Optional.empty()
                : portInUse().or(this::portIsFailsafe).or(this::rehearseHosts);
        hosts = spec.hosts() != HostPaths.OFF && noHosts.isEmpty();
        if (noHosts.isPresent()) {
            String why = "the paths of the hosts cannot be measured: " + noHosts.get();
            if (spec.hosts() == HostPaths.REQUIRED) {
                return Optional.of(why);
            }
            notMeasured.add(why);
        }
        if (hosts) {
            objects.add(prober.daemonSet(Role.HOST));
        }
        objects.forEach(this::put);
        return Optional.empty();
    }

    private Optional<String> portInUse() {
        return HostPort.inUse(
                spec.port(),
                nodes,
                cluster.list(Kinds.CORE, "Pod"),
                ApiServerPorts.observe(
                        cluster.find(API_SERVER).stream().toList(),
                        Networks.nodeAddresses(nodes).values().stream()
                                .flatMap(List::stream)
                                .toList(),
                        NamedServers.of(Map.of(), List.of())));
    }

    private Optional<String> portIsFailsafe() {
        return HostPort.failsafe(
                spec.port(),
                context.datastore().list(CalicoKind.FELIX_CONFIGURATION),
                environment(),
                Stream.of(context.parameters().source(), context.parameters().target())
                        .flatMap(Stream::ofNullable));
    }

    /** That of calico-node, with what it takes from ConfigMaps. */
    private Map<String, String> environment() {
        List<JsonNode> objects = new ArrayList<>(sets);
        CalicoNode.find(new ClusterSnapshot("", List.copyOf(objects), Set.of(), List.of()))
                .map(CalicoNode::daemonSet)
                .stream()
                .flatMap(set -> CalicoNode.configMaps(set).stream()
                        .map(name -> new ResourceRef(
                                Kinds.CORE, "ConfigMap", Json.text(set.path("metadata"), "namespace"), name)))
                .flatMap(ref -> cluster.find(ref).stream())
                .forEach(objects::add);
        return CalicoNode.find(new ClusterSnapshot("", objects, Set.of(), List.of()))
                .map(CalicoNode::environment)
                .orElse(Map.of());
    }

    /** Why there cannot be pods in the network of the hosts; empty where there can. */
    private Optional<String> rehearseHosts() {
        try {
            rehearse(Stream.of(prober.pod(Role.HOST), prober.daemonSet(Role.HOST)));
            return Optional.empty();
        } catch (ClusterException e) {
            if (e.isTransient() || e.isRace()) {
                throw e;
            }
            return Optional.of(plainly(e));
        }
    }

    private void rehearse(Stream<ObjectNode> objects) {
        objects.filter(object -> cluster.find(ResourceRef.of(object)).isEmpty()).forEach(cluster::rehearse);
    }

    private boolean isElsewhere() {
        return !namespace.equals(ContinuitySpec.NAMESPACE);
    }

    private List<Permission> needed() {
        List<Permission> needed = new ArrayList<>();
        if (isElsewhere()) {
            needed.add(new Permission("get", "", "namespaces", "", namespace));
        }
        for (String verb : List.of("create", "get", "update")) {
            needed.add(new Permission(verb, "", "configmaps", namespace));
            needed.add(new Permission(verb, "", "services", namespace));
            needed.add(new Permission(verb, "apps", "daemonsets", namespace));
        }
        for (String name : List.of(Prober.NAME, Prober.PLAN, Prober.BASELINE)) {
            needed.add(new Permission("delete", "", "configmaps", namespace, name));
        }
        needed.add(new Permission("delete", "", "services", namespace, Prober.NAME));
        for (Role role : Role.values()) {
            needed.add(new Permission("delete", "apps", "daemonsets", namespace, role.daemonSet()));
        }
        for (String verb : List.of("create", "get", "list", "watch")) {
            needed.add(new Permission(verb, "", "pods", namespace));
        }
        needed.add(new Permission("get", "", "pods/log", namespace));
        return needed;
    }

    private Optional<String> measure() {
        boolean unused = awaitPods(
                () -> "not every node runs its pod of the prober yet",
                () -> roles().allMatch(this::everyPodRuns),
                PATIENCE);
        List<ObjectNode> pods = pods();
        for (Role role : roles().filter(each -> !everyPodRuns(each)).toList()) {
            String why = missing(role, pods);
            if (isNeeded(role)
                    || (role == Role.POD && Prober.addresses(pods, role).isEmpty())) {
                return Optional.of(why);
            }
            notMeasured.add(why);
        }
        ObjectNode service = find(Kinds.CORE, "Service", Prober.NAME)
                .orElseThrow(() -> new ClusterException(
                        ClusterException.Problem.NOT_FOUND, "the Service of the prober is gone", null));
        put(prober.plan(pods, service));
        unused = awaitPods(
                () -> "not every pod of the prober has measured yet how it is before the upgrade",
                () -> hear()
                        && silent(pods, Role.POD).isEmpty()
                        && silent(pods, Role.HOST).isEmpty(),
                PATIENCE.plus(spec.baseline()));
        for (Role role : roles().filter(each -> !silent(pods, each).isEmpty()).toList()) {
            String why = "the prober was not heard for " + spec.baseline() + " from "
                    + (role == Role.HOST ? "the host of " : "") + named(silent(pods, role));
            if (isNeeded(role) || (role == Role.POD && heard.nodes().isEmpty())) {
                return Optional.of(why);
            }
            notMeasured.add(why);
        }
        List<String> objections = Continuity.objections(heard, spec);
        return objections.isEmpty()
                ? Optional.empty()
                : Optional.of("before anything was changed " + objections.getFirst()
                        + (objections.size() == 1 ? "" : ", and so had " + (objections.size() - 1) + " other paths"));
    }

    private Stream<Role> roles() {
        return Stream.of(Role.values()).filter(role -> role != Role.HOST || hosts);
    }

    /** Whether the cluster counts as one that cannot be measured where a node does not run it. */
    private boolean isNeeded(Role role) {
        return role == Role.HOST ? spec.hosts() == HostPaths.REQUIRED : spec.required();
    }

    private boolean awaitPods(Supplier<String> what, BooleanSupplier condition, Duration limit) {
        return context.rollouts()
                .await(
                        what,
                        changed -> cluster.watch(Kinds.CORE, "Pod", namespace, Prober.SELECTOR, changed),
                        condition,
                        limit);
    }

    private List<ObjectNode> pods() {
        return cluster.list(Kinds.CORE, "Pod", namespace, Prober.SELECTOR).stream()
                .filter(prober::isOfStep)
                .toList();
    }

    private boolean everyPodRuns(Role role) {
        JsonNode set = find(Kinds.APPS, "DaemonSet", role.daemonSet()).orElseGet(Json::object);
        int desired = set.at("/status/desiredNumberScheduled").asInt();
        return desired > 0
                && set.at("/status/observedGeneration").asLong()
                        == set.at("/metadata/generation").asLong()
                && Prober.addresses(pods(), role).size() >= desired;
    }

    /** Listens to all probers; true. */
    private boolean hear() {
        Set<String> ours = pods().stream().map(Objects::name).collect(Collectors.toSet());
        cluster.logs(namespace, Prober.DIALLING, LINES).stream()
                .filter(log -> ours.contains(log.pod()))
                .forEach(log -> heard.add(log.node(), log.lines()));
        return true;
    }

    /** The nodes that are not measured long enough yet, of those that run it; those that are only dialled never are among them. */
    private Set<String> silent(List<ObjectNode> pods, Role role) {
        return role == Role.PEER
                ? Set.of()
                : Prober.addresses(pods, role).keySet().stream()
                        .filter(node -> Duration.ofMillis(heard.measured(node, role == Role.HOST) * 10)
                                        .compareTo(spec.baseline())
                                < 0)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The nodes without a pod that runs, and what Kubernetes says of it. */
    private String missing(Role role, List<ObjectNode> pods) {
        Set<String> missing = new TreeSet<>();
        Set<String> planned = Prober.addresses(pods, role).keySet();
        Set<String> without = prober.nodes(nodes);
        for (ObjectNode pod : pods) {
            String node = Json.text(pod.path("spec"), "nodeName");
            if (!Prober.has(pod, role)) {
                continue;
            }
            without.remove(node);
            if (!node.isEmpty() && !planned.contains(node)) {
                JsonNode waiting = pod.at("/status/containerStatuses/0/state/waiting");
                String why = Json.text(waiting, "reason") + " " + Json.text(waiting, "message");
                missing.add(why.isBlank() ? node : node + " (" + why.strip() + ")");
            }
        }
        without.forEach(node -> missing.add(node + " (no pod was created, or none got onto it: "
                + (role == Role.HOST
                        ? "a quota or an admission webhook may refuse it, or another pod have tcp/" + spec.port()
                        : "a quota or an admission webhook may refuse so many")
                + ")"));
        return (role == Role.POD ? "the prober" : role.daemonSet()) + " does not run on "
                + (missing.isEmpty() ? "any node" : named(missing));
    }

    private static String named(Set<String> nodes) {
        String first = String.join(", ", nodes.stream().limit(NAMED).toList());
        return nodes.size() <= NAMED ? first : first + " and " + (nodes.size() - NAMED) + " more";
    }

    /** Creates it, or has it in place of what another step has left. */
    private void put(ObjectNode object) {
        ResourceRef ref = ResourceRef.of(object);
        Optional<ObjectNode> present = cluster.find(ref);
        if (present.isEmpty()) {
            ObjectNode unused = cluster.create(object);
        } else if (!prober.isOfStep(present.get())) {
            ObjectNode wanted = Objects.over(object, present.get());
            present.map(each -> each.at("/spec/clusterIP"))
                    .filter(JsonNode::isTextual)
                    .ifPresent(address -> Json.child(wanted, "spec").set("clusterIP", address));
            ObjectNode unused = cluster.replace(wanted);
        }
    }

    private Optional<ObjectNode> find(String apiVersion, String kind, String name) {
        return cluster.find(new ResourceRef(apiVersion, kind, namespace, name));
    }
}
