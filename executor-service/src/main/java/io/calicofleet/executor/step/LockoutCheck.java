package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.lockout.CalicoState;
import io.calicofleet.executor.core.lockout.ClusterNeeds;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.core.lockout.LockoutGuard.Findings;
import io.calicofleet.executor.core.lockout.NetworkSetup;
import io.calicofleet.executor.core.lockout.NodeRoles;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the {@link LockoutGuard} asks for and has it look. A cluster without a host endpoint of all interfaces costs
 * one list. What the kubeconfig may not read is said in a note.
 */
public final class LockoutCheck {

    private static final CalicoVersion OLDEST = CalicoVersion.of(3, 0, 0);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ClusterApi cluster;
    private final CalicoDatastore calico;
    private final List<String> unread = new ArrayList<>();

    private LockoutCheck(StepContext context) {
        this.cluster = context.cluster();
        this.calico = context.datastore();
    }

    /**
     * For every step that makes the nodes roll, right before its first write: fails where something that is reached today
     * would not be once the nodes run the target. Call it as {@code LockoutCheck.beforeNodesRoll(context)} and return what
     * it has.
     *
     * @return empty where the nodes may roll
     */
    public static Optional<StepOutcome.Failed> beforeNodesRoll(StepContext context) {
        CalicoVersion target = context.parameters().target();
        if (target == null || target.isBefore(3, 14)) {
            return Optional.empty();
        }
        CalicoVersion source = known(context.parameters().source());
        Findings findings = new LockoutCheck(context).compare(source, target, state -> state);
        return failed(findings, "once the nodes run " + target);
    }

    /**
     * For the preflight: what the upgrade would cut, with the host endpoints protected as they will be by then.
     *
     * @param source the version that runs; null where unknown
     */
    static Findings afterProtection(StepContext context, @Nullable CalicoVersion source, CalicoVersion target) {
        CalicoVersion from = known(source);
        boolean protects = from.isBefore(3, 14) && !target.isBefore(3, 14);
        return target.isBefore(3, 14)
                ? Findings.NONE
                : new LockoutCheck(context).compare(from, target, state -> protects ? state.afterProtection() : state);
    }

    /** Before the temporary policy goes: what only it opens. */
    static Optional<StepOutcome.Failed> beforeRelease(StepContext context) {
        return failed(
                atTarget(context, CalicoState::afterRelease), "without the temporary policy; it stays where it is");
    }

    /** What another state of Calico's resources would cut, while the target runs. */
    static Findings atTarget(StepContext context, UnaryOperator<CalicoState> change) {
        CalicoVersion target = context.parameters().target();
        return at(context, target == null ? context.parameters().source() : target, change);
    }

    /** What another state of Calico's resources would cut, while a release runs; null where it is not known which. */
    static Findings at(StepContext context, @Nullable CalicoVersion runs, UnaryOperator<CalicoState> change) {
        return new LockoutCheck(context).compare(known(runs), known(runs), change);
    }

    private static CalicoVersion known(@Nullable CalicoVersion version) {
        return version == null ? OLDEST : version;
    }

    static Optional<StepOutcome.Failed> failed(Findings findings, String when) {
        if (findings.facts().isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(
                findings.facts().stream().map(LockoutCheck::line).toList());
        lines.addAll(findings.notes());
        LockoutFact first = findings.facts().getFirst();
        int more = findings.facts().size() - 1;
        return Optional.of(new StepOutcome.Failed(
                FailureReason.WOULD_LOCK_OUT,
                line(first) + " would be cut " + when + (more > 0 ? ", and " + more + " more" : ""),
                lines));
    }

    private static String line(LockoutFact fact) {
        return fact.service() + " on " + fact.node() + ", used by " + fact.from() + ", by " + fact.rule()
                + " (HostEndpoint " + fact.hostEndpoint() + ")";
    }

    private Findings compare(CalicoVersion before, CalicoVersion after, UnaryOperator<CalicoState> change) {
        NodeNames names = NodeNames.of(calico);
        List<ObjectNode> endpoints = calico.list(CalicoKind.HOST_ENDPOINT).stream()
                .map(names::inKubernetes)
                .toList();
        CalicoState state = new CalicoState(before, endpoints, List.of(), List.of(), List.of(), List.of());
        // The change may bring some, such as automatic ones.
        if (!state.hasAllInterfaces() && !change.apply(state).hasAllInterfaces()) {
            return Findings.NONE;
        }
        List<ObjectNode> sets = new ArrayList<>(read(CalicoKind.GLOBAL_NETWORK_SET));
        sets.addAll(read(CalicoKind.NETWORK_SET));
        boolean profiles = endpoints.stream()
                .anyMatch(endpoint -> !endpoint.at("/spec/profiles").isEmpty());
        CalicoState now = new CalicoState(
                before,
                endpoints,
                calico.list(CalicoKind.GLOBAL_NETWORK_POLICY),
                sets,
                profiles ? read(CalicoKind.PROFILE) : List.of(),
                read(CalicoKind.FELIX_CONFIGURATION));
        Findings findings = LockoutGuard.compare(needs(now), now, change.apply(now.at(after)));
        if (findings.equals(Findings.NONE) && unread.isEmpty()) {
            return findings;
        }
        List<String> notes = new ArrayList<>(findings.notes());
        notes.addAll(unread);
        return new Findings(findings.facts(), notes);
    }

    private ClusterNeeds needs(CalicoState state) {
        List<JsonNode> objects = new ArrayList<>(optional("DaemonSets", () -> cluster.list(Kinds.APPS, "DaemonSet")));
        CalicoNode.find(snapshot(objects))
                .ifPresent(node -> CalicoNode.configMaps(node.daemonSet())
                        .forEach(name -> optional(
                                        "ConfigMaps",
                                        () -> find(
                                                "ConfigMap",
                                                node.daemonSet()
                                                        .at("/metadata/namespace")
                                                        .asText(),
                                                name))
                                .forEach(objects::add)));
        Optional<CalicoNode> node = CalicoNode.find(snapshot(objects));
        Map<String, String> environment = node.map(CalicoNode::environment).orElse(Map.of());
        List<ObjectNode> pods = new ArrayList<>(
                optional("pods", () -> cluster.list(Kinds.CORE, "Pod", Kinds.KUBE_SYSTEM, "component=etcd")));
        pods.addAll(optional("pods", () -> cluster.list(Kinds.CORE, "Pod", "", "k8s-app=calico-typha")));
        List<ObjectNode> bgp = new ArrayList<>(read(CalicoKind.BGP_CONFIGURATION));
        bgp.addAll(read(CalicoKind.BGP_PEER));
        return new ClusterNeeds(
                new NodeRoles(
                        cluster.list(Kinds.CORE, "Node"),
                        optional("Endpoints", () -> find("Endpoints", "default", "kubernetes")),
                        pods,
                        environment),
                new NetworkSetup(
                        environment,
                        read(CalicoKind.IP_POOL),
                        state.felixConfigurations(),
                        bgp,
                        node.map(found -> flannel(found.daemonSet(), objects)).orElse(MissingNode.getInstance())));
    }

    /** What the ConfigMap of canal says of flannel's network. */
    private static JsonNode flannel(JsonNode daemonSet, List<JsonNode> objects) {
        boolean runs = Json.elements(daemonSet.at("/spec/template/spec/containers"))
                .anyMatch(container -> Json.text(container, "name").contains("flannel"));
        if (!runs) {
            return MissingNode.getInstance();
        }
        String text = objects.stream()
                .map(object -> Json.text(object.get("data"), "net-conf.json"))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("{}");
        try {
            return MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return Json.object();
        }
    }

    private static ClusterSnapshot snapshot(List<JsonNode> objects) {
        return new ClusterSnapshot("", objects, Set.of(), List.of());
    }

    private List<ObjectNode> find(String kind, String namespace, String name) {
        return cluster.find(new ResourceRef(Kinds.CORE, kind, namespace, name)).stream()
                .toList();
    }

    private List<ObjectNode> read(CalicoKind kind) {
        return optional(kind.kind() + "s", () -> calico.list(kind));
    }

    private List<ObjectNode> optional(String what, Supplier<List<ObjectNode>> read) {
        try {
            return read.get();
        } catch (ClusterException e) {
            if (e.problem() != Problem.FORBIDDEN) {
                throw e;
            }
            unread.add("the lock-out guard may not read the " + what + ": what they decide was not looked at");
            return List.of();
        }
    }
}
