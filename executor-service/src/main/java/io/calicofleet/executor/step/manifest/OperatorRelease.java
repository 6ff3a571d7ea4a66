package io.calicofleet.executor.step.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a release brings for installs by the operator: its manifest, and the definitions (CRDs), which are in it until
 * v3.29, in {@code operator-crds.yaml} from v3.30 on, and from v3.32 on in {@code v1_crd_projectcalico_org.yaml}, too. Where
 * Calico keeps its resources in definitions of projectcalico.org/v3, those of {@code v3_projectcalico_org.yaml} take their
 * place, since definitions of the other group, empty, would be taken for its datastore (tigera/operator, pkg/apis/version.go).
 *
 * @param natives whether the cluster has definitions of projectcalico.org
 * @param others whether it has those of crd.projectcalico.org, or neither
 */
public record OperatorRelease(boolean natives, boolean others) {

    /** For a cluster as nearly all are. */
    static final OperatorRelease USUAL = new OperatorRelease(false, true);

    public static final String FILE = "tigera-operator.yaml";
    static final ObjectKey INSTALLATIONS =
            new ObjectKey("apiextensions.k8s.io", Kinds.CRD, "", "installations.operator.tigera.io");
    private static final List<String> DEFINITIONS = List.of("operator-crds.yaml", "v1_crd_projectcalico_org.yaml");
    private static final List<String> NATIVE_DEFINITIONS = List.of("v3_projectcalico_org.yaml");
    private static final String INFORMATION = "clusterinformations.";

    /** By the definitions a cluster has; while it has both, as at the end of a migration, it gets both. */
    public static OperatorRelease of(ClusterApi cluster) {
        boolean natives = has(cluster, "projectcalico.org");
        return new OperatorRelease(natives, !natives || has(cluster, "crd.projectcalico.org"));
    }

    private static boolean has(ClusterApi cluster, String group) {
        return cluster.find(new ResourceRef("apiextensions.k8s.io/v1", Kinds.CRD, "", INFORMATION + group))
                .isPresent();
    }

    /** A file as released; that of the operator with its definitions. */
    Optional<ReleaseFile> read(ReleaseSource releases, CalicoVersion version, String file) {
        return file.equals(FILE) ? manifest(releases, version) : releases.manifest(version, file);
    }

    /**
     * The definitions and the operator; empty where the release has no operator or is not at hand.
     *
     * @throws ReleaseException where the operator is there and its definitions are not: it could not run
     */
    Optional<ReleaseFile> manifest(ReleaseSource releases, CalicoVersion version) {
        return releases.manifest(version, FILE).map(operator -> {
            Map<ObjectKey, ObjectNode> all = new LinkedHashMap<>();
            StringBuilder digest = new StringBuilder(operator.digest());
            for (ReleaseFile definitions : files(releases, version)) {
                all.putAll(whole(definitions.documents()).orElseThrow().objects());
                if (!definitions.equals(operator)) {
                    digest.append('+').append(definitions.digest());
                }
            }
            all.putAll(operator.documents().objects());
            return new ReleaseFile(version, FILE, new ManifestDocuments(all), digest.toString());
        });
    }

    /**
     * The definitions alone, as they are to be in place before an operator of that release runs, whoever installs it.
     *
     * @throws ReleaseException where there is no file that has them
     */
    public ManifestDocuments definitions(ReleaseSource releases, CalicoVersion version) {
        Map<ObjectKey, ObjectNode> all = new LinkedHashMap<>();
        files(releases, version)
                .forEach(
                        file -> all.putAll(whole(file.documents()).orElseThrow().objects()));
        return new ManifestDocuments(all);
    }

    private List<ReleaseFile> files(ReleaseSource releases, CalicoVersion version) {
        List<ReleaseFile> files = new ArrayList<>();
        if (others) {
            files.add(file(
                    releases,
                    version,
                    Stream.concat(Stream.of(FILE), DEFINITIONS.stream()).toList()));
        }
        if (natives) {
            files.add(file(releases, version, NATIVE_DEFINITIONS));
        }
        return files;
    }

    private static ReleaseFile file(ReleaseSource releases, CalicoVersion version, List<String> names) {
        return names.stream()
                .flatMap(file -> releases.manifest(version, file).stream())
                .filter(file -> whole(file.documents()).isPresent())
                .findFirst()
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "the definitions of " + version + " are not in " + String.join(" or ", names) + " of it: put "
                                + version + "/" + names.get(Math.min(1, names.size() - 1))
                                + " into the directory of releases",
                        null));
    }

    /** The definitions of a file; empty where those of the operator are not among them. */
    private static Optional<ManifestDocuments> whole(ManifestDocuments documents) {
        Map<ObjectKey, ObjectNode> definitions = new LinkedHashMap<>();
        documents.objects().forEach((key, object) -> {
            if (key.kind().equals(Kinds.CRD)) {
                definitions.put(key, object);
            }
        });
        return definitions.containsKey(INSTALLATIONS)
                ? Optional.of(new ManifestDocuments(definitions))
                : Optional.empty();
    }
}
