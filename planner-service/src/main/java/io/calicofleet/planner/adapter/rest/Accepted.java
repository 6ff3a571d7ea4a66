package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted; its effect shows in the status and in the live stream.
 *
 * @param campaign the campaign it is about
 * @param event the id of the command's event; null where there was no need for one
 * @param starts what starts, or what is still waited for, after the approval of a wave; else null
 * @param unchanged true where everything is as it was asked for already; else null
 * @param revision what is proposed to be another in a campaign that runs; else null
 * @param notes what a person should know of what was accepted all the same; else null
 * @param approval the digest of what is approved; null where it is no approval of a wave or a revision
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Accepted",
        description = "The command is on its way; its effect shows in the status and in the live stream.")
public record Accepted(
        @Schema(description = "The campaign.", examples = "calico-3-22") @Nullable
        String campaign,

        @Schema(description = "The id of the command's event.") @Nullable
        String event,

        @Schema(description = "What starts, or what is still waited for, after the approval of a wave.") @Nullable
        String starts,

        @Schema(description = "True where everything is as it was asked for already, and nothing was sent.") @Nullable
        Boolean unchanged,

        @Schema(
                description =
                        "A revision of a campaign that runs: what would be another, and the digest to approve it by."
                                + " Nothing changes before that.")
        @Nullable
        Proposed revision,

        @Schema(
                description =
                        "What to know of it all the same: clusters that will be held or wait, a release nobody published; of an"
                                + " approval, what goes on waiting.")
        @Nullable
        List<String> notes,

        @Schema(
                description =
                        "The digest of the wave or the revision that is approved. Where something else waits by the time the planner"
                                + " has it, nothing is.")
        @Nullable
        String approval) {

    public Accepted {
        notes = notes == null ? null : List.copyOf(notes);
    }

    /** Sent. */
    static Accepted sent(@Nullable String campaign, @Nullable String event) {
        return new Accepted(campaign, event, null, null, null, null, null);
    }

    /** The same, with what to know of it. */
    Accepted with(List<String> more) {
        return more.isEmpty() ? this : new Accepted(campaign, event, starts, unchanged, revision, more, approval);
    }

    /** An approval, sent; with what starts then. */
    static Accepted approved(String event, @Nullable String starts, @Nullable String approval) {
        return new Accepted(null, event, starts, null, null, null, approval);
    }

    /** A revision that was sent. */
    static Accepted proposed(String campaign, String event, Proposed revision) {
        return new Accepted(campaign, event, null, null, revision, null, null);
    }

    /**
     * A revision.
     *
     * @param digest of what would be another
     * @param changes that, a line each
     * @param asks who has to approve it
     */
    @Schema(name = "Proposed", description = "A revision that is not in force.")
    public record Proposed(
            @Schema(description = "What it is approved by.", examples = "9f86d081884c7d65")
            String digest,

            @Schema(description = "What would be another, a line each.")
            List<String> changes,

            @Schema(description = "Who has to approve it.") String asks) {

        public Proposed {
            changes = List.copyOf(changes);
        }
    }
}
