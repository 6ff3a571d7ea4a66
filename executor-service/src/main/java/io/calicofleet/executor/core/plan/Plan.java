package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step does to the objects of an install: made once, kept in the cluster before the first write, carried out, and
 * never made anew from what it wrote itself. Immutable.
 *
 * <p>Everything that is written is in it. Whoever goes on with a step that was interrupted carries out the same one; what
 * somebody undid of it is put back against it; what others changed beside it stays.
 *
 * @param digest over the base, the target, the live state of what is written, the decisions and the cluster
 * @param target the target's file, such as v3.22.5/calico.yaml
 * @param targetDigest its checksum
 * @param onConflict what was decided on fields that both sides changed
 * @param withoutBase what was decided on objects nothing is known of
 * @param answers what was decided on single fields
 * @param objects what becomes of each object, in the order it is done
 */
public record Plan(
        String digest,
        String target,
        String targetDigest,
        OnConflict onConflict,
        OnConflict withoutBase,
        @Nullable List<FieldAnswer> answers,
        List<PlannedObject> objects) {

    public Plan {
        requireNonNull(digest, "digest");
        requireNonNull(target, "target");
        requireNonNull(targetDigest, "targetDigest");
        requireNonNull(onConflict, "onConflict");
        requireNonNull(withoutBase, "withoutBase");
        answers = answers == null ? List.of() : List.copyOf(answers);
        objects = List.copyOf(objects);
    }

    /**
     * Makes the plan.
     *
     * @param basis what is proven to be installed
     * @param live the objects of source and target as the cluster has them
     * @param target the target's file
     * @param cluster the uid of the Namespace kube-system, which is the cluster's
     */
    public static Plan of(
            Basis basis,
            ManifestDocuments live,
            Placed target,
            OnConflict onConflict,
            OnConflict withoutBase,
            String cluster) {
        return of(basis, live, target, onConflict, withoutBase, List.of(), cluster);
    }

    /** The same with answers to single questions. */
    public static Plan of(
            Basis basis,
            ManifestDocuments live,
            Placed target,
            OnConflict onConflict,
            OnConflict withoutBase,
            List<FieldAnswer> answers,
            String cluster) {
        MergePlan merged = ManifestMerge.plan(
                basis.documents(),
                live,
                target.documents(),
                Decisions.of(onConflict, answers),
                basis.unknown(),
                Decisions.of(withoutBase, answers));
        String digest = digest(basis, live, target.file(), onConflict, withoutBase, answers, cluster, merged);
        List<PlannedObject> objects = merged.objects().stream()
                .map(object -> object.changes()
                        ? new PlannedObject(
                                marked(object, digest, target.file()),
                                live.find(object.key()).orElse(null))
                        : new PlannedObject(object, null))
                .toList();
        return new Plan(
                digest, target.file().name(), target.file().digest(), onConflict, withoutBase, answers, objects);
    }

    private static MergedObject marked(MergedObject object, String plan, ReleaseFile release) {
        ObjectNode write = requireNonNull(object.write(), "a change without what to write");
        return object.withWrite(PlanMark.put(write, plan, release.name(), release.digest()));
    }

    /** A copy of what is written to carry it out, marked as written by it. */
    public ObjectNode marked(ObjectNode write) {
        return PlanMark.put(write, digest, target, targetDigest);
    }

    private static String digest(
            Basis basis,
            ManifestDocuments live,
            ReleaseFile target,
            OnConflict onConflict,
            OnConflict withoutBase,
            List<FieldAnswer> answers,
            String cluster,
            MergePlan merged) {
        ObjectNode all = Json.object();
        ArrayNode bases = all.putArray("base");
        basis.digests().forEach(bases::add);
        all.put("target", target.digest());
        all.put("onConflict", onConflict.encode());
        all.put("withoutBase", withoutBase.encode());
        if (!answers.isEmpty()) {
            ArrayNode decided = all.putArray("answers");
            answers.forEach(answer ->
                    decided.add(answer.question() + "=" + answer.answer().encode()));
        }
        all.put("cluster", cluster);
        ArrayNode state = all.putArray("live");
        merged.changes().forEach(object -> {
            JsonNode metadata =
                    live.find(object.key()).map(found -> found.path("metadata")).orElse(Json.object());
            state.addObject()
                    .put("object", object.key().object())
                    .put("uid", Json.text(metadata, "uid"))
                    .put("resourceVersion", Json.text(metadata, "resourceVersion"));
        });
        return Digests.sha256(all.toString());
    }

    /** What it does, as the merge gave it. */
    public MergePlan merge() {
        return new MergePlan(objects.stream().map(PlannedObject::merged).toList());
    }

    /** What it writes, in the order it is written. */
    public List<PlannedObject> changes() {
        return objects.stream().filter(object -> object.merged().changes()).toList();
    }

    /** What was decided on a conflict of an object. */
    public OnConflict decided(FieldConflict conflict) {
        List<FieldAnswer> all = answers == null ? List.of() : answers;
        return Decisions.of(onConflict, all).on(conflict);
    }

    /** Without the objects: one may be a Secret. */
    @Override
    public String toString() {
        return "plan " + digest + " for " + target;
    }
}
