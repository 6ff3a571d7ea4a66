package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Requests of one kind, mostly refusals, that have no record of their own, because too many came at once or none could be written.
 *
 * @param who who asked; null: nobody knows
 * @param request method and route, in which {@code *} stands for a name
 * @param status the answer, as HTTP has it; 0 where there were several
 * @param count how many there were, 1 or more
 */
public record AuditLeftOut(@Nullable String who, String request, int status, long count) {

    public AuditLeftOut {
        requireNonNull(request, "request");
    }
}
