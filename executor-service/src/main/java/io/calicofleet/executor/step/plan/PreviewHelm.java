package io.calicofleet.executor.step.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.helm.HelmFound;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the real Helm would do: it renders the chart, and what comes of it is laid over the cluster as Helm lays it, between
 * the manifest of the revision before, what is there, and the new one. A new revision is kept as Helm keeps it.
 */
final class PreviewHelm implements HelmEngine {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final HelmEngine helm;
    private final ClusterApi preview;
    private final Map<HelmCall, String> rendered = new HashMap<>();

    PreviewHelm(HelmEngine helm, ClusterApi preview) {
        this.helm = requireNonNull(helm, "helm");
        this.preview = requireNonNull(preview, "preview");
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
        return new PreviewHelm(helm.guarded(fence), preview);
    }

    private void release(HelmCall call, String action) {
        String manifest = template(call);
        List<ObjectNode> secrets =
                preview.list(Kinds.CORE, "Secret", call.namespace(), "owner=helm,name=" + call.release());
        HelmHistory history = HelmHistory.of(secrets, call.namespace(), call.release());
        ManifestDocuments before = history.current()
                .map(current -> documents(current.manifest(), call.namespace(), action))
                .orElse(ManifestDocuments.EMPTY);
        ManifestDocuments after = documents(manifest, call.namespace(), action);
        lay(before, after);
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
        Map<ObjectKey, ObjectNode> live = new LinkedHashMap<>();
        for (ManifestDocuments release : List.of(before, after)) {
            release.objects()
                    .forEach((key, object) ->
                            preview.find(ResourceRef.of(object)).ifPresent(found -> live.put(key, found)));
        }
        Map<ObjectKey, ObjectNode> base = new LinkedHashMap<>(before.objects());
        after.objects().forEach((key, object) -> {
            // What Helm adopts has no revision before: what both have is set, what only the cluster has stays.
            if (live.containsKey(key)) {
                base.computeIfAbsent(key, adopted -> (ObjectNode) common(requireNonNull(live.get(adopted)), object));
            }
        });
        for (MergedObject merged : ManifestMerge.plan(
                        new ManifestDocuments(base),
                        new ManifestDocuments(live),
                        after,
                        OnConflict.TAKE_NEW,
                        Set.of(),
                        OnConflict.TAKE_NEW)
                .changes()) {
            ObjectNode write = requireNonNull(merged.write()).deepCopy();
            ObjectNode present = live.get(merged.key());
            if (present == null) {
                preview.create(withoutLastApplied(Objects.creatable(write), present));
            } else {
                preview.replace(withoutLastApplied(write, present));
            }
        }
        before.objects().forEach((key, object) -> {
            boolean kept = object.at("/metadata/annotations/helm.sh~1resource-policy")
                    .asText()
                    .equals("keep");
            if (after.find(key).isEmpty() && !kept) {
                boolean unused = Edits.delete(preview, ResourceRef.of(object));
            }
        });
    }

    /** Of an object what another one has, too; entries of lists by their name. */
    private static JsonNode common(JsonNode live, JsonNode other) {
        if (live instanceof ObjectNode object && other.isObject()) {
            ObjectNode common = Json.object();
            object.properties().stream()
                    .filter(field -> other.has(field.getKey()))
                    .forEach(field -> common.set(field.getKey(), common(field.getValue(), other.path(field.getKey()))));
            return common;
        }
        if (live.isArray() && other.isArray() && isNamed(live) && isNamed(other)) {
            ArrayNode common = Json.NODES.arrayNode();
            for (JsonNode entry : live) {
                for (JsonNode theirs : other) {
                    if (theirs.path("name").equals(entry.path("name"))) {
                        common.add(common(entry, theirs));
                    }
                }
            }
            return common;
        }
        return live;
    }

    private static boolean isNamed(JsonNode list) {
        return Json.elements(list).allMatch(entry -> entry.path("name").isTextual());
    }

    /** Helm leaves what kubectl last applied as it is. */
    private static ObjectNode withoutLastApplied(ObjectNode write, @Nullable ObjectNode present) {
        JsonNode had = present == null
                ? Json.NODES.missingNode()
                : present.path("metadata").path("annotations").path(LAST_APPLIED);
        if (write.at("/metadata/annotations") instanceof ObjectNode annotations) {
            if (had.isMissingNode()) {
                annotations.remove(LAST_APPLIED);
            } else {
                annotations.set(LAST_APPLIED, had);
            }
            if (annotations.isEmpty()) {
                Json.child(write, "metadata").remove("annotations");
            }
        }
        return write;
    }

    /** What a release is made of: hooks of other actions are not. */
    private static ManifestDocuments documents(String manifest, String namespace, String action) {
        List<JsonNode> documents = new ArrayList<>();
        for (JsonNode document : HelmFound.documents(manifest)) {
            if (document instanceof ObjectNode object && !object.isEmpty()) {
                String hook = object.at("/metadata/annotations/helm.sh~1hook").asText();
                if (hook.isEmpty() || hook.contains(action)) {
                    documents.add(placed(object, namespace));
                }
            }
        }
        return ManifestDocuments.of(documents);
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
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content.toString().getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String once = Base64.getEncoder().encodeToString(packed.toByteArray());
        return Base64.getEncoder().encodeToString(once.getBytes(UTF_8));
    }
}
