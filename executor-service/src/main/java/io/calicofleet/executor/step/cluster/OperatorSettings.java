package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.detect.LostFields;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What people tell the operator: Installation, APIServer, ImageSet. No step writes them but the restore. What an operator
 * adds, defaults in the spec, finalizers and the status, is its own and does not count as a change.
 */
public final class OperatorSettings {

    private static final String GROUP = "operator.tigera.io";
    static final List<String> KINDS = List.of("Installation", "APIServer", "ImageSet");

    private OperatorSettings() {}

    public static boolean areOf(ObjectKey key) {
        return key.group().equals(GROUP);
    }

    /** Those there are; none on an install without an operator. */
    public static List<ObjectNode> read(ClusterApi cluster) {
        return KINDS.stream()
                .flatMap(kind -> cluster.list(Kinds.OPERATOR, kind).stream())
                .toList();
    }

    /** Those that were read. */
    public static List<ObjectNode> in(ClusterSnapshot snapshot) {
        return KINDS.stream()
                .flatMap(snapshot::all)
                .filter(object -> areOf(ObjectKey.of(object)))
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** Settings as a backup has them, each under its name. */
    public static List<ObjectNode> of(Backup backup) {
        List<ObjectNode> settings = new ArrayList<>();
        backup.objects().forEach((key, object) -> {
            if (areOf(key)) {
                object.ifPresent(settings::add);
            }
        });
        return settings;
    }

    /** The fields of settings that the definitions of a release do not know, and would drop. */
    public static List<FieldConflict> lost(List<ObjectNode> settings, ManifestDocuments release) {
        List<FieldConflict> lost = new ArrayList<>();
        for (ObjectNode object : settings) {
            String kind = object.path("kind").asText();
            release.objects().values().stream()
                    .filter(Objects::isCrd)
                    .filter(definition -> definition.at("/spec/group").asText().equals(GROUP)
                            && definition.at("/spec/names/kind").asText().equals(kind))
                    .forEach(definition -> lost.addAll(LostFields.of(object, definition)));
        }
        return lost;
    }

    /** What is not as {@code before} says, a line each: changed or gone. */
    public static List<String> different(ClusterApi cluster, List<ObjectNode> before) {
        List<String> different = new ArrayList<>();
        for (ObjectNode wanted : before) {
            ResourceRef ref = ResourceRef.of(wanted);
            Optional<ObjectNode> now = cluster.find(ref);
            if (now.isEmpty()) {
                different.add(ref.object() + " is gone");
            } else if (!Objects.contains(now.get().path("spec"), wanted.path("spec"))) {
                different.add("the spec of " + ref.object() + " is not what it was");
            }
        }
        return different;
    }

    /** Puts the specs back that differ; what it wrote. What is gone is created. */
    public static List<String> putBack(ClusterApi cluster, List<ObjectNode> settings) {
        List<String> changes = new ArrayList<>();
        for (ObjectNode wanted : settings) {
            ResourceRef ref = ResourceRef.of(wanted);
            boolean created = Edits.create(cluster, Objects.creatable(wanted));
            boolean changed = Edits.edit(cluster, ref, now -> withSpecOf(now, wanted));
            if (created || changed) {
                changes.add(ref.object());
            }
        }
        return changes;
    }

    private static ObjectNode withSpecOf(ObjectNode now, ObjectNode wanted) {
        JsonNode spec = wanted.path("spec");
        if (Objects.contains(now.path("spec"), spec)) {
            return now;
        }
        ObjectNode changed = now.deepCopy();
        changed.set("spec", spec.deepCopy());
        return changed;
    }
}
