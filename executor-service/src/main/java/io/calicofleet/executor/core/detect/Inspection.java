package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.observe.Dikastes;
import io.calicofleet.executor.core.observe.NetworkFacts;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageVersions;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what an inspection found. Nothing is guessed: what was not read is absent or empty.
 *
 * <p>Calico's own resources are taken in the form of {@code projectcalico.org/v3} only, which the datastore in use gives:
 * what lies in {@code crd.projectcalico.org} on a cluster on etcd is stale.
 */
public final class Inspection {

    private static final String OPERATOR = "tigera-operator";

    private Inspection() {}

    /**
     * The facts of a cluster.
     *
     * @param snapshot what was read
     * @param installation what {@link InstallDetector} made of it
     * @param dryRun the merge with the target, nothing written; an empty plan where no manifest is at hand
     * @param target the target's manifest; EMPTY where it is not at hand
     * @param values the values people gave a Helm release; empty where there is none
     * @param owners who else keeps objects of the install
     */
    public static ClusterFacts facts(
            ClusterSnapshot snapshot,
            Installation installation,
            MergePlan dryRun,
            ManifestDocuments target,
            List<Customisation> values,
            List<OwnerFact> owners) {
        Optional<JsonNode> information = calico(snapshot, "ClusterInformation")
                .filter(object -> object.at("/metadata/name").asText().equals("default"))
                .findFirst();
        List<JsonNode> nodes = snapshot.all("Node")
                .filter(node -> Json.text(node, "apiVersion").equals("v1"))
                .toList();
        return new ClusterFacts(
                snapshot.kubernetesVersion(),
                installation.method(),
                installation.signals(),
                installation.datastore(),
                installation.oldestVersion(),
                information
                        .flatMap(object -> CalicoVersion.tryParse(
                                object.at("/spec/calicoVersion").asText()))
                        .orElse(null),
                information
                        .map(object -> Json.get(object.get("spec"), "datastoreReady"))
                        .map(JsonNode::asBoolean)
                        .orElse(null),
                nodes.size(),
                (int) nodes.stream().filter(node -> !isReady(node)).count(),
                calico(snapshot, "HostEndpoint")
                        .map(HostEndpoints::fact)
                        .sorted(Comparator.comparing(HostEndpointFact::name))
                        .toList(),
                calico(snapshot, "GlobalNetworkPolicy").anyMatch(TemporaryPolicy::isIt),
                hasApplicationLayerPolicy(snapshot),
                calicoctl(snapshot.objects()),
                Stream.concat(dryRun.customisations().stream(), values.stream()).toList(),
                dryRun.conflicts(),
                unserved(snapshot, target),
                snapshot.missingPermissions(),
                notes(snapshot, installation, dryRun, information),
                helmRelease(snapshot, installation).orElse(null),
                operatorVersion(snapshot),
                List.of(),
                Dikastes.observe(snapshot.all("Pod").toList()),
                OwnerReferences.ofCalico(snapshot.objects()),
                baseline(snapshot, nodes).orElse(null),
                Platform.facts(snapshot),
                null,
                owners,
                null,
                List.of(),
                List.of(),
                InstalledImages.of(snapshot.objects()),
                null);
    }

    /** The tag of the operator's image; null where there is no operator or no tag. */
    private static @Nullable String operatorVersion(ClusterSnapshot snapshot) {
        return snapshot.all("Deployment")
                .filter(Part::isOperator)
                .flatMap(deployment -> Json.elements(deployment.at("/spec/template/spec/containers")))
                .filter(container -> Json.text(container, "name").equals(OPERATOR))
                .map(container ->
                        ImageReference.parse(Json.text(container, "image")).tag())
                .filter(tag -> !tag.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** What an upgrade must not change; empty where there is no Calico. */
    private static Optional<NetworkBaseline> baseline(ClusterSnapshot snapshot, List<JsonNode> nodes) {
        return CalicoNode.find(snapshot)
                .map(found -> new NetworkBaseline(
                        NetworkFacts.addresses(nodes, calico(snapshot, "Node").toList()),
                        NetworkFacts.ipPools(calico(snapshot, "IPPool").toList()),
                        NetworkFacts.counts(
                                kind -> calico(snapshot, kind.kind()).toList()),
                        Stream.concat(snapshot.all("DaemonSet"), snapshot.all("Deployment"))
                                .filter(CalicoWorkloads::isOne)
                                .map(ClusterSnapshot::name)
                                .sorted()
                                .toList(),
                        Boolean.TRUE.equals(NetworkFacts.aggregatedApi(
                                snapshot.all("APIService").toList()))));
    }

    /** The newest revision of the release that installs Calico: that which objects name as their owner, else any. */
    private static Optional<HelmReleaseFact> helmRelease(ClusterSnapshot snapshot, Installation installation) {
        if (installation.method() != InstallMethod.HELM) {
            return Optional.empty();
        }
        return snapshot.all("Secret")
                .flatMap(secret -> HelmRelease.of(secret).stream())
                .filter(release -> release.chart().equals(HelmChart.TIGERA_OPERATOR))
                .max(Comparator.comparing((HelmRelease release) -> installation
                                .signals()
                                .contains("Helm release " + release.namespace() + "/" + release.name()))
                        .thenComparing(HelmRelease::revision))
                .map(release -> new HelmReleaseFact(
                        release.name(),
                        release.namespace(),
                        release.chart(),
                        release.chartVersion(),
                        release.revision()));
    }

    /** Where a calicoctl runs; a pod of a workload is told by the workload. */
    public static List<WorkloadImage> calicoctl(Iterable<? extends JsonNode> objects) {
        List<WorkloadImage> found = new ArrayList<>();
        for (JsonNode object : objects) {
            boolean pod = Json.text(object, "kind").equals("Pod");
            boolean owned = Json.elements(object.at("/metadata/ownerReferences"))
                    .findAny()
                    .isPresent();
            JsonNode spec = pod ? object.path("spec") : object.at("/spec/template/spec");
            if (pod && owned) {
                continue;
            }
            Json.elements(spec.get("containers"))
                    .filter(container -> CalicoImages.isCalicoctl(Json.text(container, "image")))
                    .map(container -> new WorkloadImage(
                            ClusterSnapshot.name(object), Json.text(container, "name"), Json.text(container, "image")))
                    .forEach(found::add);
        }
        found.sort(Comparator.comparing(WorkloadImage::object).thenComparing(WorkloadImage::container));
        return found;
    }

    /** Calico's own resources, which were read from wherever the cluster keeps them. */
    private static Stream<JsonNode> calico(ClusterSnapshot snapshot, String kind) {
        return snapshot.all(kind)
                .filter(object -> Json.text(object, "apiVersion").startsWith("projectcalico.org/"));
    }

    private static boolean isReady(JsonNode node) {
        return Json.elements(node.at("/status/conditions"))
                .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                        && Json.text(condition, "status").equals("True"));
    }

    /** Facts 6: Felix syncs policy to Dikastes, or a Dikastes runs. */
    public static boolean hasApplicationLayerPolicy(ClusterSnapshot snapshot) {
        boolean configured = calico(snapshot, "FelixConfiguration")
                .anyMatch(object ->
                        !object.at("/spec/policySyncPathPrefix").asText().isBlank());
        boolean byEnvironment = CalicoNode.find(snapshot)
                .filter(node -> !node.env("FELIX_POLICYSYNCPATHPREFIX").isBlank())
                .isPresent();
        return configured
                || byEnvironment
                || snapshot.all("Pod")
                        .flatMap(pod -> Stream.concat(
                                Json.elements(pod.at("/spec/containers")),
                                Json.elements(pod.at("/spec/initContainers"))))
                        .anyMatch(container -> Json.text(container, "name").equals("dikastes"));
    }

    /** Kinds of the target that discovery does not list; those the target defines itself will be there by then. */
    private static List<String> unserved(ClusterSnapshot snapshot, ManifestDocuments target) {
        if (snapshot.servedKinds().isEmpty()) {
            return List.of();
        }
        Set<String> defined = target.objects().values().stream()
                .filter(object -> Json.text(object, "kind").equals("CustomResourceDefinition"))
                .map(object -> object.at("/spec/group").asText() + " "
                        + object.at("/spec/names/kind").asText())
                .collect(Collectors.toSet());
        return target.objects().entrySet().stream()
                .filter(object -> !defined.contains(
                        object.getKey().group() + " " + object.getKey().kind()))
                .map(object -> Json.text(object.getValue(), "apiVersion") + " "
                        + object.getKey().kind())
                .filter(kind -> !snapshot.servedKinds().contains(kind))
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> notes(
            ClusterSnapshot snapshot, Installation installation, MergePlan dryRun, Optional<JsonNode> information) {
        List<String> notes = new ArrayList<>();
        List<CalicoVersion> versions =
                CalicoNode.find(snapshot).map(node -> node.versions(snapshot)).orElse(List.of());
        if (versions.size() > 1) {
            notes.add("calico-node is of more than one version: "
                    + versions.stream().map(CalicoVersion::toString).collect(Collectors.joining(", ")));
        }
        if (installation.method() != InstallMethod.NONE && versions.isEmpty()) {
            notes.add("no tag of an image of calico-node tells its version");
        }
        boolean stale = installation.datastore() == Datastore.ETCD
                && snapshot.all("CustomResourceDefinition")
                        .anyMatch(crd -> crd.at("/spec/group").asText().equals("crd.projectcalico.org"));
        if (stale) {
            notes.add("Calico keeps its resources in etcd; the definitions of crd.projectcalico.org are stale");
        }
        if (information
                .filter(object -> object.at("/spec/datastoreReady").isBoolean()
                        && !object.at("/spec/datastoreReady").asBoolean())
                .isPresent()) {
            notes.add("the datastore is locked");
        }
        notes.addAll(unversioned(snapshot));
        notes.addAll(RestartRisks.notes(snapshot));
        notes.addAll(dryRun.images());
        notes.addAll(dryRun.notes());
        return notes;
    }

    /** Images of Calico of which neither a tag nor an ImageSet tells what runs. */
    private static List<String> unversioned(ClusterSnapshot snapshot) {
        ImageVersions versions = snapshot.imageVersions();
        return Containers.images(Stream.concat(snapshot.all("DaemonSet"), snapshot.all("Deployment"))
                        .filter(CalicoWorkloads::isOne)
                        .toList())
                .stream()
                .filter(image -> CalicoImages.isCalico(image.container(), image.image())
                        && versions.of(image.image()).isEmpty())
                .map(image -> image.object() + " runs " + image.image() + " in " + image.container()
                        + ": that names no version, so what runs there cannot be told")
                .toList();
    }
}
