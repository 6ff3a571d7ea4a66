package io.calicofleet.model.owner;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Something on an object that tells who keeps it.
 *
 * @param words what it is, for the table of owners
 * @param reading how it reads an object: what was seen, in words; empty where the object does not carry it
 */
public record Mark(String words, BiFunction<JsonNode, Surroundings, Optional<String>> reading) {

    private static final int LONGEST_VALUE = 80;
    private static final String OBJECT_SET = "objectset.rio.cattle.io/";
    private static final String ADDON = "k3s.cattle.io/v1, Kind=Addon";
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String INSTANCE = "app.kubernetes.io/instance";

    public Mark {
        requireNonNull(words, "words");
        requireNonNull(reading, "reading");
    }

    /** What of the mark the object carries, in words. */
    Optional<String> on(JsonNode object, Surroundings around) {
        return reading.apply(object, around);
    }

    /** A label of that name, whatever its value. */
    static Mark label(String key) {
        return new Mark("label `" + key + "`", (object, around) -> value(object, "label", key));
    }

    /** A label of that name and value. */
    static Mark label(String key, String value) {
        return new Mark(
                "label `" + key + ": " + value + "`",
                (object, around) -> value(object, "label", key).filter(seen -> seen.endsWith(": " + value)));
    }

    /** An annotation of that name, whatever its value. */
    static Mark annotation(String key) {
        return new Mark("annotation `" + key + "`", (object, around) -> value(object, "annotation", key));
    }

    /** An annotation of that name whose value matches. */
    static Mark annotation(String key, String pattern) {
        Pattern known = Pattern.compile(pattern);
        return new Mark(
                "annotation `" + key + ": " + shown(pattern) + "`",
                (object, around) -> known.matcher(annotation(object, key)).matches()
                        ? value(object, "annotation", key)
                        : Optional.empty());
    }

    /** A label or an annotation of that name. */
    static Mark key(String key) {
        return new Mark(
                "label or annotation `" + key + "`",
                (object, around) -> value(object, "label", key).or(() -> value(object, "annotation", key)));
    }

    /** A label or an annotation whose name begins so. */
    static Mark keys(String prefix) {
        return new Mark(
                "labels or annotations `" + prefix + "*`",
                (object, around) ->
                        startingWith(object, "label", prefix).or(() -> startingWith(object, "annotation", prefix)));
    }

    /** An Argo CD application's name in the label that Argo CD tracks by where nothing else is said (before its v3.0). */
    static Mark argoInstance() {
        return new Mark(
                "label `" + INSTANCE + "` where `argoproj.io/v1alpha1 Application` is served and neither Helm nor the"
                        + " operator says that it manages the object",
                (object, around) -> around.servedKinds().contains("argoproj.io/v1alpha1 Application")
                                && Json.text(object.at("/metadata/labels"), MANAGED_BY)
                                        .isEmpty()
                        ? value(object, "label", INSTANCE)
                        : Optional.empty());
    }

    /** A write by a field manager whose name matches, to anything but the status. */
    static Mark manager(String... patterns) {
        List<Pattern> known = Arrays.stream(patterns).map(Pattern::compile).toList();
        return new Mark(
                "field manager `" + shown(String.join("`, `", patterns)) + "`",
                (object, around) -> Json.elements(object.at("/metadata/managedFields"))
                        .filter(entry -> !Json.text(entry, "subresource").equals("status"))
                        .filter(entry -> known.stream()
                                .anyMatch(pattern -> pattern.matcher(Json.text(entry, "manager"))
                                        .matches()))
                        .map(entry -> "field manager " + Json.text(entry, "manager"))
                        .findFirst());
    }

    /** An addon of k3s and RKE2: the files in the server's folder of manifests. */
    static Mark k3sAddon() {
        return new Mark(
                "annotation `" + OBJECT_SET + "owner-gvk: " + ADDON + "`",
                (object, around) -> isAddon(object)
                        ? Optional.of("addon " + annotation(object, OBJECT_SET + "owner-name") + " of k3s")
                        : Optional.empty());
    }

    /** What Rancher applies otherwise. */
    static Mark rancherSet() {
        return new Mark(
                "labels or annotations `" + OBJECT_SET + "*` of anything but an addon of k3s",
                (object, around) -> isAddon(object)
                        ? Optional.empty()
                        : startingWith(object, "annotation", OBJECT_SET + "id")
                                .or(() -> startingWith(object, "annotation", OBJECT_SET))
                                .or(() -> startingWith(object, "label", OBJECT_SET)));
    }

    /** A release of Helm that is not the one our own route upgrades. */
    static Mark helmRelease() {
        return new Mark(
                "label `" + MANAGED_BY + ": Helm` with annotation `meta.helm.sh/release-name`, of another release than"
                        + " that of the operator's chart",
                (object, around) -> release(object)
                        .filter(release -> !release.equals(around.ownRelease()))
                        .map(release -> "Helm release " + release));
    }

    /** A release of Helm that a HelmChart asks for, ours too: its controller runs Helm again. */
    static Mark helmChart() {
        return new Mark(
                "a release of Helm that a `helm.cattle.io` HelmChart is called after",
                (object, around) -> release(object)
                        .map(release -> release.substring(release.indexOf('/') + 1))
                        .filter(around.helmCharts()::contains)
                        .map(name -> "HelmChart " + name));
    }

    /** An object of one of these kinds whose name matches. */
    static Mark named(String words, Set<String> kinds, String pattern) {
        Pattern name = Pattern.compile(pattern);
        return new Mark(words, (object, around) -> {
            String called = object.at("/metadata/name").asText();
            String kind = object.path("kind").asText();
            return kinds.contains(kind) && name.matcher(called).matches()
                    ? Optional.of(kind + " " + called)
                    : Optional.empty();
        });
    }

    /** What calico-node was told of the cluster it is in. */
    static Mark clusterType(String part) {
        return new Mark(
                "`" + part + "` in the CLUSTER_TYPE of calico-node or the clusterType of ClusterInformation",
                (object, around) -> object.path("kind").asText().equals("DaemonSet")
                                && around.clusterTypes().stream().anyMatch(type -> type.contains(part))
                        ? Optional.of("cluster type " + part)
                        : Optional.empty());
    }

    /** A folder of the nodes below this one, in the pods of a workload. */
    static Mark hostPath(String folder) {
        return new Mark(
                "a folder of the nodes below `" + folder + "` in the pods of a workload",
                (object, around) -> Json.elements(object.at("/spec/template/spec/volumes"))
                        .map(volume -> Json.text(volume.get("hostPath"), "path"))
                        .filter(path -> path.startsWith(folder))
                        .map(path -> "hostPath " + path)
                        .findFirst());
    }

    /** A resource that owns the object and is of no API of Kubernetes, Calico or its operator: its controller made the object. */
    static Mark ownedByAnother() {
        return new Mark(
                "an owner reference to a resource of another API than those of Kubernetes, Calico and its operator",
                (object, around) -> Json.elements(object.at("/metadata/ownerReferences"))
                        .filter(owner -> {
                            String group = Json.text(owner, "apiVersion").split("/", 2)[0];
                            return group.contains(".")
                                    && !group.endsWith(".k8s.io")
                                    && !group.endsWith("projectcalico.org")
                                    && !group.equals("operator.tigera.io");
                        })
                        .map(owner -> "owned by " + Json.text(owner, "kind") + " " + Json.text(owner, "name"))
                        .findFirst());
    }

    /** The same, but not on objects that say it is not to be kept, or by whom else. */
    Mark unless(String annotation, String pattern) {
        Pattern known = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
        return new Mark(
                words + ", unless annotated `" + annotation + ": " + shown(pattern) + "`",
                (object, around) ->
                        known.matcher(annotation(object, annotation)).matches()
                                ? Optional.empty()
                                : on(object, around));
    }

    private static String shown(String pattern) {
        return pattern.replace(".*", "*");
    }

    private static boolean isAddon(JsonNode object) {
        return annotation(object, OBJECT_SET + "owner-gvk").equals(ADDON);
    }

    private static Optional<String> release(JsonNode object) {
        String name = annotation(object, "meta.helm.sh/release-name");
        return name.isEmpty()
                        || !Json.text(object.at("/metadata/labels"), MANAGED_BY).equals("Helm")
                ? Optional.empty()
                : Optional.of(annotation(object, "meta.helm.sh/release-namespace") + "/" + name);
    }

    private static String annotation(JsonNode object, String key) {
        return Json.text(object.at("/metadata/annotations"), key);
    }

    private static Optional<String> startingWith(JsonNode object, String where, String prefix) {
        return Json.names(Json.get(object.get("metadata"), where + "s")).stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .findFirst()
                .flatMap(name -> value(object, where, name));
    }

    /** What a label or an annotation says; a tracking id is of one object, so of it only whose it is. */
    private static Optional<String> value(JsonNode object, String where, String key) {
        JsonNode found = Json.get(Json.get(object.get("metadata"), where + "s"), key);
        if (found == null) {
            return Optional.empty();
        }
        String text = key.endsWith("/tracking-id") ? found.asText().split(":", 2)[0] : found.asText();
        return Optional.of(where + " " + key + (text.isEmpty() || text.length() > LONGEST_VALUE ? "" : ": " + text));
    }
}
