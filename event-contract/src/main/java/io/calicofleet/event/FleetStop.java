package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether everything is stopped: true of all campaigns, on all planners, and of those that are created meanwhile, until the next one.
 *
 * @param stop who stopped it, and why; null: it goes on
 * @param at when this was said; null from senders that do not say
 * @param summary one sentence for people
 */
public record FleetStop(@Nullable Stop stop, @Nullable Instant at, String summary) implements FleetEvent {

    /** The key of its record: there is one for all. */
    public static final String KEY = "stop";

    /** What holds where the record cannot be read: nobody knows that anything may start. */
    public static final Stop UNREADABLE = new Stop(null, "its record cannot be read", Instant.EPOCH);

    public FleetStop {
        requireNonNull(summary, "summary");
    }

    /** That everything is stopped. */
    public static FleetStop of(Stop stop, Instant at) {
        return new FleetStop(stop, at, "Everything is stopped by " + stop.who() + ": " + stop.reason());
    }

    @Override
    public EventType type() {
        return EventType.FLEET_STOP;
    }
}
