package io.calicofleet.executor.step.restore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.operator.OperatorDeployment;
import io.calicofleet.model.image.ImageVersions;
import io.calicofleet.model.release.ReleaseTrait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way back of an operator: its Deployment comes from the backup like any object; then it has to run, and to bring the
 * nodes back, which are its own and in no backup.
 */
final class OperatorRollback {

    private static final ResourceRef NODES = new ResourceRef(Kinds.APPS, "DaemonSet", "calico-system", "calico-node");

    private final Backup backup;
    private final @Nullable CalicoVersion source;

    OperatorRollback(Backup backup) {
        this.backup = backup;
        this.source = backup.source();
    }

    /** Whether the backup is of an install by an operator. */
    boolean applies() {
        return OperatorDeployment.in(backup.objects()).isPresent();
    }

    /** Whether what an operator of before must not find is gone; it does not run then. */
    boolean madeWay(StepContext context, List<String> changes, Duration limit) {
        return new EnterpriseMarks(context.cluster(), backup).removed(context, changes, limit);
    }

    /** Puts people's settings back where they differ, has it run where it was stopped, and waits for the operator of before and for its nodes. */
    boolean rolledBack(StepContext context, List<String> changes, Duration limit) {
        changes.addAll(OperatorSettings.putBack(context.cluster(), OperatorSettings.of(backup)));
        OperatorDeployment operator =
                OperatorDeployment.in(backup.objects()).orElseGet(() -> OperatorDeployment.in(context.cluster()));
        backup.objects()
                .getOrDefault(operator.ref().key(), Optional.empty())
                .filter(before -> operator.started(context.cluster(), before))
                .ifPresent(unused -> changes.add(operator.ref().object()));
        return operator.await(context, limit)
                && context.rollouts()
                        .await(
                                Rollouts.COUNTED,
                                NODES.apiVersion(),
                                NODES.kind(),
                                NODES.namespace(),
                                () -> context.cluster()
                                        .find(NODES)
                                        .filter(found -> isOfSource(found, versions(context)))
                                        .map(nodes -> RestoreStep.rolledOut(context, nodes))
                                        .orElse(false),
                                limit);
    }

    /** What differs of people's settings, a line each. */
    List<String> different(StepContext context) {
        return OperatorSettings.different(context.cluster(), OperatorSettings.of(backup));
    }

    /** What nobody promises of the way back. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(
                "the definitions stay those of the newer release, and what its operator made for itself stays where it"
                        + " is; Calico supports no downgrade, so look at TigeraStatus");
        if (source != null && !ReleaseTrait.LABELS_IN_ANNOTATION.isIn(source)) {
            notes.add("where " + ReleaseTrait.LABELS_IN_ANNOTATION.from().line()
                    + " or later ran, labels of Calico's resources may have moved into an annotation that "
                    + source + " does not read");
        }
        return notes;
    }

    private static ImageVersions versions(StepContext context) {
        return ImageVersions.of(context.cluster().list(Kinds.OPERATOR, "ImageSet"));
    }

    private boolean isOfSource(ObjectNode nodes, ImageVersions versions) {
        for (JsonNode container : nodes.at("/spec/template/spec/containers")) {
            if (container.path("name").asText().equals("calico-node")) {
                return source == null
                        || versions.of(container.path("image").asText()).contains(source);
            }
        }
        return false;
    }
}
