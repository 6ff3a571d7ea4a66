package io.calicofleet.executor.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The images of Calico, and of its operator, in objects of a cluster: what its workloads ask for. */
final class InstalledImages {

    private static final String OPERATOR = "/operator";

    private record Running(ObjectKey object, String container, ImageReference image) {}

    private final List<Running> running;

    private InstalledImages(List<Running> running) {
        this.running = running;
    }

    static InstalledImages of(Map<ObjectKey, ObjectNode> objects) {
        List<Running> running = new ArrayList<>();
        objects.forEach((key, object) -> containers(object)
                .filter(InstalledImages::isCalicos)
                .forEach(container -> running.add(new Running(
                        key, Json.text(container, "name"), ImageReference.parse(Json.text(container, "image"))))));
        return new InstalledImages(running);
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** The releases they name, in Calico's numbering or the operator's; of a build the one it was built from. */
    Set<String> versions() {
        return running.stream()
                .flatMap(container -> CalicoVersion.tryParse(container.image().tag()).stream())
                .map(version -> CalicoImages.builtFrom(version).toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All of them, for people. */
    List<String> all() {
        return running.stream()
                .map(container -> container.image().toString())
                .distinct()
                .toList();
    }

    /** Whether one says another version than the file. */
    boolean contradict(Placed file) {
        return running.stream()
                .filter(container -> isVersion(container.image().tag()))
                .anyMatch(container -> said(file, container)
                        .filter(image -> !same(container.image(), image))
                        .isPresent());
    }

    /**
     * Whether one says the version of the file, and none another. A release that was published with images of two versions is proven by
     * a cluster that runs both of them, each in its place.
     */
    boolean prove(Placed file) {
        return running.stream()
                        .anyMatch(container -> said(file, container)
                                .filter(image -> same(container.image(), image))
                                .isPresent())
                && !contradict(file)
                && (file.file().versions().size() <= 1 || isOf(file.file().versions()));
    }

    private boolean isOf(Set<CalicoVersion> published) {
        return versions()
                .equals(published.stream().map(CalicoVersion::toString).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Optional<ImageReference> said(Placed file, Running container) {
        return file.documents().find(container.object()).stream()
                .flatMap(InstalledImages::containers)
                .filter(other -> Json.text(other, "name").equals(container.container()))
                .map(other -> ImageReference.parse(Json.text(other, "image")))
                .findFirst();
    }

    /** Whether both are of one version; a tag may name a build of it. */
    private static boolean same(ImageReference mine, ImageReference released) {
        return (mine.tag().equals(released.tag()) && isVersion(mine.tag()))
                || CalicoVersion.tryParse(released.tag())
                        .filter(version -> CalicoVersion.tryParse(mine.tag())
                                .map(CalicoImages::builtFrom)
                                .filter(version::equals)
                                .isPresent())
                        .isPresent();
    }

    private static boolean isVersion(String tag) {
        return CalicoVersion.tryParse(tag).isPresent();
    }

    private static boolean isCalicos(JsonNode container) {
        String image = Json.text(container, "image");
        String location = ImageReference.parse(image).fullLocation();
        return CalicoImages.isCalico(Json.text(container, "name"), image)
                || location.endsWith("/ctl")
                || (location.endsWith(OPERATOR) && Json.text(container, "name").equals("tigera-operator"));
    }

    private static Stream<JsonNode> containers(JsonNode object) {
        JsonNode spec = object.path("spec");
        JsonNode pod = Json.text(object, "kind").equals("Pod")
                ? spec
                : spec.path("template").path("spec");
        return Stream.concat(Json.elements(pod.get("initContainers")), Json.elements(pod.get("containers")));
    }
}
