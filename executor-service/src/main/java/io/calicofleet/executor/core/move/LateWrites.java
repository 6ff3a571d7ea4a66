package io.calicofleet.executor.core.move;

import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was written to etcd after Kubernetes was found to hold the same, to be carried over: Kubernetes has writers of its own by
 * then, such as calico-node. What was changed in etcd only is written, what was changed in Kubernetes only stays, and two different
 * changes of the same are a question. Blocks of IPAM are compared address by address; handles follow from the blocks.
 *
 * @param creations objects of crd.projectcalico.org/v1 that are not there
 * @param replacements objects, and nodes, under the resourceVersion they were read with
 * @param deletions objects as they were read
 * @param conflicts what nobody has decided; nothing must be written while there is one
 */
public record LateWrites(
        List<ObjectNode> creations,
        List<ObjectNode> replacements,
        List<ObjectNode> deletions,
        List<FieldConflict> conflicts) {

    private static final String BLOCK = "IPAMBlock";
    private static final String HANDLE = "IPAMHandle";
    private static final String AFFINITY = "BlockAffinity";

    /** What each calico-node says of itself when it starts, and our lock. */
    private static final List<String> OF_ITSELF = List.of("clusterType", "datastoreReady");

    public LateWrites {
        creations = List.copyOf(creations);
        replacements = List.copyOf(replacements);
        deletions = List.copyOf(deletions);
        conflicts = List.copyOf(conflicts);
    }

    /**
     * What Kubernetes holds now.
     *
     * @param objects all of Calico's objects by their keys, without ClusterInformation
     * @param information ClusterInformation as it is stored
     * @param nodes the nodes of Kubernetes
     */
    public record Kubernetes(Map<ObjectKey, ObjectNode> objects, ObjectNode information, List<ObjectNode> nodes) {

        public Kubernetes {
            objects = new LinkedHashMap<>(objects);
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Works it out.
     *
     * @param compared what etcd held when both were the same
     * @param etcd what it holds now
     * @param version the release that runs
     * @param same whether an object in Kubernetes is as it was brought there, but for what the API server fills in
     * @param decided what a person has decided on a question; hold where nobody has
     */
    public static LateWrites of(
            DatastoreMove compared,
            DatastoreMove etcd,
            Kubernetes kubernetes,
            CalicoVersion version,
            BiPredicate<ObjectNode, ObjectNode> same,
            Function<FieldConflict, OnConflict> decided) {
        return new Merge(kubernetes, version, same, new ThreeWay(decided)).of(compared, etcd);
    }

    /** Whether Kubernetes has all that etcd has. */
    public boolean isNothing() {
        return creations.isEmpty() && replacements.isEmpty() && deletions.isEmpty() && conflicts.isEmpty();
    }

    private static final class Merge {

        private final Kubernetes kubernetes;
        private final CalicoVersion version;
        private final BiPredicate<ObjectNode, ObjectNode> same;
        private final ThreeWay merge;
        private final Map<ObjectKey, ObjectNode> after;

        Merge(Kubernetes kubernetes, CalicoVersion version, BiPredicate<ObjectNode, ObjectNode> same, ThreeWay merge) {
            this.kubernetes = kubernetes;
            this.version = version;
            this.same = same;
            this.merge = merge;
            this.after = new LinkedHashMap<>(kubernetes.objects());
        }

        LateWrites of(DatastoreMove compared, DatastoreMove etcd) {
            Map<ObjectKey, ObjectNode> before = byKey(compared);
            Map<ObjectKey, ObjectNode> now = byKey(etcd);
            Set<ObjectKey> keys = new TreeSet<>(Comparator.comparing(ObjectKey::object));
            keys.addAll(before.keySet());
            keys.addAll(now.keySet());
            Set<ObjectKey> handles = new HashSet<>();
            for (ObjectKey key : keys) {
                ObjectNode was = before.get(key);
                ObjectNode is = now.get(key);
                if (ThreeWay.same(was, is)) {
                    continue;
                }
                if (key.kind().equals(HANDLE)) {
                    handles.add(key);
                } else {
                    object(key, was, is);
                }
            }
            dropAffinities(before);
            handles(handles, now);
            List<ObjectNode> creations = new ArrayList<>();
            List<ObjectNode> replacements = new ArrayList<>();
            List<ObjectNode> deletions = new ArrayList<>();
            after.forEach((key, object) -> {
                ObjectNode here = kubernetes.objects().get(key);
                if (here == null) {
                    creations.add(object);
                } else if (!object.equals(here)) {
                    replacements.add(object);
                }
            });
            kubernetes.objects().forEach((key, object) -> {
                if (!after.containsKey(key)) {
                    deletions.add(object);
                }
            });
            information(compared, etcd).ifPresent(replacements::add);
            replacements.addAll(nodes(compared.nodes(), etcd.nodes()));
            return new LateWrites(creations, replacements, deletions, merge.open());
        }

        private static Map<ObjectKey, ObjectNode> byKey(DatastoreMove move) {
            Map<ObjectKey, ObjectNode> objects = new HashMap<>();
            move.objects().forEach(object -> objects.put(ObjectKey.of(object), object));
            return objects;
        }

        /** Etcd has it otherwise than before. */
        private void object(ObjectKey key, @Nullable ObjectNode was, @Nullable ObjectNode is) {
            ObjectNode here = kubernetes.objects().get(key);
            if (is == null) {
                if (here != null
                        && ((was != null && same.test(was, here))
                                || merge.takesEtcd(
                                        key.object(),
                                        "all of it",
                                        was,
                                        said(here),
                                        null,
                                        "It was deleted in etcd, and changed in Kubernetes since. keep-mine keeps it as"
                                                + " Kubernetes has it, take-new deletes it."))) {
                    after.remove(key);
                }
            } else if (here == null) {
                if (was == null
                        || merge.takesEtcd(
                                key.object(),
                                "all of it",
                                was,
                                null,
                                is,
                                "It was changed in etcd, and deleted in Kubernetes since. keep-mine leaves it deleted,"
                                        + " take-new creates it as etcd has it.")) {
                    after.put(key, is);
                }
            } else {
                ObjectNode merged = key.kind().equals(BLOCK)
                        ? withSpec(here, new BlockMerge(merge).merge(key.object(), spec(was), spec(here), spec(is)))
                        : merged(key, was, here, is);
                after.put(key, merged);
            }
        }

        private ObjectNode merged(ObjectKey key, @Nullable ObjectNode was, ObjectNode here, ObjectNode is) {
            Optional<CalicoKind> kind = CalicoKind.of(key.kind());
            if (kind.isEmpty()) {
                return withSpec(here, (ObjectNode) requireNonNullElseGet(
                        merge.merge(key.object(), "spec", spec(was), spec(here), spec(is)), Json::object));
            }
            ObjectNode v3 = StoredForm.toV3(kind.get(), here, version);
            return said(
                            key,
                            v3,
                            was == null ? null : StoredForm.toV3(kind.get(), was, version),
                            StoredForm.toV3(kind.get(), is, version))
                    .map(merged -> StoredForm.toStored(kind.get(), merged, here, version))
                    .orElse(here);
        }

        /** A resource in Calico's form with what etcd adds to it; empty where that is nothing. */
        private Optional<ObjectNode> said(ObjectKey key, ObjectNode here, @Nullable ObjectNode was, ObjectNode is) {
            ObjectNode now = parts(here);
            JsonNode merged = merge.merge(key.object(), "", was == null ? null : parts(was), now, parts(is));
            if (ThreeWay.same(now, merged)) {
                return Optional.empty();
            }
            ObjectNode changed = here.deepCopy();
            ObjectNode metadata = Json.child(changed, "metadata");
            for (String part : List.of("labels", "annotations")) {
                JsonNode said = Json.get(merged, part);
                if (said == null) {
                    metadata.remove(part);
                } else {
                    metadata.set(part, said);
                }
            }
            JsonNode spec = Json.get(merged, "spec");
            changed.set("spec", spec == null ? Json.object() : spec);
            return Optional.of(changed);
        }

        /** What Calico and people say in it, and not the server. */
        private static ObjectNode parts(ObjectNode v3) {
            ObjectNode parts = Json.object();
            for (String part : List.of("labels", "annotations")) {
                JsonNode said = Json.get(v3.get("metadata"), part);
                if (said != null) {
                    parts.set(part, said.deepCopy());
                }
            }
            JsonNode spec = Json.get(v3, "spec");
            if (spec != null) {
                parts.set("spec", spec.deepCopy());
            }
            return parts;
        }

        private static ObjectNode said(ObjectNode stored) {
            ObjectNode said = stored.deepCopy();
            if (said.get("metadata") instanceof ObjectNode metadata) {
                metadata.retain("name", "namespace", "labels", "annotations");
            }
            return said;
        }

        private static ObjectNode spec(@Nullable ObjectNode object) {
            return object != null && object.get("spec") instanceof ObjectNode spec ? spec : Json.object();
        }

        private static ObjectNode withSpec(ObjectNode object, ObjectNode spec) {
            if (ThreeWay.same(spec, object.get("spec"))) {
                return object;
            }
            ObjectNode changed = object.deepCopy();
            changed.set("spec", spec);
            return changed;
        }

        /** A claim of a block that Kubernetes has of another node, or none, was in vain. */
        private void dropAffinities(Map<ObjectKey, ObjectNode> before) {
            Map<String, String> owners = new HashMap<>();
            after.forEach((key, object) -> {
                if (key.kind().equals(BLOCK)) {
                    owners.put(Json.text(spec(object), "cidr"), Json.text(spec(object), "affinity"));
                }
            });
            after.entrySet().removeIf(entry -> {
                ObjectNode claim = spec(entry.getValue());
                String owner = "host:" + Json.text(claim, "node");
                return entry.getKey().kind().equals(AFFINITY)
                        && !kubernetes.objects().containsKey(entry.getKey())
                        && !before.containsKey(entry.getKey())
                        && !owners.getOrDefault(Json.text(claim, "cidr"), owner).equals(owner);
            });
        }

        /** Handles that etcd changed, and those whose addresses changed hands, as the blocks have them. */
        private void handles(Set<ObjectKey> touched, Map<ObjectKey, ObjectNode> inEtcd) {
            Map<String, Map<String, Integer>> counts = new HashMap<>();
            Set<String> moved = new HashSet<>();
            after.forEach((key, object) -> {
                if (key.kind().equals(BLOCK)) {
                    String cidr = Json.text(spec(object), "cidr");
                    ids(object)
                            .forEach(id -> counts.computeIfAbsent(id, unused -> new TreeMap<>())
                                    .merge(cidr, 1, Integer::sum));
                    moved.addAll(lost(kubernetes.objects().getOrDefault(key, object), object));
                }
            });
            Set<ObjectKey> all = new HashSet<>(touched);
            kubernetes.objects().forEach((key, object) -> {
                if (key.kind().equals(HANDLE) && moved.contains(Json.text(spec(object), "handleID"))) {
                    all.add(key);
                }
            });
            for (ObjectKey key : all) {
                ObjectNode here = kubernetes.objects().get(key);
                ObjectNode one = here == null ? inEtcd.get(key) : here;
                if (one == null) {
                    continue;
                }
                Map<String, Integer> blocks = counts.getOrDefault(Json.text(spec(one), "handleID"), Map.of());
                if (blocks.isEmpty()) {
                    after.remove(key);
                    continue;
                }
                ObjectNode spec = spec(one).deepCopy();
                ObjectNode counted = spec.putObject("block");
                blocks.forEach(counted::put);
                after.put(key, withSpec(one, spec));
            }
        }

        /** The handles that have an address in Kubernetes and will not. */
        private static List<String> lost(ObjectNode here, ObjectNode object) {
            Map<Integer, JsonNode> then = BlockMerge.owners(spec(object));
            return BlockMerge.owners(spec(here)).entrySet().stream()
                    .filter(owner -> !ThreeWay.same(owner.getValue(), then.get(owner.getKey())))
                    .map(owner -> Json.text(owner.getValue(), "handle_id"))
                    .toList();
        }

        /** The handle of each address that has one. */
        private static List<String> ids(ObjectNode block) {
            return BlockMerge.owners(spec(block)).values().stream()
                    .map(owner -> Json.text(owner, "handle_id"))
                    .filter(id -> !id.isEmpty())
                    .toList();
        }

        private Optional<ObjectNode> information(DatastoreMove compared, DatastoreMove etcd) {
            CalicoKind kind = CalicoKind.CLUSTER_INFORMATION;
            ObjectNode here = StoredForm.toV3(kind, kubernetes.information(), version);
            return said(
                            ObjectKey.of(kubernetes.information()),
                            inGeneral(here),
                            compared.information().map(Merge::inGeneral).orElse(null),
                            inGeneral(etcd.information().orElseThrow()))
                    .map(merged -> {
                        ObjectNode spec = Json.child(merged, "spec");
                        OF_ITSELF.forEach(field -> Optional.ofNullable(Json.get(here.get("spec"), field))
                                .ifPresent(value -> spec.set(field, value)));
                        return StoredForm.toStored(
                                kind, MoveMark.markedAs(merged, here), kubernetes.information(), version);
                    });
        }

        private static ObjectNode inGeneral(ObjectNode information) {
            ObjectNode general = MoveMark.unlocked(information);
            Json.child(general, "spec").remove(OF_ITSELF);
            return general;
        }

        private List<ObjectNode> nodes(Map<String, Map<String, String>> before, Map<String, Map<String, String>> now) {
            List<ObjectNode> changed = new ArrayList<>();
            for (ObjectNode node : kubernetes.nodes()) {
                String name = Json.text(node.get("metadata"), "name");
                JsonNode annotations = node.at("/metadata/annotations");
                ObjectNode here = Json.object();
                MovedNode.ANNOTATIONS.forEach(annotation -> Optional.ofNullable(Json.get(annotations, annotation))
                        .ifPresent(value -> here.set(annotation, value)));
                ObjectNode is = said(now.get(name));
                if (is.isEmpty()) {
                    continue; // the node, or Calico's entry of it, is gone
                }
                JsonNode merged = merge.merge("Node " + name, "annotations", said(before.get(name)), here, is);
                if (!ThreeWay.same(here, merged)) {
                    ObjectNode copy = node.deepCopy();
                    ObjectNode all = Json.child(Json.child(copy, "metadata"), "annotations");
                    all.remove(MovedNode.ANNOTATIONS);
                    if (merged instanceof ObjectNode wanted) {
                        all.setAll(wanted);
                    }
                    changed.add(copy);
                }
            }
            return changed;
        }

        private static ObjectNode said(@Nullable Map<String, String> annotations) {
            ObjectNode said = Json.object();
            if (annotations != null) {
                annotations.forEach(said::put);
            }
            return said;
        }
    }
}
