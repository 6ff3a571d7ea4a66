package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageSource;
import io.calicofleet.model.release.Containers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Those of where images come from, in a workload or in the Installation that an operator makes workloads from.
 *
 * <p>From tigera/operator at 40788b9b: what a reference is made of {@code pkg/components/references.go}; that pull secrets are looked for in the operator's
 * namespace, and copied from there, {@code pkg/controller/utils/utils.go}; that a second Installation, overlay, wins {@code
 * pkg/controller/installation/core_controller.go}. Which images a node has is in its status, 50 of them unless its kubelet is told otherwise.
 */
final class ImageFieldRules implements FieldRules {

    /** What a pull secret is, of Kubernetes 1.8 and before too. */
    private static final Set<String> OF_REGISTRIES =
            Set.of("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg");

    private static final String HELM = "meta.helm.sh/release-name";
    private static final List<String> PLACE = List.of("registry", "imagePath", "imagePrefix");

    private final ClusterSnapshot snapshot;
    private final CalicoNode node;
    private final RegistryChange registry;
    private final ImageSource source;
    private final JsonNode object;

    ImageFieldRules(ClusterSnapshot snapshot, CalicoNode node, ChangedResource resource, RegistryChange registry) {
        this.snapshot = snapshot;
        this.node = node;
        this.registry = registry;
        this.source = ChangedImages.source(registry);
        this.object =
                snapshot.all(resource.kind()).filter(resource::is).findFirst().orElseThrow();
    }

    /** What is known of a field here: images are texts, pull secrets a list. */
    static JsonNode schema(String field) {
        return Json.object().put("type", field.endsWith(ChangedImages.PULL_SECRETS) ? "array" : "string");
    }

    @Override
    public List<String> refusals(String field, @Nullable JsonNode value) {
        String namespace = isInstallation()
                ? operators()
                : object.at("/metadata/namespace").asText();
        return field.endsWith(ChangedImages.PULL_SECRETS)
                ? registry.imagePullSecrets().stream()
                        .flatMap(name -> lacks(namespace, name).stream())
                        .toList()
                : List.of();
    }

    private Optional<String> lacks(String namespace, String name) {
        Optional<JsonNode> secret = snapshot.all("Secret")
                .filter(each -> ChangedResource.named(each).equals(name)
                        && each.at("/metadata/namespace").asText().equals(namespace))
                .findFirst();
        if (secret.isEmpty()) {
            return Optional.of("There is no Secret " + namespace + "/" + name
                    + " to pull images with: create it there, or leave it out of imagePullSecrets");
        }
        String type = Json.text(secret.get(), "type");
        return OF_REGISTRIES.contains(type)
                ? Optional.empty()
                : Optional.of("Secret " + namespace + "/" + name + " is of type " + type
                        + ", with which no image is pulled: it has to be kubernetes.io/dockerconfigjson");
    }

    /** Where the operator is, which looks for pull secrets there. */
    private String operators() {
        return snapshot.all("Deployment")
                .filter(Part::isOperator)
                .map(each -> each.at("/metadata/namespace").asText())
                .findFirst()
                .orElse("tigera-operator");
    }

    /** Asked once, of what has the nodes pull. */
    @Override
    public Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
        boolean asks = isInstallation()
                ? PLACE.stream()
                        .filter(each -> !isSo(each))
                        .findFirst()
                        .filter(field::equals)
                        .isPresent()
                : object.equals(node.daemonSet())
                        && Part.nodeContainer(Containers.pod(object))
                                .filter(container ->
                                        field.endsWith("containers[" + Json.text(container, "name") + "].image"))
                                .isPresent();
        List<String> without = asks ? nodesWithout() : List.of();
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Whether nodes can pull from " + registry.registry()
                                + " is not seen from here, and these have not got all of the images already: "
                                + DataPlane.some(without)
                                + (isInstallation()
                                        ? ". A node that cannot pull has no calico-node until it is taken back, and the operator begins with no other then"
                                        : ". What runs beside calico-node comes from there first and is waited for; then the nodes roll as its updateStrategy"
                                                + " says, and canaryNodes has some go first. A node that cannot pull has no calico-node until it is taken back"));
    }

    private boolean isSo(String field) {
        String wanted = switch (field) {
            case "registry" -> source.registry() + "/";
            case "imagePath" -> source.imagePath();
            default -> source.imagePrefix();
        };
        return Json.text(object.path("spec"), field).equals(wanted);
    }

    /** The nodes of Linux that lack an image calico-node will have there. */
    private List<String> nodesWithout() {
        Set<String> wanted = Containers.of(node.daemonSet()).stream()
                .flatMap(container -> moved(container).stream())
                .map(ImageReference::canonical)
                .collect(Collectors.toCollection(TreeSet::new));
        return snapshot.all("Node")
                .filter(each -> Json.text(each, "apiVersion").equals("v1"))
                .filter(each ->
                        !each.at("/status/nodeInfo/operatingSystem").asText().equals("windows"))
                .filter(each -> !images(each).containsAll(wanted))
                .map(ChangedResource::named)
                .sorted()
                .toList();
    }

    private static Set<String> images(JsonNode node) {
        return Json.elements(node.at("/status/images"))
                .flatMap(image -> Json.elements(image.get("names")))
                .map(name -> ImageReference.parse(name.asText()).canonical())
                .collect(Collectors.toSet());
    }

    private Optional<ImageReference> moved(JsonNode container) {
        return source.of(Json.text(container, "name"), ImageReference.parse(Json.text(container, "image")));
    }

    @Override
    public List<String> notes(String field, @Nullable JsonNode value) {
        return value != null && value.asText().contains("@")
                ? List.of(
                        "it is by its digest, which the new registry has to have: images are to be copied as they are")
                : List.of();
    }

    @Override
    public List<String> together(Set<String> fields) {
        List<String> refusals = new ArrayList<>();
        String release = Json.text(object.at("/metadata/annotations"), HELM);
        if (!release.isEmpty()) {
            refusals.add("Helm's release " + release + " has " + said()
                    + ", and its next upgrade would write its own values back. Say it there: "
                    + (isInstallation() || Part.isOperator(object)
                            ? "helm upgrade with the values " + values() + ", and the version of the chart that runs"
                            : "helm upgrade with the values of its chart for images"));
        }
        if (isInstallation()) {
            snapshot.all(ChangedImages.INSTALLATION)
                    .filter(each -> !ChangedResource.named(each).equals(ChangedResource.DEFAULT))
                    .filter(each -> Stream.concat(PLACE.stream(), Stream.of(ChangedImages.PULL_SECRETS))
                            .anyMatch(each.path("spec")::has))
                    .map(ChangedResource::named)
                    .forEach(
                            name -> refusals.add(
                                    "Installation " + name
                                            + " says from where images come too, and the operator takes that before default: change or remove it there"));
        }
        return refusals;
    }

    private String values() {
        return "installation.registry=" + registry.registry() + "/"
                + (registry.imagePath() == null ? "" : ", installation.imagePath=" + registry.imagePath())
                + (registry.imagePrefix() == null ? "" : ", installation.imagePrefix=" + registry.imagePrefix())
                + (registry.imagePullSecrets().isEmpty()
                        ? ""
                        : ", installation.imagePullSecrets with " + String.join(", ", registry.imagePullSecrets()))
                + ", tigeraOperator.registry and tigeraOperator.image";
    }

    @Override
    public Optional<String> first(Set<String> fields) {
        if (isInstallation()) {
            return Optional.of(
                    "The operator has all nodes and everything else of Calico roll, as nodeUpdateStrategy of the Installation says");
        }
        List<String> others = containers()
                .filter(container -> moved(container).isEmpty())
                .map(container -> Json.text(container, "name") + " (" + Json.text(container, "image") + ")")
                .toList();
        return Optional.of("The pods of " + said() + " are made anew"
                + (others.isEmpty()
                        ? ""
                        : "; these of its containers are of nobody's release and stay as they are: "
                                + String.join(", ", others)));
    }

    private Stream<JsonNode> containers() {
        return Containers.of(object).stream();
    }

    private boolean isInstallation() {
        return Json.text(object, "kind").equals(ChangedImages.INSTALLATION);
    }

    private String said() {
        String namespace = object.at("/metadata/namespace").asText();
        return Json.text(object, "kind") + " " + (namespace.isEmpty() ? "" : namespace + "/")
                + ChangedResource.named(object);
    }

    /** A Secret of which nothing but its name and type is kept. */
    static ObjectNode withoutData(JsonNode secret) {
        ObjectNode kept =
                Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", Json.text(secret, "type"));
        Json.child(kept, "metadata")
                .put("namespace", secret.at("/metadata/namespace").asText())
                .put("name", ChangedResource.named(secret));
        return kept;
    }
}
