package io.calicofleet.cli.chaos;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is known of a run once it is over: what was on the topics, what was written in the clusters, and how all of it ended.
 *
 * @param records what was on the topics, each topic's partition in its order; duplicates by id left out
 * @param clusters by cluster what was written there and how it looks now
 * @param campaigns how the campaigns ended
 * @param statuses how the clusters of the campaigns ended
 * @param unreadable records that went to the dead letters, or that nobody could read, a line each
 * @param lost campaigns that were accepted and are not known any more, by name, and what is answered for them
 * @param replays campaigns whose decisions, made once more, lead to something else than is said of them, by name, and how it differs
 */
record History(
        List<Recorded> records,
        Map<ClusterId, ClusterLog> clusters,
        List<CampaignStatus> campaigns,
        List<ClusterStatus> statuses,
        List<String> unreadable,
        List<String> lost,
        List<String> replays) {

    History {
        records = List.copyOf(records);
        clusters = Map.copyOf(clusters);
        campaigns = List.copyOf(campaigns);
        statuses = List.copyOf(statuses);
        unreadable = List.copyOf(unreadable);
        lost = List.copyOf(lost);
        replays = List.copyOf(replays);
    }

    /**
     * An event and its place on its topic.
     *
     * @param time when it was written, by a clock that nobody sets: what the event says is by its sender's
     */
    record Recorded(Event<? extends FleetEvent> event, Instant time, int partition, long offset) {}

    /**
     * What is known of a cluster.
     *
     * @param writes the writes that came over HTTP, in their order
     * @param set what people had set, before the run and in it
     * @param left what of us is there at the end and should not be, a line each
     */
    record ClusterLog(List<Write> writes, List<PeoplesValue> set, List<String> left) {
        ClusterLog {
            writes = List.copyOf(writes);
            set = List.copyOf(set);
            left = List.copyOf(left);
        }
    }

    /**
     * A write, as the audit of the cluster has it.
     *
     * @param object resource, namespace and name
     * @param code the answer's HTTP code
     * @param version the resource version of the answered object; the same one as before: nothing changed
     * @param values of a ConfigMap its short values, of a Lease its holder
     */
    record Write(
            Instant at,
            String verb,
            String resource,
            String object,
            String userAgent,
            boolean dryRun,
            int code,
            String version,
            Map<String, String> values) {
        Write {
            values = Map.copyOf(values);
        }
    }

    /**
     * Something a person set.
     *
     * @param where object and field
     * @param set the value, as JSON
     * @param now the value at the end; empty where it is gone
     */
    record PeoplesValue(String where, String set, String now) {}

    /** The events of a kind, in their order. */
    <T extends FleetEvent> Stream<Kept<T>> all(Class<T> type) {
        return records.stream()
                .filter(record -> type.isInstance(record.event().data()))
                .map(record -> new Kept<>(record, type.cast(record.event().data())));
    }

    /** The events of a kind about a cluster, in their order. */
    <T extends FleetEvent> List<Kept<T>> of(Class<T> type, ClusterId cluster) {
        List<Kept<T>> found = new ArrayList<>();
        all(type)
                .filter(kept ->
                        cluster.equals(kept.record().event().attributes().subject()))
                .forEach(found::add);
        return found;
    }

    /** A record and its payload. */
    record Kept<T extends FleetEvent>(Recorded record, T data) {

        Instant time() {
            return record.time();
        }
    }
}
