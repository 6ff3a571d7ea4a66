package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.merge.LastApplied;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import java.util.Optional;

/**
 * The annotations that say of an object that a plan of ours wrote it, and from which release it came. So nothing we wrote
 * is ever taken for what a release, or a person, said.
 *
 * <p>Somebody may apply another manifest later and leave the annotations; the mark then says nothing any more. So it holds
 * only for as long as what was last applied is what we left there.
 *
 * @param plan the digest of the plan
 * @param release the digest of the file of the release
 * @param applied the digest of the last-applied annotation as we wrote it
 */
public record PlanMark(String plan, String release, String applied) {

    /** The digest of the plan that wrote the object. */
    public static final String PLAN = "calico-fleet.io/plan";

    /** The release it came from: {@code v3.22.5/calico.yaml sha256:...}. */
    public static final String RELEASE = "calico-fleet.io/release";

    /** The digest of the last-applied annotation that was written along. */
    public static final String APPLIED = "calico-fleet.io/applied";

    private static final String SHA256 = " sha256:";

    public PlanMark {
        requireNonNull(plan, "plan");
        requireNonNull(release, "release");
        requireNonNull(applied, "applied");
    }

    /** The mark of an object; empty where it has none that still holds. */
    public static Optional<PlanMark> of(JsonNode object) {
        JsonNode annotations = object.at("/metadata/annotations");
        String release = Json.text(annotations, RELEASE);
        int digest = release.indexOf(SHA256);
        PlanMark mark = new PlanMark(
                Json.text(annotations, PLAN),
                digest < 0 ? "" : release.substring(digest + SHA256.length()),
                Json.text(annotations, APPLIED));
        boolean whole = !mark.plan.isEmpty() && !mark.release.isEmpty();
        return whole && mark.applied.equals(applied(object)) ? Optional.of(mark) : Optional.empty();
    }

    /** Whether this plan wrote the object. */
    public static boolean isOf(JsonNode object, String plan) {
        return Json.text(object.at("/metadata/annotations"), PLAN).equals(plan);
    }

    /** A copy of an object that is about to be written, marked. */
    static ObjectNode put(ObjectNode object, String plan, String release, String releaseDigest) {
        ObjectNode copy = object.deepCopy();
        ObjectNode annotations = Json.child(Json.child(copy, "metadata"), "annotations");
        annotations.put(PLAN, plan);
        annotations.put(RELEASE, release + SHA256 + releaseDigest);
        annotations.put(APPLIED, applied(object));
        return copy;
    }

    private static String applied(JsonNode object) {
        String text = Json.text(object.at("/metadata/annotations"), LastApplied.ANNOTATION);
        return Digests.sha256(text).substring(0, 16);
    }
}
