package io.calicofleet.planner.core.audit;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.AuditHead;
import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.AuditRecorded;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain of audit records as far as it is written: each record has the digest of the one before.
 *
 * @param writer who writes it, and nobody else
 * @param begun when it began
 * @param heads where the chains of others ended then; the first record tells them
 * @param last the last record; null: there is none yet
 */
public record AuditChain(
        String writer,
        Instant begun,
        List<AuditHead> heads,
        @Nullable AuditHead last) {

    public AuditChain {
        requireNonNull(writer, "writer");
        requireNonNull(begun, "begun");
        heads = List.copyOf(heads);
    }

    /** One without a record. */
    public static AuditChain begin(String writer, Instant begun, List<AuditHead> heads) {
        return new AuditChain(writer, begun, heads, null);
    }

    /**
     * What its next record says.
     *
     * @param leftOut refusals before it that have no record of their own
     */
    public AuditRecorded next(Asked asked, Instant at, List<AuditLeftOut> leftOut) {
        Asked.Sent command = asked.command();
        return new AuditRecorded(
                writer,
                begun,
                last == null ? 0 : last.sequence() + 1,
                last == null ? null : last.digest(),
                last == null ? heads : List.of(),
                at,
                asked.who(),
                asked.from(),
                asked.request(),
                asked.campaign(),
                asked.cluster(),
                command == null ? null : command.id(),
                command == null ? null : command.digest(),
                command == null ? null : command.approved(),
                command != null && command.breakGlass(),
                asked.status(),
                leftOut.stream().mapToLong(AuditLeftOut::count).sum(),
                leftOut,
                asked.summary());
    }

    /** The chain once that record is written; {@code digest} is of the record as it was sent. */
    public AuditChain with(AuditRecorded written, String digest) {
        return new AuditChain(
                writer, begun, List.of(), new AuditHead(writer, written.sequence(), digest, written.at()));
    }
}
