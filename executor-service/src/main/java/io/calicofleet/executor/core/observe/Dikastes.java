package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The sidecars of application layer policy: who runs which. */
public final class Dikastes {

    private static final String CONTAINER = "dikastes";
    private static final String HASH = "pod-template-hash";
    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    private Dikastes() {}

    /**
     * Who runs which Dikastes: the workload that makes the pods, or the pod where nothing does. Each once.
     *
     * @param pods pods of any namespace; those that are over or being deleted are left out
     */
    public static List<WorkloadImage> observe(Collection<? extends JsonNode> pods) {
        return pods.stream()
                .filter(Dikastes::stays)
                .flatMap(pod -> images(pod)
                        .map(image -> new WorkloadImage(
                                owner(pod).orElseGet(() -> ObjectKey.of(pod)).object(), CONTAINER, image)))
                .distinct()
                .sorted(Comparator.comparing(WorkloadImage::object).thenComparing(WorkloadImage::image))
                .toList();
    }

    /** Whether a pod that is to stay runs a Dikastes older than the target. */
    public static boolean runsOlder(JsonNode pod, CalicoVersion target) {
        return stays(pod) && images(pod).anyMatch(image -> isOlder(image, target));
    }

    /** Whether an image is older than the target; one whose tag tells no release is, for nothing shows that it is not. */
    public static boolean isOlder(String image, CalicoVersion target) {
        Optional<CalicoVersion> version = CalicoImages.version(image);
        return version.isEmpty() || version.get().compareTo(target) < 0;
    }

    /**
     * What makes a pod anew. A ReplicaSet of a Deployment stands for the Deployment: its name is the Deployment's with the
     * hash of the template, which its pods carry as a label.
     */
    public static Optional<ObjectKey> owner(JsonNode pod) {
        String namespace = pod.at("/metadata/namespace").asText();
        return Json.elements(pod.at("/metadata/ownerReferences"))
                .filter(owner -> owner.path("controller").asBoolean())
                .findFirst()
                .map(owner -> {
                    String hash = "-" + Json.text(pod.at("/metadata/labels"), HASH);
                    String kind = Json.text(owner, "kind");
                    String name = Json.text(owner, "name");
                    if (kind.equals("ReplicaSet") && hash.length() > 1 && name.endsWith(hash)) {
                        kind = "Deployment";
                        name = name.substring(0, name.length() - hash.length());
                    }
                    String apiVersion = Json.text(owner, "apiVersion");
                    int slash = apiVersion.indexOf('/');
                    return new ObjectKey(slash < 0 ? "" : apiVersion.substring(0, slash), kind, namespace, name);
                });
    }

    /** Since Istio runs sidecars as init containers that stay, a Dikastes can be one, too. */
    private static Stream<String> images(JsonNode pod) {
        return Stream.concat(Json.elements(pod.at("/spec/containers")), Json.elements(pod.at("/spec/initContainers")))
                .filter(container -> Json.text(container, "name").equals(CONTAINER))
                .map(container -> Json.text(container, "image"));
    }

    private static boolean stays(JsonNode pod) {
        return Json.get(pod.path("metadata"), "deletionTimestamp") == null
                && !OVER.contains(pod.at("/status/phase").asText());
    }
}
