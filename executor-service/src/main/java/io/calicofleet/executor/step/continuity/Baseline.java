package io.calicofleet.executor.step.continuity;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.executor.core.continuity.Continuity;
import io.calicofleet.executor.core.continuity.Heard;
import io.calicofleet.executor.core.continuity.Prober;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is measured before a step begins: the prober is installed, its nodes are told whom to dial, and for a while nothing else is done. */
final class Baseline {

    /** How long its pods may take to run, and then to tell something: an image is pulled, a kubelet brings the plan within two minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** More lines than the paths of a node tell between two looks. */
    private static final int LINES = 60;

    private static final int NAMED = 5;

    private final StepContext context;
    private final ContinuitySpec spec;
    private final ClusterApi cluster;
    private final String namespace;
    private final List<ObjectNode> sets;
    private final List<ObjectNode> nodes;
    private final Prober prober;
    private Heard heard = new Heard();

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

    /** The nodes it is not measured from, a line each. */
    List<String> leftOut() {
        return prober.leftOut(sets, nodes);
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
            heard = Prober.heard(kept.get());
            return Prober.refusal(kept.get());
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
            put(prober.baseline(heard, leftOut()));
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
                        + counted(prober.nodes(nodes).size()) + " in " + namespace
                        + "; beside what is listed the ConfigMaps " + Prober.PLAN + " and " + Prober.BASELINE
                        + ", and all of it goes when the step is judged");
                notes.addAll(leftOut());
            }
            return refused;
        } catch (ClusterException e) {
            if (e.isTransient() || e.isRace()) {
                throw e;
            }
            return Optional.of(plainly(e));
        }
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
        // All of it first, and a pod: its controller would be refused without a word to us.
        List<ObjectNode> objects = prober.objects();
        Stream.concat(Stream.of(prober.pod()), objects.stream())
                .filter(object -> cluster.find(ResourceRef.of(object)).isEmpty())
                .forEach(cluster::rehearse);
        objects.forEach(this::put);
        return Optional.empty();
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
        needed.add(new Permission("delete", "apps", "daemonsets", namespace, Prober.NAME));
        for (String verb : List.of("create", "get", "list", "watch")) {
            needed.add(new Permission(verb, "", "pods", namespace));
        }
        needed.add(new Permission("get", "", "pods/log", namespace));
        return needed;
    }

    private Optional<String> measure() {
        boolean run = awaitPods(this::everyPodRuns, PATIENCE);
        List<ObjectNode> pods = pods();
        Set<String> planned = Prober.addresses(pods).keySet();
        if (planned.isEmpty() || (!run && spec.required())) {
            return Optional.of("the prober does not run on " + missing(pods, planned));
        }
        ObjectNode service = find(Kinds.CORE, "Service", Prober.NAME)
                .orElseThrow(() -> new ClusterException(
                        ClusterException.Problem.NOT_FOUND, "the Service of the prober is gone", null));
        put(prober.plan(pods, service));
        boolean measured = awaitPods(() -> isMeasured(planned), PATIENCE.plus(spec.baseline()));
        if (!measured && (spec.required() || heard.nodes().isEmpty())) {
            Set<String> silent = new TreeSet<>(planned);
            heard.nodes().stream().filter(this::isMeasured).forEach(silent::remove);
            return Optional.of("the prober was not heard for " + spec.baseline() + " from " + named(silent));
        }
        List<String> objections = Continuity.objections(heard, spec);
        return objections.isEmpty()
                ? Optional.empty()
                : Optional.of("before anything was changed " + objections.getFirst()
                        + (objections.size() == 1 ? "" : ", and so had " + (objections.size() - 1) + " other paths"));
    }

    private boolean awaitPods(BooleanSupplier condition, Duration limit) {
        return context.rollouts()
                .await(
                        changed -> cluster.watch(Kinds.CORE, "Pod", namespace, Prober.SELECTOR, changed),
                        condition,
                        limit);
    }

    private List<ObjectNode> pods() {
        return cluster.list(Kinds.CORE, "Pod", namespace, Prober.SELECTOR).stream()
                .filter(prober::isOfStep)
                .toList();
    }

    private boolean everyPodRuns() {
        JsonNode set = find(Kinds.APPS, "DaemonSet", Prober.NAME).orElseGet(Json::object);
        int desired = set.at("/status/desiredNumberScheduled").asInt();
        return desired > 0
                && set.at("/status/observedGeneration").asLong()
                        == set.at("/metadata/generation").asLong()
                && Prober.addresses(pods()).size() >= desired;
    }

    private boolean isMeasured(Set<String> planned) {
        Set<String> ours = pods().stream().map(Objects::name).collect(Collectors.toSet());
        cluster.logs(namespace, Prober.SELECTOR, LINES).stream()
                .filter(log -> ours.contains(log.pod()))
                .forEach(log -> heard.add(log.node(), log.lines()));
        return planned.stream().allMatch(this::isMeasured);
    }

    private boolean isMeasured(String node) {
        return Duration.ofMillis(heard.measured(node) * 10).compareTo(spec.baseline()) >= 0;
    }

    /** The nodes without a pod that runs, and what Kubernetes says of it. */
    private String missing(List<ObjectNode> pods, Set<String> planned) {
        Set<String> missing = new TreeSet<>();
        Set<String> without = prober.nodes(nodes);
        for (ObjectNode pod : pods) {
            String node = Json.text(pod.path("spec"), "nodeName");
            without.remove(node);
            if (!node.isEmpty() && !planned.contains(node)) {
                JsonNode waiting = pod.at("/status/containerStatuses/0/state/waiting");
                String why = Json.text(waiting, "reason") + " " + Json.text(waiting, "message");
                missing.add(why.isBlank() ? node : node + " (" + why.strip() + ")");
            }
        }
        without.forEach(node ->
                missing.add(node + " (no pod was created: a quota or an admission webhook may refuse so many)"));
        return missing.isEmpty() ? "any node" : named(missing);
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
