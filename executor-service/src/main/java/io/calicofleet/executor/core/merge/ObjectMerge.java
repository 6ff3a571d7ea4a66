package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one object.
 *
 * <pre>
 * base  live  target
 *   -     -     +     CREATE
 *   +     -     +     LEAVE_DELETED: people deleted it; a question where others need it
 *  any    +     +     {@link FieldMerge} makes the manifest, {@link WriteObject} what to write:
 *                     NONE where that is what is there, RECREATE where a field changes that cannot, else UPDATE
 *   +     +     -     OBSOLETE: the target has it no more
 * </pre>
 */
final class ObjectMerge {

    private static final String WHOLE_OBJECT = "(whole object)";

    /** What nobody means by deleting it: without, nothing else of Calico can be there. */
    private static final Set<String> FOUNDATIONS = Set.of("CustomResourceDefinition", "Namespace");

    /** Fields no update can change. */
    private static final Map<String, String> IMMUTABLE = Map.of(
            "DaemonSet", "/spec/selector",
            "Deployment", "/spec/selector",
            "Job", "/spec/template",
            "ClusterRoleBinding", "/roleRef",
            "RoleBinding", "/roleRef");

    private ObjectMerge() {}

    /**
     * Merges one object.
     *
     * @param base what the installed release says of it; null where that is not known
     * @param live what the cluster has; null where it has none
     * @param placed the same with everything in the place where the target has it ({@link ContainerMoves}), as base is
     * @param target what the target says of it; null where it says nothing
     * @param known whether it is known what the installed release says of it, be it nothing
     * @param needed the paths of what others refer to, as {@link References} tells them
     */
    static MergedObject merge(
            ObjectKey key,
            @Nullable ObjectNode base,
            @Nullable ObjectNode live,
            @Nullable ObjectNode placed,
            @Nullable ObjectNode target,
            Decisions decisions,
            boolean known,
            Set<String> needed) {
        if (target == null) {
            return outcome(key, MergeAction.OBSOLETE, "the target release has it no more; it is left in place");
        }
        ObjectNode wanted = target.deepCopy();
        wanted.remove("status"); // as generated definitions have it; it is not for manifests to say
        return live == null
                ? create(key, base, wanted, decisions, needed)
                : update(
                        key,
                        base,
                        live,
                        Objects.requireNonNullElse(placed, live),
                        wanted,
                        new Findings(key, decisions, known, needed));
    }

    private static MergedObject create(
            ObjectKey key, @Nullable ObjectNode base, ObjectNode target, Decisions decisions, Set<String> needed) {
        if (base == null) {
            return created(key, target, new Findings(key, decisions, true, needed), "");
        }
        Findings findings = new Findings(key, decisions, true, needed);
        if (FOUNDATIONS.contains(key.kind())) {
            return created(
                    key,
                    target,
                    findings,
                    "it was deleted from the cluster and is created again: nothing works without");
        }
        FieldPath whole = new FieldPath(WHOLE_OBJECT);
        if (!needed.contains(References.OBJECT) && !key.kind().equals("DaemonSet")) {
            findings.customised(whole, null);
            return new MergedObject(
                    key,
                    MergeAction.LEAVE_DELETED,
                    null,
                    null,
                    findings.customisations(),
                    List.of(),
                    List.of(),
                    List.of("it was deleted from the cluster and stays so"));
        }
        findings.conflict(
                whole,
                Json.NODES.textNode("there"),
                null,
                Json.NODES.textNode("there"),
                "You deleted it, and Calico's pods cannot start or do not run without.",
                List.of(OnConflict.TAKE_NEW));
        return created(key, target, findings, "it was deleted from the cluster");
    }

    /** Written out as later merges write it, so that these have nothing to do. */
    private static MergedObject created(ObjectKey key, ObjectNode target, Findings findings, String note) {
        ObjectNode manifest = OlderVersions.writtenOut(target);
        return new MergedObject(
                key,
                MergeAction.CREATE,
                manifest,
                WriteObject.fresh(manifest),
                findings.customisations(),
                findings.conflicts(),
                findings.resolved(),
                note.isEmpty() ? List.of() : List.of(note));
    }

    private static MergedObject update(
            ObjectKey key,
            @Nullable ObjectNode base,
            ObjectNode found,
            ObjectNode placed,
            ObjectNode target,
            Findings findings) {
        ObjectNode live = Admission.without(found);
        FieldRule rule = FieldSchemas.of(key.kind());
        ObjectNode manifest = manifest(
                key, rule.shape(), base, placed.equals(found) ? live : Admission.without(placed), target, findings);
        ObjectNode write = WriteObject.over(manifest, live, rule);
        if (key.kind().equals(CrdMerge.KIND)) {
            CrdMerge.prune(write, live);
        }
        List<String> notes = new ArrayList<>();
        if (!findings.isBaseKnown()) {
            notes.add(
                    "what its release says of it is not known: what differs from the target counts as changed by both");
        }
        notes.addAll(findings.notes());
        findings.resolved()
                .forEach(conflict -> notes.add(conflict.path() + ": changed by both; had " + named(conflict.mine())
                        + ", target has " + named(conflict.target()) + "; " + findings.decided(conflict)));
        MergeAction action = action(key, write, live, rule);
        return new MergedObject(
                key,
                action,
                manifest,
                action == MergeAction.RECREATE ? WriteObject.fresh(manifest) : write,
                findings.customisations(),
                findings.conflicts(),
                findings.resolved(),
                notes);
    }

    /** An object of the cluster as a manifest has it: without what servers and controllers wrote into it. */
    static ObjectNode asManifest(ObjectKey key, ObjectNode live) {
        return Pruning.prune(FieldSchemas.of(key.kind()), Admission.without(live)) instanceof ObjectNode manifest
                ? manifest
                : Json.object();
    }

    private static ObjectNode manifest(
            ObjectKey key,
            FieldSchema shape,
            @Nullable ObjectNode base,
            ObjectNode live,
            ObjectNode target,
            Findings findings) {
        boolean crd = key.kind().equals(CrdMerge.KIND);
        ObjectNode merged = new FieldMerge(findings)
                .mergeObjects(
                        FieldPath.ROOT,
                        shape,
                        comparable(base, target, crd),
                        comparable(live, target, crd),
                        comparable(target, target, crd));
        ObjectNode manifest = Json.object();
        manifest.set("apiVersion", target.get("apiVersion"));
        manifest.set("kind", target.get("kind"));
        manifest.setAll(merged);
        if (crd) {
            manifest.set("spec", CrdMerge.spec(base == null ? Json.object() : base, live, target, findings));
        }
        return manifest;
    }

    /** The object in the API version of the target, without what is not merged. */
    private static @Nullable ObjectNode comparable(@Nullable ObjectNode object, ObjectNode target, boolean crd) {
        if (object == null) {
            return null;
        }
        ObjectNode copy = OlderVersions.writtenOut(object).deepCopy();
        copy.set("apiVersion", target.get("apiVersion"));
        copy.remove("status");
        if (crd) {
            copy.remove("spec");
        }
        return copy;
    }

    private static MergeAction action(ObjectKey key, ObjectNode write, ObjectNode live, FieldRule rule) {
        if (WriteObject.changesNothing(write, live, rule)) {
            return MergeAction.NONE;
        }
        String immutable = IMMUTABLE.getOrDefault(key.kind(), "");
        boolean stuck = !immutable.isEmpty()
                && !write.at(immutable).equals(live.at(immutable)) // mostly so, and cheaper than normal forms
                && !Objects.equals(normalAt(rule, write, immutable), normalAt(rule, live, immutable));
        return stuck ? MergeAction.RECREATE : MergeAction.UPDATE;
    }

    private static JsonNode normalAt(FieldRule rule, ObjectNode object, String pointer) {
        JsonNode normal = NormalForm.of(rule, object);
        return normal == null ? Json.object() : normal.at(pointer);
    }

    private static String named(String value) {
        return value.isEmpty() ? "nothing" : value;
    }

    private static MergedObject outcome(ObjectKey key, MergeAction action, String note) {
        return new MergedObject(key, action, null, null, List.of(), List.of(), List.of(), List.of(note));
    }
}
