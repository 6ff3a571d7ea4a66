package io.calicofleet.executor.engine;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.image.ImageVersions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an observation means, in words: how far the nodes are, and what keeps them waiting. */
final class Words {

    private static final Set<StepKind> BY_OPERATOR =
            EnumSet.of(StepKind.UPGRADE_OPERATOR, StepKind.UPGRADE_HELM_RELEASE, StepKind.MIGRATE_TO_OPERATOR);

    private final StepRequested request;
    private final StepId step;

    Words(StepRequested request) {
        this.request = request;
        this.step = request.step();
    }

    /**
     * Says how far the nodes are and what they wait for; once, and again from time to time, so that nobody takes it for
     * silence.
     *
     * @param overdue whether the gates should have been judged by now
     */
    void tell(Reporter reporter, ClusterObservation seen, boolean overdue) {
        String waitsFor = overdue
                ? "a verdict: the cluster was seen for longer than its gates may take; check that a verifier runs"
                : operator(seen).orElse(null);
        ChangeSpec change = request.parameters().change();
        boolean rolls = step.kind().upgrades() && (change == null || change.rolls());
        Optional<WorkloadObservation> nodes = !rolls && step.kind() != StepKind.RESTORE
                ? Optional.empty()
                : seen.workloads().stream().filter(Words::isNodes).findFirst();
        if (nodes.isPresent()) {
            int done = isAsked(nodes.get(), ImageVersions.of(seen)) ? rolled(nodes.get()) : 0;
            int total = nodes.get().desired();
            String far = step.cluster() + ": " + done + " of " + total + " nodes "
                    + (change == null ? "are upgraded" : "have rolled");
            reporter.tell(done, total, "nodes", waitsFor == null ? far : far + "; it waits: " + waitsFor, waitsFor);
        } else {
            reporter.tell(waitsFor);
        }
    }

    String summary(ClusterObservation seen) {
        StringBuilder text = new StringBuilder(step.cluster().value()).append(": ");
        for (WorkloadObservation workload : seen.workloads()) {
            text.append(workload.object())
                    .append(' ')
                    .append(workload.ready())
                    .append(" of ")
                    .append(workload.desired())
                    .append(" ready; ");
        }
        return text.append("ClusterInformation says ")
                .append(seen.clusterInformationVersion() == null ? "nothing" : seen.clusterInformationVersion())
                .toString();
    }

    /** What an operator says of components that are degraded; empty where none is. */
    private static Optional<String> operator(ClusterObservation seen) {
        OperatorObservation operator = seen.operator();
        if (operator == null) {
            return Optional.empty();
        }
        String degraded = operator.components().stream()
                .filter(ComponentStatus::degraded)
                .map(component -> component.name() + " is degraded"
                        + (component.message().isEmpty() ? "" : ": " + component.message()))
                .collect(Collectors.joining("; "));
        return degraded.isEmpty() ? Optional.empty() : Optional.of("the operator says that " + degraded);
    }

    /** The DaemonSet of calico-node, whatever it is called; an operator has others beside it. */
    private static boolean isNodes(WorkloadObservation workload) {
        return workload.kind().equals("DaemonSet")
                && workload.templateImages().stream()
                        .anyMatch(image -> image.container().equals("calico-node"));
    }

    /** Whether the nodes are asked for the target at all: an operator may not have got to it. */
    private boolean isAsked(WorkloadObservation nodes, ImageVersions versions) {
        CalicoVersion target = request.parameters().target();
        return target == null
                || !BY_OPERATOR.contains(step.kind())
                || versions.mayBeOf(nodes.templateImages(), "calico-node", target);
    }

    /** Nodes that run the newest template and are ready, as far as the counts tell. */
    private static int rolled(WorkloadObservation nodes) {
        if (nodes.observedGeneration() != nodes.generation()) {
            return 0;
        }
        return Math.max(0, nodes.updated() - nodes.unavailable());
    }
}
