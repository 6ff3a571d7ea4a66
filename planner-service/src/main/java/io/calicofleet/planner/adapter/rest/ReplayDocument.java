package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.planner.core.replay.Change;
import io.calicofleet.planner.core.replay.Recorded;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as it was.
 *
 * @param campaign its name
 * @param first the first decision that is kept
 * @param last the newest one
 * @param decisions how many there are
 * @param at the last decision before the time that was asked for
 * @param to the same of the later time; null where none was asked for
 * @param status the campaign then, at the later of the two; null where it was deleted
 * @param clusters its clusters then
 * @param explanation why what waited did; null where it was deleted
 * @param changes in what the later time differs from the earlier one
 * @param between what was decided on between the two, the first thousand
 * @param doubt why this may not be what was; null: each decision is the same as then
 */
@Schema(name = "Replay", description = "A campaign as it was, decided once more.")
record ReplayDocument(
        @Schema(description = "Its name.") String campaign,

        @Schema(description = "The first decision that is kept.")
        Moment first,

        @Schema(description = "The newest one.") Moment last,
        @Schema(description = "How many there are.") int decisions,

        @Schema(description = "The last decision before the time that was asked for.")
        Moment at,

        @Schema(description = "The same of the later time; absent where none was asked for.") @Nullable
        Moment to,

        @Schema(description = "The campaign then, at the later of the two; absent where it was deleted.") @Nullable
        CampaignStatus status,

        @Schema(description = "Its clusters then, by id.") List<ClusterStatus> clusters,

        @Schema(description = "Why what waited did; absent where it was deleted.") @Nullable
        Explanation explanation,

        @Schema(description = "In what the later time differs from the earlier one.")
        List<Change> changes,

        @Schema(description = "What was decided on between the two, the first thousand.")
        List<Moment> between,

        @Schema(description = "Why this may not be what was; absent where each decision is the same as then.") @Nullable
        String doubt) {

    ReplayDocument {
        clusters = List.copyOf(clusters);
        changes = List.copyOf(changes);
        between = List.copyOf(between);
    }

    /**
     * A decision.
     *
     * @param offset where it is written down
     * @param at when, by the planner's clock
     * @param learned what the planner had learned, one sentence
     */
    @Schema(name = "ReplayMoment", description = "A decision.")
    record Moment(long offset, Instant at, String learned) {

        static Moment of(Recorded recorded) {
            return new Moment(recorded.offset(), recorded.input().at().clock(), recorded.summary());
        }
    }
}
