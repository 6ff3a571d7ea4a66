package io.calicofleet.executor.core.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A sidecar injector of Istio: a ConfigMap, whose {@code data.config} says what is put into pods, and the istiod
 * that does it. With revisions of Istio there are several.
 *
 * @param configMap the ConfigMap
 */
public record Injector(ObjectNode configMap) {

    /** Where Istio is. */
    public static final String NAMESPACE = "istio-system";

    private static final String NAME = "istio-sidecar-injector";
    private static final String REVISION = "istio.io/rev";
    private static final String DEFAULT = "default";
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)(\\.\\d+)?(?:[-+].*)?");
    private static final Pattern IMAGE =
            Pattern.compile("(?<key>\\bimage:\\s*[\"']?)(?<image>[^\\s\"'{}]*dikastes[:@][^\\s\"'{}]+)");
    private static final Set<String> PUBLISHED =
            Set.of("docker.io/calico/dikastes", "quay.io/calico/dikastes", "gcr.io/projectcalico-org/dikastes");
    private static final List<String> VERSION_LABELS =
            List.of("operator.istio.io/version", "app.kubernetes.io/version");

    /** The injectors among ConfigMaps. */
    public static List<Injector> among(Collection<ObjectNode> configMaps) {
        return configMaps.stream()
                .filter(map -> name(map).equals(NAME) || name(map).startsWith(NAME + "-"))
                .map(Injector::new)
                .toList();
    }

    /** Its name. */
    public String name() {
        return name(configMap);
    }

    /** What it puts into pods. */
    public String config() {
        return Json.text(configMap.get("data"), "config");
    }

    /** Whether it puts a Dikastes into pods. One that does not is another Istio's, which has nothing to do with Calico. */
    public boolean injectsDikastes() {
        return config().contains("dikastes");
    }

    /** A copy with another config. */
    public ObjectNode with(String config) {
        ObjectNode copy = configMap.deepCopy();
        Json.child(copy, "data").put("config", config);
        return copy;
    }

    /**
     * The version of the Istio it belongs to, such as 1.10.3: by the image of its istiod, else by its labels.
     *
     * @param deployments those of {@link #NAMESPACE}
     */
    public Optional<String> istio(Collection<? extends JsonNode> deployments) {
        return deployments.stream()
                .filter(deployment -> Stream.of("istiod", NAME, "istio-pilot")
                        .anyMatch(name -> name(deployment).equals(name)
                                || name(deployment).startsWith(name + "-")))
                .filter(deployment -> revision(deployment).equals(revision(configMap)))
                .flatMap(deployment -> Stream.concat(
                        Json.elements(deployment.at("/spec/template/spec/containers"))
                                .map(container -> ImageReference.parse(Json.text(container, "image"))
                                        .tag()),
                        VERSION_LABELS.stream().map(label -> Json.text(deployment.at("/metadata/labels"), label))))
                .map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(version ->
                        version.group(1) + "." + version.group(2) + (version.group(3) == null ? "" : version.group(3)))
                .findFirst();
    }

    /** The files of a release of Calico for a version of Istio, likeliest first: named by minor from 1.6 on. */
    public static List<String> files(String istio) {
        Matcher version = VERSION.matcher(istio);
        if (!version.matches()) {
            return List.of();
        }
        String minor = version.group(1) + "." + version.group(2);
        boolean byMinor = Integer.parseInt(version.group(1)) > 1 || Integer.parseInt(version.group(2)) >= 6;
        return (byMinor ? Stream.of(minor, istio) : Stream.of(istio, minor))
                .distinct()
                .map(name -> "alp/istio-inject-configmap-" + name + ".yaml")
                .toList();
    }

    /** The config in such a file: a patch that has nothing but {@code data.config}, or, up to v3.11, a whole ConfigMap. */
    public static Optional<String> released(ManifestDocuments file) {
        return file.objects().values().stream()
                .map(document -> Json.text(document.get("data"), "config"))
                .filter(config -> !config.isEmpty())
                .findFirst();
    }

    /** What it is to inject: the released config, its Dikastes from where this one has it where that is no home of Calico's. */
    public String wanted(String released) {
        Matcher present = IMAGE.matcher(config());
        if (!present.find()) {
            return released;
        }
        ImageReference kept = ImageReference.parse(present.group("image"));
        if (PUBLISHED.contains(kept.fullLocation())) {
            return released;
        }
        return IMAGE.matcher(released)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) + ImageReference.parse(match.group(2)).at(kept.location())));
    }

    private static String revision(JsonNode object) {
        String revision = Json.text(object.at("/metadata/labels"), REVISION);
        if (!revision.isEmpty()) {
            return revision;
        }
        String name = name(object);
        return Stream.of(NAME + "-", "istiod-", "istio-pilot-")
                .filter(name::startsWith)
                .map(prefix -> name.substring(prefix.length()))
                .findFirst()
                .orElse(DEFAULT);
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    /** Without its content. */
    @Override
    public String toString() {
        return NAMESPACE + "/" + name();
    }
}
