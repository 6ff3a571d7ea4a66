package io.calicofleet.model.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which files Calico publishes with a release, for whom, and where. */
public final class ReleaseFiles {

    private static final List<String> OPERATOR = List.of(
            "tigera-operator.yaml", "operator-crds.yaml", "v1_crd_projectcalico_org.yaml", "custom-resources.yaml");
    private static final List<String> OTHERS = List.of(
            "calico-vxlan.yaml",
            "calico-bpf.yaml",
            "apiserver.yaml",
            "tigera-operator-ocp-upgrade.yaml",
            "v3_projectcalico_org.yaml",
            ReleaseChart.FILE);

    /** From which release on how many, the newest first. */
    private static final JsonNode DEFINITIONS = ReleaseTrait.data("/calico-definitions.json");

    private ReleaseFiles() {}

    /**
     * The files an install is made of, the one that runs calico-node or its operator first; some releases lack some. None
     * where there is nothing of Calico's own to upgrade it with.
     */
    public static List<String> of(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD -> List.of("calico.yaml");
            case MANIFEST_KDD_TYPHA -> List.of("calico-typha.yaml");
            case MANIFEST_KDD_NATIVE -> List.of("calico-v3-crds.yaml");
            case MANIFEST_POLICY_ONLY -> List.of("calico-policy-only.yaml");
            case MANIFEST_CANAL -> List.of("canal.yaml");
            case MANIFEST_ETCD -> List.of("calico-etcd.yaml");
            case MANIFEST_CANAL_ETCD -> List.of("canal-etcd.yaml");
            case OPERATOR, HELM -> OPERATOR;
            case DISTRIBUTION, NONE -> List.of();
        };
    }

    /**
     * The file that runs calico-node or its operator, by which an install is merged; empty where it is not installed from
     * one.
     */
    public static Optional<String> manifest(InstallMethod method) {
        return method == InstallMethod.HELM
                ? Optional.empty()
                : of(method).stream().findFirst();
    }

    /**
     * The files of which one was installed where this is the method: they differ in how packets travel, which people
     * choose, and not in how they are upgraded. The usual one first; none where {@link #manifest} is empty.
     */
    public static List<String> flavours(InstallMethod method) {
        return method == InstallMethod.MANIFEST_KDD
                ? List.of("calico.yaml", "calico-vxlan.yaml", "calico-bpf.yaml")
                : manifest(method).stream().toList();
    }

    /** Everything that installs some of Calico: lists of files that belong together, since objects move between them. */
    public static List<List<String>> all() {
        return Stream.concat(
                        Stream.of(InstallMethod.values()).map(ReleaseFiles::of).filter(files -> !files.isEmpty()),
                        OTHERS.stream().map(List::of))
                .distinct()
                .toList();
    }

    /**
     * Where Calico publishes a file: by tag, which never changes, for releases that have it so; before, in the archive of
     * the documentation, which serves the last patch of a line only.
     */
    public static String address(CalicoVersion version, String file) {
        if (file.equals(ReleaseChart.FILE)) {
            return ReleaseChart.address(version);
        }
        if (ReleaseTrait.PLAIN_TAGGED_FILES.isIn(version)) {
            return "https://raw.githubusercontent.com/projectcalico/calico/" + version + "/manifests/" + file;
        }
        String host = ReleaseTrait.ARCHIVE_AT_TIGERA.isIn(version)
                ? "projectcalico.docs.tigera.io"
                : "docs.projectcalico.org";
        return "https://" + host + "/archive/" + version.line() + "/manifests/" + file;
    }

    /**
     * How many definitions the manifests of a release on the Kubernetes datastore have at least; 1 where that was not
     * counted. A file with fewer is not whole: some were once published so.
     */
    public static int definitions(CalicoVersion version) {
        for (Map.Entry<String, JsonNode> entry : DEFINITIONS.properties()) {
            if (version.compareTo(CalicoVersion.parse(entry.getKey())) >= 0) {
                return entry.getValue().asInt();
            }
        }
        return 1;
    }
}
