package io.calicofleet.executor.step.prepare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.diff.StoredIn;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks whether the definitions (CRDs) can become the target's. An API server refuses one that lacks a version objects are
 * stored in, so such an upgrade would stop half way. It writes nothing: to store the objects anew in a version that stays
 * is for whoever brought that version.
 *
 * <p>Definitions that let unknown fields be, as those of v3.14 and before do, are counted: the upgrade gives them schema
 * and {@code preserveUnknownFields: false} in one write, and then drops what the schema does not know from
 * every object that is written.
 */
public final class StoredVersions implements Preparation {

    @Override
    public boolean isFor(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA, MANIFEST_KDD_NATIVE, MANIFEST_POLICY_ONLY, MANIFEST_CANAL -> true;
            case MANIFEST_ETCD, MANIFEST_CANAL_ETCD, OPERATOR, HELM, DISTRIBUTION, NONE -> false;
        };
    }

    @Override
    public Prepared prepare(StepContext context) {
        Manifests manifests = Manifests.of(context);
        Optional<String> why = refusal(context, manifests);
        if (why.isPresent()) {
            return Prepared.refused(List.of(), why.get());
        }
        long preserving = present(context, manifests)
                .filter(definition ->
                        definition.path("spec").path("preserveUnknownFields").asBoolean())
                .count();
        return preserving == 0
                ? Prepared.NOTHING
                : Prepared.noted(
                        List.of(preserving + " definitions have let unknown fields be; from the upgrade on such"
                                + " fields go when their object is written"));
    }

    /** Why these manifests' definitions would be refused; empty where nothing speaks against them. */
    public static Optional<String> refusal(StepContext context, Manifests manifests) {
        return StoredIn.lost(ManifestDocuments.of(present(context, manifests).toList()), manifests.target())
                .map(lost -> StoredIn.sentence(Manifests.target(context), lost));
    }

    /** The definitions of the target that are there now. */
    private static Stream<ObjectNode> present(StepContext context, Manifests manifests) {
        return manifests.target().objects().values().stream()
                .filter(Objects::isCrd)
                .flatMap(wanted -> context.cluster().find(ResourceRef.of(wanted)).stream());
    }
}
