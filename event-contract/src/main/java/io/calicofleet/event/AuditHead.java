package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Where a chain of audit records ends.
 *
 * @param writer whose chain
 * @param sequence the place of its last record
 * @param digest the SHA-256 of that record, as it was sent
 * @param at when it was written
 */
public record AuditHead(String writer, long sequence, String digest, Instant at) {

    public AuditHead {
        requireNonNull(writer, "writer");
        requireNonNull(digest, "digest");
        requireNonNull(at, "at");
    }
}
