package io.calicofleet.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A webhook that was given up, as it stands on {@link #TOPIC}. It names the record on its own topic and holds nothing of it but its
 * summary: what is sent again is read there, and checked as at first. With {@code replay} it asks for that; once it was taken, a tombstone
 * follows.
 *
 * @param endpoint the name of the endpoint that did not take it
 * @param id its webhook-id
 * @param type the short name of its event's type
 * @param campaign the campaign; null: it is of none
 * @param summary that of the event
 * @param topic where the record is
 * @param partition its partition
 * @param offset its offset
 * @param tries how often it was tried
 * @param first when at first
 * @param at when it was given up, or when somebody asked for it to be sent again
 * @param reason why it was not taken
 * @param replay whether it is to be sent again
 */
public record Undelivered(
        String endpoint,
        String id,
        String type,
        @Nullable String campaign,
        String summary,
        String topic,
        int partition,
        long offset,
        int tries,
        Instant first,
        Instant at,
        String reason,
        boolean replay) {

    /** Where they are: a compacted topic that the integrations make for themselves, of one partition. */
    public static final String TOPIC = "calico-fleet-integrations-undelivered";

    public Undelivered {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(id, "id");
        requireNonNull(type, "type");
        requireNonNull(summary, "summary");
        requireNonNull(topic, "topic");
        requireNonNull(first, "first");
        requireNonNull(at, "at");
        requireNonNull(reason, "reason");
    }

    /** The key of its record. */
    public String key() {
        return endpoint + "/" + id;
    }

    /** The same, asked for at {@code now}. */
    public Undelivered again(Instant now) {
        return new Undelivered(
                endpoint, id, type, campaign, summary, topic, partition, offset, tries, first, now, reason, true);
    }
}
