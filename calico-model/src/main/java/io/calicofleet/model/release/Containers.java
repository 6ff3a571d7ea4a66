package io.calicofleet.model.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The containers that an object of Kubernetes runs. */
public final class Containers {

    private Containers() {}

    /** Those of a workload or a bare pod, those that run first before those that stay; none of any other object. */
    public static List<JsonNode> of(JsonNode object) {
        JsonNode pod = pod(object);
        return Stream.concat(Json.elements(pod.get("initContainers")), Json.elements(pod.get("containers")))
                .toList();
    }

    /** What all containers of these objects run. */
    public static List<WorkloadImage> images(Collection<? extends JsonNode> objects) {
        List<WorkloadImage> images = new ArrayList<>();
        for (JsonNode object : objects) {
            of(object).stream()
                    .filter(container -> !Json.text(container, "image").isEmpty())
                    .map(container -> new WorkloadImage(
                            ObjectKey.of(object).object(), Json.text(container, "name"), Json.text(container, "image")))
                    .forEach(images::add);
        }
        return images;
    }

    /** What a workload makes its pods of, or a bare pod's own spec; a missing node where there is none. */
    public static JsonNode pod(JsonNode object) {
        return Json.text(object, "kind").equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
    }
}
