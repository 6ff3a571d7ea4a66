package io.calicofleet.executor.step.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageSource;
import io.calicofleet.model.release.Containers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Waits until an operator has taken up what its Installation says: until then all it says is of before, and a gate would take it for done. It has when its
 * TigeraStatus calico is of the newest generation of the Installation, which old operators do not say, and when calico-node is asked for from where the
 * Installation has images. How far the nodes are then, the gates see.
 */
final class OperatorFollows {

    private static final ResourceRef INSTALLATION = new ResourceRef(Kinds.OPERATOR, "Installation", "", "default");
    private static final String CALICO = "calico";
    private static final String USE_DEFAULT = "UseDefault";

    private OperatorFollows() {}

    /** Waits; how the step fails, empty where it follows. */
    static Optional<StepOutcome> failure(StepContext context, Duration limit) {
        boolean follows = context.rollouts()
                .await(
                        () -> "the operator has not taken up what " + INSTALLATION.object() + " says: " + said(context),
                        Kinds.OPERATOR,
                        "TigeraStatus",
                        "",
                        () -> isSo(context),
                        limit);
        return follows
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        INSTALLATION.object() + " is changed, and the operator has not taken it up within "
                                + limit.toMinutes() + " minutes: " + said(context)
                                + ". See kubectl get tigerastatus, put right what it says, then retry",
                        List.of(said(context))));
    }

    private static boolean isSo(StepContext context) {
        Optional<ObjectNode> installation = context.cluster().find(INSTALLATION);
        if (installation.isEmpty()) {
            return true;
        }
        long newest = installation.get().at("/metadata/generation").asLong();
        boolean seen = status(context)
                .filter(calico -> !calico.degraded())
                .filter(calico -> calico.observedGeneration() == 0 || calico.observedGeneration() >= newest)
                .isPresent();
        return seen
                && Installed.workloads(context.cluster(), "DaemonSet", Part.NODE).stream()
                        .filter(Part::isOfOperator)
                        .flatMap(set -> Containers.of(set).stream())
                        .allMatch(container -> isFrom(installation.get().path("spec"), container));
    }

    private static boolean isFrom(JsonNode spec, JsonNode container) {
        ImageReference image = ImageReference.parse(Json.text(container, "image"));
        String registry = value(spec, "registry");
        if (registry.isEmpty()) {
            return CalicoImages.isPublished(image);
        }
        String plain = registry.endsWith("/") ? registry.substring(0, registry.length() - 1) : registry;
        return new ImageSource(plain, value(spec, "imagePath"), value(spec, "imagePrefix"))
                .of(Json.text(container, "name"), image)
                .map(image::equals)
                .orElse(true);
    }

    private static String value(JsonNode spec, String field) {
        String value = Json.text(spec, field);
        return value.equals(USE_DEFAULT) ? "" : value;
    }

    private static Optional<ComponentStatus> status(StepContext context) {
        return OperatorObserver.components(context.cluster().list(Kinds.OPERATOR, "TigeraStatus")).stream()
                .filter(status -> status.name().equals(CALICO))
                .findFirst();
    }

    private static String said(StepContext context) {
        return status(context)
                .map(calico -> "TigeraStatus calico is of generation " + calico.observedGeneration()
                        + (calico.degraded() ? ", degraded" : "")
                        + (calico.message().isEmpty() ? "" : ", " + calico.message()))
                .orElse("there is no TigeraStatus calico");
    }
}
