package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images that say which release of Calico is installed: of calico-node where manifests brought it, of the operator where there is one.
 * What an operator rolls out itself says nothing: it changes by itself, later.
 */
public final class InstalledImages {

    private static final String OPERATOR = "tigera-operator";

    private InstalledImages() {}

    /** Those of these objects, of which the DaemonSets and Deployments are looked at. */
    public static List<WorkloadImage> of(Collection<? extends JsonNode> objects) {
        List<WorkloadImage> images = new ArrayList<>();
        InstalledCalico.find(objects)
                .map(calico -> Stream.concat(Stream.of(calico.daemonSet()), calico.pools().stream()))
                .orElse(Stream.empty())
                .forEach(set -> Part.nodeContainer(set.at("/spec/template/spec"))
                        .ifPresent(container -> images.add(image(set, container))));
        objects.stream()
                .filter(object -> Json.text(object, "kind").equals("Deployment")
                        && object.at("/metadata/name").asText().equals(OPERATOR))
                .forEach(operator ->
                        container(operator, OPERATOR).ifPresent(container -> images.add(image(operator, container))));
        return List.copyOf(images);
    }

    /** The image a container of a workload's template has; empty where it has no such container. */
    public static Optional<String> now(JsonNode workload, String container) {
        return container(workload, container).map(found -> Json.text(found, "image"));
    }

    private static Optional<JsonNode> container(JsonNode workload, String name) {
        return Json.elements(workload.at("/spec/template/spec/containers"))
                .filter(container -> Json.text(container, "name").equals(name))
                .findFirst();
    }

    private static WorkloadImage image(JsonNode workload, JsonNode container) {
        return new WorkloadImage(
                ObjectKey.of(workload).object(), Json.text(container, "name"), Json.text(container, "image"));
    }
}
