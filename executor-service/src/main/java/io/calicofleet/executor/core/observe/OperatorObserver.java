package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageVersions;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the operator says of its work: its Deployment, Installation {@code default} and every TigeraStatus. A
 * component is what its conditions say, read as they are: whether they are stale is for the gate to tell.
 */
public final class OperatorObserver {

    /** The container of the operator, and the name of its Deployment. */
    public static final String OPERATOR = "tigera-operator";

    private static final String CSI_DRIVER = "DaemonSet calico-system/csi-node-driver";

    private OperatorObserver() {}

    /**
     * The state of the operator.
     *
     * @param installation Installation default; null where it is gone
     * @param statuses every TigeraStatus
     * @param deployment the operator's Deployment; null where there is none
     * @param imageSets every ImageSet
     */
    public static OperatorObservation observe(
            @Nullable JsonNode installation,
            Collection<? extends JsonNode> statuses,
            @Nullable WorkloadObservation deployment,
            Collection<? extends JsonNode> imageSets) {
        return new OperatorObservation(
                deployment == null ? null : image(deployment).orElse(null),
                deployment != null && rolledOut(deployment),
                Optional.ofNullable(installation)
                        .flatMap(object -> CalicoVersion.tryParse(
                                object.at("/status/calicoVersion").asText()))
                        .orElse(null),
                installation == null
                        ? 0
                        : installation.at("/metadata/generation").asLong(),
                components(statuses),
                ImageVersions.pinned(imageSets),
                leftOut(installation));
    }

    /** What it removes where it is there (tigera/operator, pkg/render/csi.go). */
    private static List<String> leftOut(@Nullable JsonNode installation) {
        return installation != null
                        && installation
                                .at("/spec/kubeletVolumePluginPath")
                                .asText()
                                .equals("None")
                ? List.of(CSI_DRIVER)
                : List.of();
    }

    /** What every TigeraStatus says, by name. */
    public static List<ComponentStatus> components(Collection<? extends JsonNode> statuses) {
        return statuses.stream()
                .map(OperatorObserver::component)
                .sorted(Comparator.comparing(ComponentStatus::name))
                .toList();
    }

    /** Whether the newest template of a workload runs, and nothing else. One without replicas never has. */
    public static boolean rolledOut(WorkloadObservation workload) {
        return workload.observedGeneration() >= workload.generation()
                && workload.desired() > 0
                && workload.updated() == workload.desired()
                && workload.available() == workload.desired()
                && workload.pods() == workload.desired()
                && workload.podsOfOtherRevision() == 0;
    }

    private static Optional<String> image(WorkloadObservation deployment) {
        return deployment.templateImages().stream()
                .filter(image -> image.container().equals(OPERATOR))
                .map(ContainerImages::image)
                .findFirst();
    }

    private static ComponentStatus component(JsonNode status) {
        List<JsonNode> conditions =
                Json.elements(status.at("/status/conditions")).toList();
        boolean degraded = is(conditions, "Degraded");
        boolean progressing = is(conditions, "Progressing");
        return new ComponentStatus(
                status.at("/metadata/name").asText(),
                is(conditions, "Available"),
                progressing,
                degraded,
                // The oldest of what they speak of: a condition that was not written again is of before.
                conditions.stream()
                        .mapToLong(condition ->
                                condition.path("observedGeneration").asLong())
                        .min()
                        .orElse(0),
                degraded ? said(conditions, "Degraded") : progressing ? said(conditions, "Progressing") : "");
    }

    private static boolean is(List<JsonNode> conditions, String type) {
        return of(conditions, type)
                .anyMatch(condition -> Json.text(condition, "status").equals("True"));
    }

    private static String said(List<JsonNode> conditions, String type) {
        return of(conditions, type)
                .map(condition -> {
                    String reason = Json.text(condition, "reason");
                    // It joins a message and the error of it, which may be none.
                    String message = Json.text(condition, "message").strip().replaceAll("\\s*:$", "");
                    return reason.isEmpty() || message.isEmpty() ? reason + message : reason + ": " + message;
                })
                .findFirst()
                .orElse("");
    }

    private static Stream<JsonNode> of(List<JsonNode> conditions, String type) {
        return conditions.stream()
                .filter(condition -> Json.text(condition, "type").equals(type));
    }
}
