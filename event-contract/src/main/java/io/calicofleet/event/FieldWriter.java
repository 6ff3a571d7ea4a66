package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote to an object, as its managedFields tell.
 *
 * @param manager the field manager, such as kubectl-client-side-apply or argocd-controller
 * @param at when it last did; whole seconds of the API server's clock; null where that is not told
 */
public record FieldWriter(String manager, @Nullable Instant at) {

    /** The field manager of calico-fleet itself. */
    public static final String OURS = "calico-fleet";

    public FieldWriter {
        requireNonNull(manager, "manager");
    }

    /** In a sentence: {@code argocd-controller, at 2026-11-28T07:00:00Z}. */
    @Override
    public String toString() {
        return at == null ? manager : manager + ", at " + at;
    }
}
