package io.calicofleet.executor.step.upgrade;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.Lines;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the nodes that a campaign names get the new calico-node before all others.
 *
 * <pre>
 *   1. before the DaemonSet is written: its pods stay until they are deleted ({@link NodeHold}); its owner's updateStrategy is kept
 *      in an annotation
 *   2. after everything is written, node by node: the pod is deleted, and the new one is to be ready, and to stay so
 *   3. all are: the updateStrategy is its owner's again, and the others roll by that
 *   4. one is not: no other is begun. The DaemonSet is put back as it was, its updateStrategy too, so that those that were begun go
 *      back to the pods they had; the step fails, and says what that node was like
 * </pre>
 *
 * <p>It goes on from wherever it was interrupted, for what is held says so itself; so a step without canary nodes ends a hold as well.
 */
public final class CanaryRollout {

    /** Long enough for a container that crashes at its start to do so. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration SEEN = Duration.ofMinutes(2);

    private final StepContext context;
    private final @Nullable CanaryNodes wanted;

    /** Of the nodes a step is asked to begin with. */
    public CanaryRollout(StepContext context) {
        this.context = requireNonNull(context, "context");
        this.wanted = context.parameters().canaryNodes();
    }

    /** Holds the nodes of a DaemonSet that is about to be written; the failure where they cannot be, or none is meant. */
    public Optional<StepOutcome> hold(@Nullable ObjectNode before) {
        if (wanted == null || before == null || !isNode(before)) {
            return Optional.empty();
        }
        ResourceRef ref = ResourceRef.of(before);
        List<Permission> denied =
                context.cluster().denied(List.of(Permissions.of("delete", Kinds.CORE, "Pod", ref.namespace())));
        if (!denied.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.FORBIDDEN,
                    "canary nodes get their new pod by the deletion of the old one, and the kubeconfig may not "
                            + denied.getFirst() + ". No node was begun"));
        }
        List<String> missing = missing(before);
        if (!missing.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "no canary node can be begun: " + String.join("; ", missing) + ". No node was begun",
                    missing));
        }
        Edits.edit(context.cluster(), ref, NodeHold::held);
        return Optional.empty();
    }

    /**
     * Takes the canary nodes through, where nodes are held, and ends that; the failure of the first that does not come through.
     *
     * @param before how an object was before it was written
     */
    public Optional<StepOutcome> finish(Function<ObjectKey, Optional<ObjectNode>> before, List<String> notes) {
        for (ObjectNode held : Installed.workloads(context.cluster(), "DaemonSet", Part.NODE)) {
            if (!NodeHold.isHeld(held)) {
                continue;
            }
            ResourceRef ref = ResourceRef.of(held);
            List<String> nodes = wanted == null ? List.of() : chosen(held);
            List<String> begun = new ArrayList<>();
            for (String node : nodes) {
                begun.add(node);
                List<String> lacks = take(ref, node);
                if (!lacks.isEmpty()) {
                    return Optional.of(back(before.apply(ref.key()), ref, begun, lacks));
                }
                notes.add("canary node " + told(ref, node));
                context.progress()
                        .progressed(
                                begun.size(),
                                nodes.size(),
                                "canary nodes",
                                context.step().cluster() + ": canary node " + node + " is well, " + begun.size()
                                        + " of " + nodes.size());
            }
            Optional<String> why = NodeHold.pausedBecause(held);
            Edits.edit(context.cluster(), ref, NodeHold::released);
            why.ifPresent(
                    reason -> notes.add("the rollout of " + ref.object() + " goes on; it had been paused: " + reason));
        }
        return Optional.empty();
    }

    /** Has a node get the new pod; what it lacks where it does not come to run well in time. */
    private List<String> take(ResourceRef ref, String node) {
        // Which template is the newest is known once the controller has seen it.
        await(ref, () -> set(ref).filter(NodeHold::isSeen).isPresent(), SEEN);
        older(ref, node).ifPresent(context.cluster()::restart);
        boolean isWell = context.rollouts()
                .awaitSteadily(
                        () -> canary(node, lacks(ref, node)),
                        Kinds.CORE,
                        "Pod",
                        ref.namespace(),
                        () -> lacks(ref, node).isEmpty(),
                        SETTLING,
                        requireNonNull(wanted).deadline());
        if (isWell) {
            return List.of();
        }
        List<String> last = lacks(ref, node);
        return last.isEmpty() ? List.of(node + " becomes ready and unready in turn") : last;
    }

    /** Puts the DaemonSet back as it was, and so its canary nodes. */
    private StepOutcome.Failed back(
            Optional<ObjectNode> found, ResourceRef ref, List<String> begun, List<String> lacks) {
        Optional<ObjectNode> before = found.map(NodeHold::released);
        Edits.edit(context.cluster(), ref, present -> {
            ObjectNode copy = NodeHold.released(present).deepCopy();
            before.ifPresent(old -> {
                copy.set("spec", old.path("spec").deepCopy());
                for (String field : List.of("labels", "annotations")) {
                    Json.child(copy, "metadata")
                            .set(field, old.path("metadata").path(field).deepCopy());
                }
            });
            return copy;
        });
        if (set(ref).filter(set -> Json.text(NodeHold.strategy(set), "type").equals("OnDelete"))
                .isPresent()) {
            await(ref, () -> set(ref).filter(NodeHold::isSeen).isPresent(), SEEN);
            begun.forEach(node -> older(ref, node).ifPresent(context.cluster()::restart));
        }
        String node = begun.getLast();
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                "canary node " + node + " did not come to run the new calico-node within "
                        + requireNonNull(wanted).deadline().toSeconds() + " s: " + String.join("; ", lacks)
                        + ". No other node was begun; " + ref.object() + " is as it was"
                        + (before.isPresent()
                                ? ", so " + String.join(", ", begun) + " goes back to the pod it had"
                                : ""),
                lacks);
    }

    /** What speaks against the nodes that are named; empty where nothing does. */
    private List<String> missing(ObjectNode daemonSet) {
        CanaryNodes asked = requireNonNull(wanted);
        List<String> chosen = chosen(daemonSet);
        List<String> missing = new ArrayList<>(asked.names().stream()
                .filter(name -> !chosen.contains(name))
                .map(name -> "no node " + name + " is to run calico-node")
                .toList());
        if (missing.isEmpty() && chosen.isEmpty()) {
            missing.add(
                    asked.matchLabels().isEmpty()
                            ? "no node is ready"
                            : "no node that is to run calico-node has the labels " + asked.matchLabels());
        }
        return missing;
    }

    private List<String> chosen(ObjectNode daemonSet) {
        CanaryNodes asked = requireNonNull(wanted);
        List<JsonNode> all = NodeHold.nodes(daemonSet, context.cluster().list(Kinds.CORE, "Node"))
                .toList();
        return all.stream()
                .filter(node -> asked.names().isEmpty() || asked.names().contains(name(node)))
                .filter(node -> asked.matchLabels().entrySet().stream()
                        .allMatch(label -> Json.text(node.at("/metadata/labels"), label.getKey())
                                .equals(label.getValue())))
                .filter(node -> asked.count() == null || isReady(node))
                .map(CanaryRollout::name)
                .limit(asked.count() == null ? all.size() : asked.count())
                .toList();
    }

    private static String canary(String node, List<String> lacks) {
        return "canary node " + node + (lacks.isEmpty() ? " is well" : " is not well yet: " + Lines.some(lacks));
    }

    private boolean await(ResourceRef ref, BooleanSupplier condition, Duration limit) {
        return context.rollouts()
                .await(
                        () -> "the controller of " + ref.object() + " has not seen its new template yet",
                        Kinds.CORE,
                        "Pod",
                        ref.namespace(),
                        condition,
                        limit);
    }

    private Optional<ObjectNode> set(ResourceRef ref) {
        return context.cluster().find(ref);
    }

    private List<ObjectNode> pods(ResourceRef ref) {
        return context.cluster().list(Kinds.CORE, "Pod", ref.namespace(), "");
    }

    private List<ObjectNode> revisions(ResourceRef ref) {
        return context.cluster().list(Kinds.APPS, "ControllerRevision", ref.namespace(), "");
    }

    private Optional<ObjectNode> older(ResourceRef ref, String node) {
        return set(ref).flatMap(set -> NodeHold.older(set, revisions(ref), pods(ref), node))
                .map(ObjectNode.class::cast);
    }

    private List<String> lacks(ResourceRef ref, String node) {
        return set(ref).map(set -> NodeHold.lacks(set, revisions(ref), pods(ref), node))
                .orElse(List.of(ref.object() + " is gone"));
    }

    private String told(ResourceRef ref, String node) {
        return set(ref).map(set -> NodeHold.runs(set, pods(ref), node)).orElse(node);
    }

    private static boolean isNode(ObjectNode daemonSet) {
        return Part.of(daemonSet).filter(Part.NODE::equals).isPresent();
    }

    private static boolean isReady(JsonNode node) {
        return Json.elements(node.at("/status/conditions"))
                .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                        && Json.text(condition, "status").equals("True"));
    }

    private static String name(JsonNode node) {
        return Json.text(node.path("metadata"), "name");
    }
}
