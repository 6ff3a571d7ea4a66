package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody asked for something and it is about to be done, or was refused. The records of a writer are a chain: each has the digest of the one
 * before, so that one that is removed, changed or moved is found.
 *
 * @param writer who writes this chain: a planner from its start on
 * @param begun when the chain began; none of its records is older
 * @param sequence the place in the chain, from 0
 * @param previous the SHA-256 of the record before, as it was sent; null for the first
 * @param heads of the first: where the chains of others ended when this one began
 * @param at when it was asked
 * @param who who asked; null: nobody knows
 * @param from the address it was asked from
 * @param request method and path
 * @param campaign the campaign it is about; null where about none
 * @param cluster the cluster it is about; null where about none
 * @param command the id of the event that is sent for it; null where none is
 * @param commandDigest the SHA-256 of the data of that event
 * @param approved the digest of what was looked at and is approved; null where none was named
 * @param breakGlass whether the glass is broken
 * @param status the answer, as HTTP has it; that of an act is written before it is done; of a record that only counts others, the largest
 *     of theirs
 * @param unwritten how many requests since the record before have no record of their own, mostly refusals that came too fast
 * @param leftOut which those are; empty where a planner wrote it that only knew how many
 * @param summary one sentence for people
 */
public record AuditRecorded(
        String writer,
        Instant begun,
        long sequence,
        @Nullable String previous,
        List<AuditHead> heads,
        Instant at,
        @Nullable Identity who,
        String from,
        String request,
        @Nullable CampaignName campaign,
        @Nullable ClusterId cluster,
        @Nullable String command,
        @Nullable String commandDigest,
        @Nullable String approved,
        boolean breakGlass,
        int status,
        long unwritten,
        List<AuditLeftOut> leftOut,
        String summary)
        implements FleetEvent {

    public AuditRecorded {
        requireNonNull(writer, "writer");
        requireNonNull(begun, "begun");
        requireNonNull(at, "at");
        requireNonNull(from, "from");
        requireNonNull(request, "request");
        heads = Copies.list(heads);
        leftOut = Copies.list(leftOut);
        summary = Lines.shortened(requireNonNull(summary, "summary"));
    }

    @Override
    public EventType type() {
        return EventType.AUDIT_RECORDED;
    }
}
