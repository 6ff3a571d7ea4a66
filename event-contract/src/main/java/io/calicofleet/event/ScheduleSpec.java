package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When clusters may be started. What has started is finished, whatever the time.
 *
 * @param startAt nothing starts before; null: at once
 * @param windows the maintenance windows; empty: at any time
 * @param freezes when nothing starts, whatever the windows say
 * @param expectedDuration how long one cluster takes, until the campaign has measured it
 */
public record ScheduleSpec(
        @Nullable Instant startAt, List<WindowSpec> windows, List<FreezeSpec> freezes, Duration expectedDuration) {

    public ScheduleSpec {
        windows = Copies.list(windows);
        freezes = Copies.list(freezes);
        Durations.bounded(requireNonNull(expectedDuration, "expectedDuration"), "expectedDuration");
    }
}
