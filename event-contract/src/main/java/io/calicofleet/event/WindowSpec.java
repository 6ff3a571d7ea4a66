package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A maintenance window: a cluster is started while the clocks of a time zone show a time from {@code from} until before
 * {@code to}. Where {@code to} is not after {@code from}, the window ends on the day after.
 *
 * @param matchLabels the clusters it is for carry all these labels; empty: it is for those that no other window is for
 * @param days the days on which it begins
 * @param from the time of day at which it opens, such as 22:00
 * @param to the time of day at which it closes, such as 04:00; 24:00 is the end of the day
 * @param zone the time zone, by its IANA name
 */
public record WindowSpec(Map<String, String> matchLabels, List<Weekday> days, String from, String to, String zone) {

    public WindowSpec {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(zone, "zone");
        matchLabels = Copies.map(matchLabels);
        days = Copies.list(days);
    }
}
