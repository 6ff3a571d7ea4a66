package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.StepParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a campaign stands to one of its clusters: it acts on it only while it has it to itself.
 *
 * <pre>
 *  NONE -- asked --> ASKED -- granted --> HAS
 *                      | queued            ^
 *                      v                   |
 *                    WAITS ---- granted ---+       each: released, refused, lost --> NONE
 * </pre>
 *
 * @param stage where it is
 * @param attempt the number of its last request, 0 before the first; it only grows
 * @param holder the campaign that has the cluster while this one waits; else null
 * @param epoch of the grant; while it waits, of that of the holder
 * @param uid which real cluster was granted: the UID of its namespace {@code kube-system}; null where it is not known, or nothing is granted
 */
public record Claim(
        Stage stage,
        int attempt,
        @Nullable CampaignName holder,
        long epoch,
        @Nullable String uid) {

    /** Where a claim is. */
    public enum Stage {
        /** The cluster is not wanted, or not any more. */
        NONE,
        /** The request is not answered yet. */
        ASKED,
        /** Another campaign has it. */
        WAITS,
        /** This campaign has it. */
        HAS
    }

    /** Never asked. */
    static final Claim NONE = new Claim(Stage.NONE, 0, null, 0, null);

    public Claim {
        requireNonNull(stage, "stage");
    }

    /** Whether there is something to release. */
    public boolean active() {
        return stage != Stage.NONE;
    }

    /** Whether an answer to that request is waited for, or could still change something. */
    public boolean isOf(int request) {
        return active() && attempt == request;
    }

    /** Whether the campaign has the cluster. */
    public boolean has() {
        return stage == Stage.HAS;
    }

    /** Whether it waits for another campaign. */
    public boolean waits() {
        return stage == Stage.WAITS;
    }

    /** Whether it can only wait: for the answer, or for another campaign. */
    public boolean pending() {
        return stage == Stage.ASKED || waits();
    }

    Claim asked() {
        return new Claim(Stage.ASKED, attempt + 1, null, 0, null);
    }

    Claim granted(ClaimGranted grant, @Nullable String which) {
        return new Claim(Stage.HAS, attempt, null, grant.epoch(), which);
    }

    Claim queued(ClaimQueued queued) {
        return new Claim(Stage.WAITS, attempt, queued.holder(), queued.epoch(), null);
    }

    Claim ended() {
        return new Claim(Stage.NONE, attempt, null, 0, null);
    }

    /** What a step needs to know, with the grant it is asked for under, where there is one, and its place among all under it. */
    StepParameters granted(StepParameters parameters, int place) {
        return has() ? parameters.withEpoch(epoch, place).withUid(uid) : parameters;
    }
}
