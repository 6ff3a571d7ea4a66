package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.migrate.ManifestInstall;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The time in which the operator takes Calico over. What it does is seen by the labels of the nodes and by both DaemonSets,
 * not by what it says: its reconcile blocks meanwhile (tigera/operator, pkg/controller/migration/namespace_migration.go).
 *
 * <pre>
 *   kube-controllers of the manifests is gone    the point of no return
 *   nodes: ...node-migration=pre-operator        the old DaemonSet runs on these only
 *   nodes: ...node-migration=migrated            one after the other; the new DaemonSet runs on these only
 *   the old DaemonSet and Typha are gone         all nodes are migrated
 *   no node has the label, the new DaemonSet asks for none, and has rolled out: done
 * </pre>
 */
final class Handover {

    private static final String LABEL = "projectcalico.org/operator-node-migration";
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** What a node may take on top: the operator goes one by one, and waits up to a minute for each. */
    private static final Duration LIMIT_OF_NODE = Duration.ofMinutes(2);

    private static final ResourceRef OLD_NODES = old("DaemonSet", ManifestInstall.NODE);
    private static final ResourceRef OLD_CONTROLLERS = old("Deployment", ManifestInstall.KUBE_CONTROLLERS);
    private static final ResourceRef OLD_TYPHA = old("Deployment", ManifestInstall.TYPHA);
    private static final ResourceRef NEW_NODES =
            new ResourceRef(Kinds.APPS, "DaemonSet", "calico-system", ManifestInstall.NODE);

    private final StepContext context;
    private final ClusterApi cluster;
    private final Duration patience;

    Handover(StepContext context, Duration patience) {
        this.context = requireNonNull(context, "context");
        this.cluster = context.cluster();
        this.patience = requireNonNull(patience, "patience");
    }

    private static ResourceRef old(String kind, String name) {
        return new ResourceRef(Kinds.APPS, kind, ManifestInstall.NAMESPACE, name);
    }

    /** Whether the operator has begun to take over, so that nothing goes back. */
    static boolean hasBegun(ClusterApi cluster) {
        boolean labelled = cluster.list(Kinds.CORE, "Node").stream()
                .anyMatch(node -> node.at("/metadata/labels").has(LABEL));
        return labelled
                || (cluster.find(NEW_NODES).isPresent()
                        && cluster.find(OLD_CONTROLLERS).isEmpty());
    }

    /** Waits until it is done, or the operator says for long that it holds. */
    StepOutcome await(List<String> changes, List<String> notes) {
        Duration limit = LIMIT.plus(
                LIMIT_OF_NODE.multipliedBy(cluster.list(Kinds.CORE, "Node").size()));
        while (true) {
            boolean arrived = await(() -> isDone() || isHeld(), limit);
            if (!arrived) {
                return failed("the operator has not taken Calico over within " + limit.toMinutes() + " minutes"
                        + said().map(text -> "; it says: " + text).orElse("")
                        + ". There is no way back; it goes on by itself once that is put right, then retry");
            }
            if (!await(() -> !isHeld(), patience)) {
                return failed("the operator holds before it has changed anything of Calico, and says: "
                        + said().orElse("nothing")
                        + ". Put that right, and it goes on by itself within 15 seconds; then retry. Or take everything back"
                        + " by `calico-fleet restore --cluster "
                        + context.step().cluster() + "`");
            }
            if (await(this::isDone, Duration.ZERO)) {
                return new StepOutcome.Succeeded(
                        null,
                        changes,
                        withLeftovers(notes),
                        "the operator keeps Calico " + context.parameters().target() + " from now on");
            }
        }
    }

    private static List<String> withLeftovers(List<String> notes) {
        return Stream.concat(
                        notes.stream(),
                        Stream.of("Of the manifests the ConfigMap calico-config, the ServiceAccounts and the"
                                + " PodDisruptionBudget in kube-system stay; nothing uses them any more."))
                .toList();
    }

    private boolean await(BooleanSupplier condition, Duration limit) {
        return context.rollouts()
                .await(
                        Rollouts.COUNTED,
                        changed -> new Watches(List.of(
                                cluster.watch(Kinds.CORE, "Node", "", "", changed),
                                cluster.watch(Kinds.APPS, "DaemonSet", ManifestInstall.NAMESPACE, "", changed),
                                cluster.watch(Kinds.APPS, "DaemonSet", NEW_NODES.namespace(), "", changed),
                                cluster.watch(Kinds.OPERATOR, "TigeraStatus", "", "", changed))),
                        condition,
                        limit);
    }

    /** Several watches to be woken by. */
    private record Watches(List<WatchedObjects> all) implements WatchedObjects {

        @Override
        public List<ObjectNode> objects() {
            return all.stream().flatMap(each -> each.objects().stream()).toList();
        }

        @Override
        public void close() {
            all.forEach(WatchedObjects::close);
        }
    }

    private boolean isDone() {
        List<ObjectNode> nodes = cluster.list(Kinds.CORE, "Node");
        Optional<ObjectNode> now = cluster.find(NEW_NODES);
        tell(nodes);
        return now.filter(Handover::isWhole).isPresent()
                && Stream.of(OLD_NODES, OLD_CONTROLLERS, OLD_TYPHA)
                        .allMatch(ref -> cluster.find(ref).isEmpty())
                && nodes.stream().noneMatch(node -> node.at("/metadata/labels").has(LABEL))
                && component().filter(ComponentStatus::available).isPresent();
    }

    /** Whether it runs on every node, by its newest template, and asks for no label of the migration. */
    private static boolean isWhole(JsonNode daemonSet) {
        JsonNode status = daemonSet.path("status");
        int desired = status.path("desiredNumberScheduled").asInt();
        return !daemonSet.at("/spec/template/spec/nodeSelector").has(LABEL)
                && status.path("observedGeneration").asLong()
                        == daemonSet.at("/metadata/generation").asLong()
                && desired > 0
                && status.path("updatedNumberScheduled").asInt() == desired
                && status.path("numberAvailable").asInt() == desired;
    }

    private void tell(List<ObjectNode> nodes) {
        boolean over = cluster.find(OLD_NODES).isEmpty();
        long migrated = over
                ? nodes.size()
                : nodes.stream()
                        .filter(node ->
                                Json.text(node.at("/metadata/labels"), LABEL).equals("migrated"))
                        .count();
        String says = said().map(text -> "; the operator says: " + text).orElse("");
        context.progress()
                .progressed(
                        (int) migrated,
                        nodes.size(),
                        "nodes",
                        context.step().cluster() + ": " + migrated + " of " + nodes.size() + " nodes are the operator's"
                                + says);
    }

    /** Whether it has refused the install: it says that it is degraded, and nothing has begun. */
    private boolean isHeld() {
        return component().filter(ComponentStatus::degraded).isPresent() && !hasBegun(cluster);
    }

    private Optional<String> said() {
        return component()
                .filter(status -> status.degraded() && !status.message().isEmpty())
                .map(ComponentStatus::message);
    }

    private Optional<ComponentStatus> component() {
        return OperatorObserver.components(cluster.list(Kinds.OPERATOR, "TigeraStatus")).stream()
                .filter(status -> status.name().equals("calico"))
                .findFirst();
    }

    private StepOutcome failed(String message) {
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                message,
                component()
                        .map(status -> List.of("TigeraStatus calico: " + status.message()))
                        .orElse(List.of()));
    }
}
