package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.step.ReleaseException;
import io.calicofleet.executor.core.step.ReleaseSource;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a release brings for installs by the operator: its manifest, and the definitions (CRDs), which are in it until
 * v3.29, in {@code operator-crds.yaml} from v3.30 on, and from v3.32 on in {@code v1_crd_projectcalico_org.yaml}, too
 * (facts 4.3, 5).
 */
final class OperatorRelease {

    static final String FILE = "tigera-operator.yaml";
    static final ObjectKey INSTALLATIONS =
            new ObjectKey("apiextensions.k8s.io", Kinds.CRD, "", "installations.operator.tigera.io");
    private static final List<String> DEFINITIONS = List.of("operator-crds.yaml", "v1_crd_projectcalico_org.yaml");

    private OperatorRelease() {}

    /**
     * The definitions and the operator; empty where the release has no operator or is not at hand.
     *
     * @throws ReleaseException where the operator is there and its definitions are not: it could not run
     */
    static Optional<ReleaseFile> manifest(ReleaseSource releases, CalicoVersion version) {
        return releases.manifest(version, FILE).map(operator -> {
            ReleaseFile definitions = file(releases, version);
            Map<ObjectKey, ObjectNode> all = new LinkedHashMap<>(
                    whole(definitions.documents()).orElseThrow().objects());
            all.putAll(operator.documents().objects());
            boolean one = definitions.equals(operator);
            return new ReleaseFile(
                    version,
                    FILE,
                    new ManifestDocuments(all),
                    one ? operator.digest() : operator.digest() + "+" + definitions.digest());
        });
    }

    /**
     * The definitions alone, as they are to be in place before an operator of that release runs, whoever installs it.
     *
     * @throws ReleaseException where there is no file that has them
     */
    static ManifestDocuments definitions(ReleaseSource releases, CalicoVersion version) {
        return whole(file(releases, version).documents()).orElseThrow();
    }

    private static ReleaseFile file(ReleaseSource releases, CalicoVersion version) {
        return Stream.concat(Stream.of(FILE), DEFINITIONS.stream())
                .flatMap(file -> releases.manifest(version, file).stream())
                .filter(file -> whole(file.documents()).isPresent())
                .findFirst()
                .orElseThrow(() -> new ReleaseException(
                        FailureReason.RELEASE_UNAVAILABLE,
                        "the definitions of " + version + " are neither in its " + FILE + " nor in "
                                + String.join(" or ", DEFINITIONS) + ": put " + version + "/" + DEFINITIONS.getFirst()
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
