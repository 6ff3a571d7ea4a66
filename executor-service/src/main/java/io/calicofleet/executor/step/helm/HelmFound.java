package io.calicofleet.executor.step.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.release.ReleaseTrait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The Helm release that installs Calico.
 *
 * @param name its name
 * @param from the namespace it is in
 * @param to the namespace the chart of the target belongs in: another where the chart has moved (v3.23)
 * @param source its revisions in {@code from}
 * @param destination its revisions in {@code to}; the same where it does not move
 */
public record HelmFound(String name, String from, String to, HelmHistory source, HelmHistory destination) {

    /** Where charts from v3.23 on belong; those before hold this name in their templates. */
    static final String NAMESPACE = "tigera-operator";

    static final ResourceRef INSTALLATION = new ResourceRef("operator.tigera.io/v1", "Installation", "", "default");
    static final String RELEASE_NAME = "meta.helm.sh/release-name";
    static final String RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";

    public HelmFound {
        requireNonNull(name, "name");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
    }

    boolean moves() {
        return !from.equals(to);
    }

    /** The revision that counts, of before the upgrade. */
    HelmRelease current() {
        return source.current().or(destination::current).orElseThrow();
    }

    /**
     * Looks for it.
     *
     * @param target the release to go to; empty to tell where it is, whatever comes
     * @throws ClusterException where there is none of the chart tigera-operator
     */
    static HelmFound in(ClusterApi cluster, Optional<CalicoVersion> target) {
        ObjectNode owned = cluster.find(INSTALLATION)
                .filter(HelmFound::isOwned)
                .or(() -> Installed.operator(cluster).filter(HelmFound::isOwned))
                .orElseThrow(() -> none("no object of the operator carries the marks of a Helm release"));
        String name = annotation(owned, RELEASE_NAME);
        String owner = annotation(owned, RELEASE_NAMESPACE);
        List<ObjectNode> secrets = cluster.list(Kinds.CORE, "Secret", "", "owner=helm,name=" + name);
        TreeSet<String> namespaces = new TreeSet<>();
        TreeSet<String> others = new TreeSet<>();
        for (ObjectNode secret : secrets) {
            HelmRelease.of(secret).ifPresent(release -> {
                if (release.chart().equals(HelmChart.TIGERA_OPERATOR)) {
                    namespaces.add(release.namespace());
                } else if (release.namespace().equals(owner)) {
                    others.add(release.chart());
                }
            });
        }
        if (namespaces.isEmpty()) {
            throw none(missing(owner + "/" + name, others));
        }
        String from = namespaces.contains(owner) ? owner : namespaces.first();
        String to = from;
        if (target.filter(ReleaseTrait.HELM_RELEASE_IN_TIGERA_OPERATOR::isIn).isPresent()) {
            Optional<String> old = namespaces.stream()
                    .filter(namespace -> !namespace.equals(NAMESPACE))
                    .filter(namespace -> isOld(HelmHistory.of(secrets, namespace, name)))
                    .findFirst();
            from = old.orElse(from);
            to = old.isPresent() ? NAMESPACE : from;
        }
        HelmHistory source = HelmHistory.of(secrets, from, name);
        HelmHistory destination = HelmHistory.of(secrets, to, name);
        if (source.current().or(destination::current).isEmpty()) {
            throw none("no revision of the release " + from + "/" + name + " was ever deployed ("
                    + source.revisions().stream()
                            .map(revision -> revision.revision() + " is " + revision.status())
                            .collect(Collectors.joining(", "))
                    + "): bring it up by helm upgrade --install with the chart and the values of what runs,"
                    + " then retry");
        }
        return new HelmFound(name, from, to, source, destination);
    }

    private static String missing(String release, Set<String> others) {
        return others.isEmpty()
                ? "there is no Secret of the release " + release
                        + ": its revisions are kept elsewhere (HELM_DRIVER), or they are gone. Upgrade it by Helm and"
                        + " skip this cluster; or, where Helm is to keep it no more, take the label"
                        + " app.kubernetes.io/managed-by and the"
                        + " annotations"
                        + " " + RELEASE_NAME + " and " + RELEASE_NAMESPACE
                        + " off its objects, then retry: it counts as installed by the operator's manifest then"
                : "the release " + release + " is of the chart " + String.join(", ", others)
                        + ", and only those of the chart " + HelmChart.TIGERA_OPERATOR
                        + " itself are upgraded: bring it to the target by its own chart, and skip this cluster";
    }

    private static boolean isOld(HelmHistory history) {
        return history.current()
                .flatMap(release -> CalicoVersion.tryParse(release.chartVersion()))
                .filter(version -> !ReleaseTrait.HELM_RELEASE_IN_TIGERA_OPERATOR.isIn(version))
                .isPresent();
    }

    /** The objects a release is made of, in the form its chart has them. */
    static List<ResourceRef> objects(String manifest) {
        List<ResourceRef> refs = new ArrayList<>();
        for (JsonNode object : documents(manifest)) {
            if (object.isObject() && !object.isEmpty()) {
                refs.add(ResourceRef.of((ObjectNode) object));
            }
        }
        return refs;
    }

    /**
     * The documents of what a release is made of.
     *
     * @throws ClusterException where it is no YAML
     */
    public static List<JsonNode> documents(String manifest) {
        try {
            return Yaml.read(manifest);
        } catch (IOException e) {
            throw new ClusterException(Problem.UNEXPECTED, "the manifest of the Helm release is no YAML", null);
        }
    }

    /** Whether an object belongs to that release in that namespace. */
    static boolean isOwned(JsonNode object, String namespace, String name) {
        return annotation(object, RELEASE_NAME).equals(name)
                && annotation(object, RELEASE_NAMESPACE).equals(namespace);
    }

    /** The Secret of a revision. */
    public static ResourceRef secret(String namespace, String name, int revision) {
        return new ResourceRef(Kinds.CORE, "Secret", namespace, "sh.helm.release.v1." + name + ".v" + revision);
    }

    private static boolean isOwned(JsonNode object) {
        return !annotation(object, RELEASE_NAME).isEmpty();
    }

    private static String annotation(JsonNode object, String name) {
        return object.path("metadata").path("annotations").path(name).asText();
    }

    private static ClusterException none(String why) {
        return new ClusterException(Problem.UNEXPECTED, why, null);
    }
}
