package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the pods of merged workloads cannot start without: the account, ConfigMaps and Secrets and their keys, and the
 * volumes of mounts. The merge of one field or object does not see it, so it is looked at afterwards: what is missing and
 * the cluster or the target has is named, and then kept, or asked for.
 */
final class References {

    /** Stands for the object itself. */
    static final String OBJECT = "";

    private final Map<ObjectKey, MergedObject> merged;
    private final Map<ObjectKey, Set<String>> missing = new HashMap<>();

    private References(Map<ObjectKey, MergedObject> merged) {
        this.merged = merged;
    }

    /** What is referred to and not there: paths by object, {@link #OBJECT} for the whole of it. */
    static Map<ObjectKey, Set<String>> missing(Iterable<MergedObject> objects) {
        Map<ObjectKey, MergedObject> merged = new HashMap<>();
        objects.forEach(object -> merged.put(object.key(), object));
        References references = new References(merged);
        merged.forEach((key, object) -> {
            if (object.manifest() != null) {
                references.follow(key, object.manifest());
            }
        });
        return references.missing;
    }

    private void follow(ObjectKey workload, ObjectNode manifest) {
        boolean bare = workload.kind().equals("Pod");
        JsonNode pod = bare ? manifest.path("spec") : manifest.at("/spec/template/spec");
        String at = bare ? "spec" : "spec.template.spec";
        Set<String> volumes = Json.elements(pod.get("volumes"))
                .map(volume -> Json.text(volume, "name"))
                .collect(Collectors.toSet());
        object(workload, "ServiceAccount", Json.text(pod, "serviceAccountName"));
        pod.path("volumes").forEach(volume -> {
            required(workload, "ConfigMap", volume.path("configMap"), "name", "");
            required(workload, "Secret", volume.path("secret"), "secretName", "");
        });
        ImageMoves.containers(manifest).forEach(container -> {
            container.path("env").forEach(entry -> {
                JsonNode from = entry.path("valueFrom");
                required(workload, "ConfigMap", from.path("configMapKeyRef"), "name", "key");
                required(workload, "Secret", from.path("secretKeyRef"), "name", "key");
            });
            container.path("envFrom").forEach(from -> {
                required(workload, "ConfigMap", from.path("configMapRef"), "name", "");
                required(workload, "Secret", from.path("secretRef"), "name", "");
            });
            Json.elements(container.get("volumeMounts"))
                    .map(mount -> Json.text(mount, "name"))
                    .filter(Predicate.not(volumes::contains))
                    .forEach(name -> miss(
                            workload,
                            new FieldPath(at).field("volumes").entry(name).text()));
        });
    }

    private void required(ObjectKey workload, String kind, JsonNode reference, String nameField, String keyField) {
        String name = Json.text(reference, nameField);
        if (name.isEmpty() || reference.path("optional").asBoolean()) {
            return;
        }
        ObjectKey target = object(workload, kind, name);
        MergedObject object = merged.get(target);
        if (!keyField.isEmpty() && object != null && object.manifest() != null) {
            String key = Json.text(reference, keyField);
            if (!object.manifest().path("data").has(key)) {
                miss(target, FieldPath.ROOT.field("data").field(key).text());
            }
        }
    }

    private ObjectKey object(ObjectKey workload, String kind, String name) {
        ObjectKey key = new ObjectKey("", kind, workload.namespace(), name);
        MergedObject object = merged.get(key);
        if (object != null && object.action() == MergeAction.LEAVE_DELETED) {
            miss(key, OBJECT);
        }
        return key;
    }

    private void miss(ObjectKey key, String path) {
        missing.computeIfAbsent(key, none -> new TreeSet<>()).add(path);
    }
}
