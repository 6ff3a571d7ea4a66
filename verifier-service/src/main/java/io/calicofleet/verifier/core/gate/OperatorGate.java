package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageVersions;
import io.calicofleet.model.release.ReleaseTrait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the operator has brought the target release, or what its Installation says where there is none, in this order, for what comes later is stale
 * before:
 *
 * <ol>
 *   <li>its Deployment has rolled out, at the release that belongs to the target;
 *   <li>its calico-node is of the target: until then its components speak of the release before, and are Available;
 *   <li>every component is available, and neither progressing nor degraded, as of the newest generation;
 *   <li>from operator v1.29 on Installation status.calicoVersion, which it writes last, names the target.
 * </ol>
 */
final class OperatorGate implements Gate {

    /** Where the operator keeps what it installs. */
    private static final String NAMESPACE = "calico-system";

    /** The component without which there is no Calico. */
    private static final String CALICO = "calico";

    @Override
    public GateKind kind() {
        return GateKind.OPERATOR;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, latest -> look(latest, evidence.target(), requirement.operatorVersion()));
    }

    private static GateVerdict look(
            ClusterObservation latest, @Nullable CalicoVersion target, @Nullable String expected) {
        OperatorObservation operator = latest.operator();
        if (operator == null || operator.image() == null) {
            return GateVerdict.NotYet.missing(
                    List.of("the Deployment of the operator" + (operator == null ? ": it was not observed" : "")),
                    List.of());
        }
        List<String> lines = new ArrayList<>();
        lines.add("operator: " + operator.image() + (operator.rolledOut() ? "" : ", not") + " rolled out");
        lines.add("Installation: " + (operator.calicoVersion() == null ? "no version" : operator.calicoVersion())
                + ", generation " + operator.generation());
        operator.components().forEach(component -> lines.add(state(component)));
        List<String> missing = new ArrayList<>(deployment(operator, expected));
        if (missing.isEmpty() && target != null) {
            missing.addAll(nodes(latest, target));
        }
        if (missing.isEmpty()) {
            missing.addAll(components(operator));
            if (target != null) {
                missing.addAll(installation(operator, target));
            }
        } else {
            // Degraded is worth telling whoever said it: it may be why the rest does not come.
            operator.components().stream()
                    .filter(component -> component.degraded())
                    .forEach(component -> missing.add(state(component)));
        }
        return missing.isEmpty()
                ? GateVerdict.Passed.because(
                        "The operator runs and says that every component is available"
                                + (target == null ? "." : " and at " + target + "."),
                        lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }

    private static List<String> deployment(OperatorObservation operator, @Nullable String expected) {
        // Releases of the operator are written as Calico's are. Later patches of it belong to one release of Calico,
        // too.
        if (expected != null
                && version(operator)
                        .filter(version -> CalicoVersion.tryParse(expected)
                                .filter(oldest ->
                                        version.line().equals(oldest.line()) && version.compareTo(oldest) >= 0)
                                .isPresent())
                        .isEmpty()) {
            return List.of("the operator at " + expected + ", its Deployment asks for " + operator.image());
        }
        return operator.rolledOut() ? List.of() : List.of("the rollout of the operator, " + operator.image());
    }

    private static List<String> nodes(ClusterObservation latest, CalicoVersion target) {
        Optional<WorkloadObservation> nodes = latest.workloads().stream()
                .filter(workload -> workload.kind().equals("DaemonSet")
                        && workload.namespace().equals(NAMESPACE)
                        && workload.name().equals("calico-node"))
                .findFirst();
        if (nodes.isEmpty()) {
            return List.of("any observation of DaemonSet " + NAMESPACE + "/calico-node");
        }
        ImageVersions versions = ImageVersions.of(latest);
        return nodes.get().templateImages().stream()
                        .anyMatch(image ->
                                image.container().equals("calico-node") && versions.isOf(image.image(), target))
                ? List.of()
                : List.of(nodes.get().object() + " at " + target + ", which the operator is to bring");
    }

    private static List<String> components(OperatorObservation operator) {
        List<String> missing = new ArrayList<>();
        if (operator.components().stream()
                .noneMatch(component -> component.name().equals(CALICO))) {
            missing.add("the status of the component " + CALICO);
        }
        for (ComponentStatus component : operator.components()) {
            boolean older = component.name().equals(CALICO)
                    && component.observedGeneration() != 0
                    && component.observedGeneration() < operator.generation();
            if (!component.available() || component.progressing() || component.degraded()) {
                missing.add(state(component));
            } else if (older) {
                missing.add(component.name() + " as of generation " + operator.generation()
                        + " of the Installation, the operator speaks of " + component.observedGeneration());
            }
        }
        return missing;
    }

    private static List<String> installation(OperatorObservation operator, CalicoVersion target) {
        boolean says = operator.calicoVersion() != null
                || version(operator)
                        .map(ReleaseTrait.OPERATOR_TELLS_CALICO_VERSION::isIn)
                        .orElse(true);
        return !says || target.equals(operator.calicoVersion())
                ? List.of()
                : List.of("Installation status.calicoVersion at " + target + ", it names "
                        + (operator.calicoVersion() == null ? "none" : operator.calicoVersion()));
    }

    private static Optional<CalicoVersion> version(OperatorObservation operator) {
        return operator.image() == null ? Optional.empty() : CalicoImages.version(operator.image());
    }

    private static String state(ComponentStatus component) {
        List<String> words = new ArrayList<>();
        words.add(component.available() ? "available" : "not available");
        if (component.progressing()) {
            words.add("progressing");
        }
        if (component.degraded()) {
            words.add("degraded");
        }
        return component.name() + ": " + String.join(", ", words)
                + (component.message().isEmpty() ? "" : " (" + component.message() + ")");
    }
}
