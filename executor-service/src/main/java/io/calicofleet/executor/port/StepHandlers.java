package io.calicofleet.executor.port;

import io.calicofleet.event.StepKind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The handler of each kind of step. */
public final class StepHandlers {

    private final Map<StepKind, StepHandler> byKind = new EnumMap<>(StepKind.class);

    /**
     * Registers the handlers.
     *
     * @throws IllegalStateException where a kind has none, or two: a fault of whoever put the list together
     */
    public StepHandlers(Collection<? extends StepHandler> handlers) {
        for (StepHandler handler : handlers) {
            StepHandler other = byKind.put(handler.kind(), handler);
            if (other != null) {
                throw new IllegalStateException("two handlers for " + handler.kind() + ": "
                        + other.getClass().getSimpleName() + " and "
                        + handler.getClass().getSimpleName());
            }
        }
        Set<StepKind> missing = EnumSet.allOf(StepKind.class);
        missing.removeAll(byKind.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalStateException("no handler for " + missing);
        }
    }

    /** The handler of a kind. */
    public StepHandler of(StepKind kind) {
        StepHandler handler = byKind.get(kind);
        if (handler == null) {
            throw new IllegalStateException("no handler for " + kind + "; the constructor should have seen that");
        }
        return handler;
    }
}
