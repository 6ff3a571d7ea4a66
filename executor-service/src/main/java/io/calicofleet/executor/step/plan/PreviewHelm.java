package io.calicofleet.executor.step.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmPatch;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.helm.HelmFound;
import io.calicofleet.executor.step.helm.HelmOwnership;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the real Helm would do: it renders the chart, and what comes of it is laid over the cluster as Helm does it ({@link
 * HelmPatch}). A new revision is kept as Helm keeps it.
 */
final class PreviewHelm implements HelmEngine {

    private static final String KEEP = "keep";

    private final HelmEngine helm;
    private final ClusterApi preview;
    private final Exports exports;
    private final Map<HelmCall, String> rendered = new HashMap<>();

    PreviewHelm(HelmEngine helm, ClusterApi preview, Exports exports) {
        this.helm = requireNonNull(helm, "helm");
        this.preview = requireNonNull(preview, "preview");
        this.exports = requireNonNull(exports, "exports");
    }

    @Override
    public Optional<String> unavailable() {
        return helm.unavailable();
    }

    @Override
    public String template(HelmCall call) {
        return rendered.computeIfAbsent(call, helm::template);
    }

    @Override
    public void install(HelmCall call) {
        release(call, "install");
    }

    @Override
    public void upgrade(HelmCall call) {
        release(call, "upgrade");
    }

    @Override
    public HelmEngine guarded(Runnable fence) {
        return new PreviewHelm(helm.guarded(fence), preview, exports);
    }

    private void release(HelmCall call, String action) {
        exports.values(call);
        String manifest = template(call);
        List<ObjectNode> secrets =
                preview.list(Kinds.CORE, "Secret", call.namespace(), "owner=helm,name=" + call.release());
        HelmHistory history = HelmHistory.of(secrets, call.namespace(), call.release());
        ManifestDocuments before = history.current()
                .map(current -> ManifestDocuments.of(documents(current.manifest(), call.namespace(), action)))
                .orElse(ManifestDocuments.EMPTY);
        List<ObjectNode> after = documents(manifest, call.namespace(), action);
        after.forEach(object -> HelmOwnership.mark(object, call.release(), call.namespace()));
        lay(before, ManifestDocuments.of(after));
        for (ObjectNode secret : secrets) {
            if (HelmRelease.of(secret)
                    .filter(release -> release.status().equals(HelmRelease.DEPLOYED))
                    .isPresent()) {
                preview.replace(withStatus(secret, "superseded"));
            }
        }
        int revision = history.newest().map(HelmRelease::revision).orElse(0) + 1;
        preview.create(secret(call, revision, manifest));
    }

    private void lay(ManifestDocuments before, ManifestDocuments after) {
        after.objects().forEach((key, object) -> {
            Optional<ObjectNode> live = preview.find(ResourceRef.of(object));
            if (live.isEmpty()) {
                preview.create(object);
                return;
            }
            ObjectNode write = HelmPatch.of(before.find(key).orElse(null), live.get(), object);
            if (!Differences.between(write, live.get()).isEmpty()) {
                preview.replace(write);
            }
        });
        before.objects().forEach((key, object) -> {
            if (after.find(key).isEmpty()) {
                preview.find(ResourceRef.of(object))
                        .filter(live -> !KEEP.equals(live.at("/metadata/annotations/helm.sh~1resource-policy")
                                .asText()))
                        .ifPresent(preview::delete);
            }
        });
    }

    /** What a release is made of: hooks of other actions are not. */
    private static List<ObjectNode> documents(String manifest, String namespace, String action) {
        List<ObjectNode> documents = new ArrayList<>();
        for (JsonNode document : HelmFound.documents(manifest)) {
            if (document instanceof ObjectNode object && !object.isEmpty()) {
                String hook = object.at("/metadata/annotations/helm.sh~1hook").asText();
                if (hook.isEmpty() || hook.contains(action)) {
                    documents.add(placed(object, namespace));
                }
            }
        }
        return documents;
    }

    private static ObjectNode placed(ObjectNode object, String namespace) {
        boolean somewhere = !ObjectKey.of(object).namespace().isEmpty();
        if (somewhere && !object.path("metadata").has("namespace")) {
            Json.child(object, "metadata").put("namespace", namespace);
        }
        return object;
    }

    private static ObjectNode withStatus(ObjectNode secret, String status) {
        ObjectNode copy = secret.deepCopy();
        HelmRelease release = HelmRelease.of(secret).orElseThrow();
        ObjectNode content = release.content().deepCopy();
        Json.child(content, "info").put("status", status);
        Json.child(Json.child(copy, "metadata"), "labels").put("status", status);
        Json.child(copy, "data").put("release", encoded(content));
        return copy;
    }

    private static ObjectNode secret(HelmCall call, int revision, String manifest) {
        ObjectNode content = Json.object();
        content.put("name", call.release()).put("namespace", call.namespace()).put("version", revision);
        content.putObject("info").put("status", HelmRelease.DEPLOYED);
        content.putObject("chart")
                .putObject("metadata")
                .put("name", call.chart().name())
                .put("version", call.chart().version());
        content.set("config", call.values());
        content.put("manifest", manifest);
        ObjectNode secret = Json.object();
        secret.put("apiVersion", Kinds.CORE).put("kind", "Secret").put("type", HelmRelease.SECRET_TYPE);
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("namespace", call.namespace());
        metadata.put(
                "name",
                HelmFound.secret(call.namespace(), call.release(), revision).name());
        metadata.putObject("labels")
                .put("owner", "helm")
                .put("name", call.release())
                .put("status", HelmRelease.DEPLOYED)
                .put("version", String.valueOf(revision));
        secret.putObject("data").put("release", encoded(content));
        return secret;
    }

    private static String encoded(ObjectNode content) {
        String once = Base64.getEncoder().encodeToString(Exports.packed(content.toString()));
        return Base64.getEncoder().encodeToString(once.getBytes(UTF_8));
    }
}
