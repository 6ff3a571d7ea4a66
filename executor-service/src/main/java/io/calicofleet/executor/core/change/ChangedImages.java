package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageSource;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What of a change is about workloads, and the Installation an operator makes them from: the images of each container, those that run first too, and the
 * replicas of Typha. In the order to write them in: what shows whether images can be had from there before what the nodes need, calico-node last.
 */
final class ChangedImages {

    static final String REPLICAS = "replicas";
    static final String PULL_SECRETS = "imagePullSecrets";
    static final String INSTALLATION = "Installation";
    private static final String POD = "template.spec.";
    private static final List<String> LISTS = List.of("initContainers", "containers");

    private ChangedImages() {}

    /** Where the images of a change are. */
    static ImageSource source(RegistryChange registry) {
        return new ImageSource(registry.registry(), orEmpty(registry.imagePath()), orEmpty(registry.imagePrefix()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The resources of a change; those of which nothing is named are left out. */
    static List<ChangedResource> of(ChangeSpec change, Collection<? extends JsonNode> objects) {
        return objects.stream()
                .filter(object -> rank(object) >= 0)
                .sorted(Comparator.<JsonNode>comparingInt(ChangedImages::rank)
                        .thenComparing((JsonNode object) -> ChangedResource.named(object)))
                .map(object -> new ChangedResource(
                        Json.text(object, "kind"),
                        Json.text(object.path("metadata"), "namespace"),
                        ChangedResource.named(object),
                        fields(change, object)))
                .filter(resource -> !resource.fields().isEmpty())
                .toList();
    }

    /** Which containers run an image of a release under a name that does not say which; a sentence each without its full stop. */
    static List<String> problems(ChangeSpec change, Collection<? extends JsonNode> objects) {
        RegistryChange registry = change.registry();
        if (registry == null) {
            return List.of();
        }
        ImageSource source = source(registry);
        List<String> problems = new ArrayList<>();
        for (JsonNode workload : objects) {
            if (rank(workload) < 0 || Part.isOfOperator(workload) || !isCalicos(workload)) {
                continue;
            }
            for (JsonNode container : Containers.of(workload)) {
                String name = Json.text(container, "name");
                ImageReference image = ImageReference.parse(Json.text(container, "image"));
                boolean ofRelease = CalicoImages.isCalico(name, image.toString())
                        || image.lastWord().equals("flannel");
                if (ofRelease && source.of(name, image).isEmpty()) {
                    problems.add("Where " + registry.registry() + " has the image of container " + name + " of "
                            + ObjectKey.of(workload).object() + " is not told by its name, " + image + ": "
                            + (image.lastWord().equals("flannel")
                                    ? "say imagePath, the folder all images are in then"
                                    : "have it under a name of the release first, such as calico/node"));
                }
            }
        }
        return problems;
    }

    private static int rank(JsonNode object) {
        Optional<Part> part = Part.of(object);
        return switch (Json.text(object, "kind")) {
            case "Deployment" ->
                Part.isOperator(object) ? 0 : part.filter(Part.TYPHA::equals).isPresent() ? 3 : 2;
            case INSTALLATION -> Json.text(object, "apiVersion").startsWith("operator.tigera.io/") ? 1 : -1;
            case "DaemonSet" -> part.filter(Part.NODE::equals).isPresent() ? 5 : 4;
            default -> -1;
        };
    }

    private static List<FieldSetting> fields(ChangeSpec change, JsonNode object) {
        List<FieldSetting> fields = new ArrayList<>();
        TyphaChange typha = change.typha();
        RegistryChange registry = change.registry();
        if (typha != null && Part.of(object).filter(Part.TYPHA::equals).isPresent()) {
            fields.add(new FieldSetting(REPLICAS, String.valueOf(typha.replicas())));
        }
        if (registry != null && Json.text(object, "kind").equals(INSTALLATION)) {
            if (ChangedResource.named(object).equals(ChangedResource.DEFAULT)) {
                fields.addAll(ofInstallation(registry, object.path("spec")));
            }
        } else if (registry != null && !Part.isOfOperator(object) && isCalicos(object)) {
            fields.addAll(ofWorkload(registry, object));
        }
        return fields;
    }

    /** Whether a workload runs what a release brings; people have containers of their own in others. */
    private static boolean isCalicos(JsonNode workload) {
        return Part.isOperator(workload)
                || Part.of(workload).isPresent()
                || Containers.of(workload).stream()
                        .anyMatch(container ->
                                CalicoImages.isCalico(Json.text(container, "name"), Json.text(container, "image")));
    }

    /** The operator writes a slash behind a registry that has none, which is no change of others then. */
    private static List<FieldSetting> ofInstallation(RegistryChange registry, JsonNode spec) {
        List<FieldSetting> fields = new ArrayList<>();
        fields.add(new FieldSetting(
                "registry", Json.NODES.textNode(registry.registry() + "/").toString()));
        fields.add(new FieldSetting("imagePath", text(registry.imagePath())));
        fields.add(new FieldSetting("imagePrefix", text(registry.imagePrefix())));
        fields.addAll(secrets(registry, spec.get(PULL_SECRETS), PULL_SECRETS));
        return fields;
    }

    private static @Nullable String text(@Nullable String value) {
        return value == null ? null : Json.NODES.textNode(value).toString();
    }

    private static List<FieldSetting> ofWorkload(RegistryChange registry, JsonNode workload) {
        ImageSource source = source(registry);
        List<FieldSetting> fields = new ArrayList<>();
        JsonNode pod = Containers.pod(workload);
        for (String list : LISTS) {
            for (JsonNode container : Json.elements(pod.get(list)).toList()) {
                String name = Json.text(container, "name");
                source.of(name, ImageReference.parse(Json.text(container, "image")))
                        .ifPresent(image -> fields.add(new FieldSetting(
                                POD + list + "[" + name + "].image",
                                Json.NODES.textNode(image.toString()).toString())));
            }
        }
        if (!fields.isEmpty()) {
            fields.addAll(secrets(registry, pod.get(PULL_SECRETS), POD + PULL_SECRETS));
        }
        return fields;
    }

    /** Those that are there stay: what others run in the same pods may need them. */
    private static List<FieldSetting> secrets(RegistryChange registry, @Nullable JsonNode present, String field) {
        if (registry.imagePullSecrets().isEmpty()) {
            return List.of();
        }
        ArrayNode all = Json.NODES.arrayNode();
        Set<String> names = new TreeSet<>(registry.imagePullSecrets());
        Json.elements(present).forEach(secret -> {
            all.add(secret);
            names.remove(Json.text(secret, "name"));
        });
        names.forEach(name -> all.addObject().put("name", name));
        return List.of(new FieldSetting(field, all.toString()));
    }
}
