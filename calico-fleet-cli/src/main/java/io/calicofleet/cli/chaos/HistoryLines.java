package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.Recorded;
import io.calicofleet.event.Event;
import io.calicofleet.kafka.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A history as text, for whoever looks for the cause of a finding. */
final class HistoryLines {

    private HistoryLines() {}

    /** The events by their time: where each is, who sent it, and its payload. */
    static List<String> events(History history) {
        return history.records().stream()
                .sorted(Comparator.comparing(Recorded::time))
                .map(HistoryLines::line)
                .toList();
    }

    /** The writes of each cluster. */
    static List<String> writes(History history) {
        List<String> lines = new ArrayList<>();
        history.clusters()
                .forEach((cluster, log) -> log.writes()
                        .forEach(write -> lines.add(
                                cluster + " " + write.at() + " " + write.code() + (write.dryRun() ? " dry " : " ")
                                        + write.verb() + " " + write.resource() + " " + write.object() + " v"
                                        + write.version() + " "
                                        + write.values() + " " + write.userAgent())));
        return lines;
    }

    private static String line(Recorded record) {
        Event<?> event = record.event();
        return record.time() + " " + event.data().type().shortName() + " "
                + event.data().type().topic().topicName()
                + "-" + record.partition() + "@" + record.offset() + " "
                + event.attributes().source() + " "
                + new String(EventJson.write(event.data()), StandardCharsets.UTF_8);
    }
}
