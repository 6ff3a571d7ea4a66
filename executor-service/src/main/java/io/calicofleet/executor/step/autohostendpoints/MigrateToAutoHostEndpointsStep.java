package io.calicofleet.executor.step.autohostendpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Lines;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.lockout.Enforcement;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.NodeController;
import io.calicofleet.executor.step.cluster.NodeLabels;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Replaces the host endpoints of all interfaces by automatic ones, in the order that never leaves a node without.
 *
 * <pre>
 *   1. can kube-controllers make them? Does a node have a label of its host endpoint with another value? Then refuse
 *   2. traffic that the policies would treat otherwise than today, and BGP peers and IP pools that would select other nodes
 *      for the copied labels, accepted by nobody: hold; somebody locked out: refuse
 *   3. copy the labels of the old endpoints to their nodes
 *   4. tell kube-controllers to make automatic ones; wait for one on every node, with every label of its node
 *   5. node by node, while it is ready: delete the old ones, and see it ready before the next
 * </pre>
 *
 * <p>Never touched: host endpoints of one interface, and automatic ones. It knows that it is done by no old one being there;
 * continued, it goes through all of this again and finds most of it so. The restore brings the old ones back.
 */
public final class MigrateToAutoHostEndpointsStep implements StepHandler {

    /** kube-controllers looks over everything every five minutes. */
    private static final Duration CREATION = Duration.ofMinutes(10);

    private static final Duration READY = Duration.ofMinutes(5);
    private static final String PODS = "k8s-app in (calico-node,canal,canal-node)";

    @Override
    public StepKind kind() {
        return StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        return new Migration(context).run();
    }

    /** What a migration keeps an eye on. */
    private record Sight(WatchedObjects nodes, WatchedObjects pods, WatchedObjects endpoints) {

        /** Whether the node is, and its calico-node. */
        boolean isReady(String node) {
            return nodes.objects().stream()
                            .anyMatch(found -> Objects.name(found).equals(node) && isTrue(found))
                    && pods.objects().stream()
                            .anyMatch(pod ->
                                    Json.text(pod.get("spec"), "nodeName").equals(node)
                                            && isTrue(pod)
                                            && !pod.path("metadata").has("deletionTimestamp"));
        }

        private static boolean isTrue(JsonNode object) {
            return Json.elements(object.at("/status/conditions"))
                    .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                            && Json.text(condition, "status").equals("True"));
        }
    }

    /** What this step needs beside what every upgrade does, where Kubernetes' own Nodes have the labels. */
    private static List<Permission> needed(List<Permission> calico) {
        List<Permission> all = new ArrayList<>();
        for (String verb : List.of("get", "list", "watch", "update")) {
            all.add(Permissions.of(verb, Kinds.CORE, "Node", ""));
        }
        all.add(Permissions.of("watch", Kinds.CORE, "Pod", ""));
        calico.stream()
                .map(Permission::group)
                .filter(group -> group.endsWith("projectcalico.org"))
                .distinct()
                .forEach(group -> {
                    all.add(new Permission("get", group, "kubecontrollersconfigurations", ""));
                    all.add(new Permission("update", group, "kubecontrollersconfigurations", ""));
                    all.add(new Permission("delete", group, "hostendpoints", ""));
                });
        return all;
    }

    private static final class Migration {

        private final StepContext context;
        private final CalicoDatastore calico;
        private final NodeController controller;
        private final AutoHostEndpointPlan plan;
        private final Map<String, List<ObjectNode>> old;
        private final List<String> changes = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Migration(StepContext context) {
            this.context = context;
            this.calico = context.datastore();
            this.controller = new NodeController(context.cluster(), calico);
            this.plan = new AutoHostEndpointPlan(context.cluster(), calico);
            this.old = plan.old();
        }

        StepOutcome run() {
            if (old.isEmpty()) {
                return new StepOutcome.Succeeded(
                        null, List.of(), List.of(), "there is no host endpoint of all interfaces to replace");
            }
            List<String> obstacles = new ArrayList<>(controller.obstacles());
            obstacles.addAll(plan.obstacles());
            context.cluster()
                    .denied(needed(calico.permissions()))
                    .forEach(denied -> obstacles.add("the kubeconfig may not " + denied));
            if (!obstacles.isEmpty()) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "the host endpoints cannot be replaced by automatic ones: " + Lines.first(obstacles),
                        obstacles);
            }
            Optional<LockoutCheck.Change> change = LockoutCheck.change(
                    context, calico, state -> state.withHostEndpoints(plan.afterwards(state.hostEndpoints())));
            List<String> policies = new ArrayList<>(
                    change.map(states -> Enforcement.changes(states.needs(), states.before(), states.after()))
                            .orElse(List.of()));
            policies.addAll(plan.nodeSelectorChanges(calico.list(CalicoKind.BGP_PEER)));
            policies.addAll(plan.nodeSelectorChanges(calico.list(CalicoKind.IP_POOL)));
            if (!policies.isEmpty() && !context.parameters().acceptPolicies()) {
                return new StepOutcome.Held(HoldReason.AUTO_HOST_ENDPOINT_POLICIES, List.of(), policies);
            }
            policies.forEach(line -> notes.add("accepted: " + line));
            LockoutGuard.Findings lockouts =
                    change.map(LockoutCheck.Change::findings).orElse(LockoutGuard.Findings.NONE);
            Optional<StepOutcome.Failed> lockedOut =
                    LockoutCheck.failed(lockouts, "with automatic host endpoints; nothing was changed");
            if (lockedOut.isPresent()) {
                return lockedOut.get();
            }
            notes.addAll(lockouts.notes());
            return replace();
        }

        private StepOutcome replace() {
            try (WatchedObjects everyNode = context.cluster().watch(Kinds.CORE, "Node", "", "", Migration::unheard);
                    WatchedObjects pods = context.cluster().watch(Kinds.CORE, "Pod", "", PODS, Migration::unheard);
                    WatchedObjects present = calico.watch(CalicoKind.HOST_ENDPOINT, Migration::unheard)) {
                return replace(new Sight(everyNode, pods, present));
            }
        }

        private StepOutcome replace(Sight sight) {
            plan.labels().forEach((node, labels) -> {
                if (NodeLabels.copy(context.cluster(), node, labels)) {
                    changes.add("Node " + node + " labelled " + String.join(", ", labels.keySet()));
                }
            });
            boolean configured = await(
                    () -> "kube-controllers has not made its KubeControllersConfiguration yet",
                    CalicoKind.KUBE_CONTROLLERS_CONFIGURATION,
                    controller::isConfigured,
                    READY);
            if (!configured) {
                return failed(
                        "kube-controllers has made no KubeControllersConfiguration, so it cannot be told to make host"
                                + " endpoints; the old ones are all there",
                        List.of());
            }
            if (controller.enable()) {
                changes.add("KubeControllersConfiguration default");
            }
            boolean made = await(
                    () -> "kube-controllers has not made an automatic host endpoint, with the labels of its node, for "
                            + Lines.some(missing(sight)),
                    CalicoKind.HOST_ENDPOINT,
                    () -> missing(sight).isEmpty(),
                    CREATION);
            if (!made) {
                return failed(
                        "kube-controllers has not made an automatic host endpoint with the labels of its node for every"
                                + " node within " + CREATION.toMinutes() + " minutes; the old ones are all there",
                        missing(sight).stream().map(node -> "Node " + node).toList());
            }
            int done = 0;
            for (var entry : old.entrySet()) {
                Optional<StepOutcome> stopped = replaceOn(sight, entry.getKey(), entry.getValue(), done);
                if (stopped.isPresent()) {
                    return stopped.get();
                }
                done++;
                context.progress()
                        .progressed(
                                done,
                                old.size(),
                                "nodes",
                                context.step().cluster() + ": " + done + " of " + old.size()
                                        + " nodes have an automatic host endpoint only");
            }
            return new StepOutcome.Succeeded(
                    null, changes, notes, "automatic host endpoints have taken over on " + old.size() + " nodes");
        }

        private Optional<StepOutcome> replaceOn(Sight sight, String node, List<ObjectNode> theirs, int done) {
            String left = left(done);
            if (!sight.isReady(node)) {
                return Optional.of(failed(
                        "Node " + node + " or its calico-node is not ready, so that its host endpoint stays" + left,
                        List.of("Node " + node)));
            }
            List<String> missing = missing(sight);
            if (!missing.isEmpty()) {
                return Optional.of(failed(
                        "the automatic host endpoint of " + missing.getFirst() + " has gone again" + left, List.of()));
            }
            for (ObjectNode endpoint : theirs) {
                if (Edits.delete(calico, CalicoKind.HOST_ENDPOINT, Objects.name(endpoint))) {
                    changes.add("HostEndpoint " + Objects.name(endpoint));
                }
            }
            boolean ready = context.rollouts()
                    .await(
                            () -> "Node " + node + " or its calico-node is not ready",
                            Kinds.CORE,
                            "Node",
                            "",
                            () -> sight.isReady(node),
                            READY);
            return ready
                    ? Optional.empty()
                    : Optional.of(failed(
                            "Node " + node
                                    + " or its calico-node is not ready since its automatic host endpoint took over"
                                    + left(done + 1),
                            List.of("Node " + node)));
        }

        private String left(int done) {
            return "; " + (old.size() - done) + " of " + old.size() + " nodes still have their old ones";
        }

        private List<String> missing(Sight sight) {
            return plan.missing(sight.endpoints().objects(), sight.nodes().objects());
        }

        private boolean await(Supplier<String> what, CalicoKind kind, BooleanSupplier condition, Duration limit) {
            return context.rollouts().await(what, changed -> calico.watch(kind, changed), condition, limit);
        }

        /** The waits have watches of their own to be woken by. */
        private static void unheard() {}

        private StepOutcome failed(String message, List<String> evidence) {
            return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, message, evidence);
        }
    }
}
