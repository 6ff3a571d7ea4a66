package io.calicofleet.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.StreamItem;
import io.calicofleet.cli.output.Times;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** An event as one line. */
public final class EventLine {

    private EventLine() {}

    /** Time, type, campaign and cluster, and its sentence. */
    public static String of(StreamItem.Message message) {
        JsonNode event = message.data();
        String campaign = event.path("campaign").asText("");
        String subject = event.path("subject").asText("");
        String about = campaign.isEmpty() ? subject : subject.isEmpty() ? campaign : campaign + "/" + subject;
        String actor = event.path("actor").asText("");
        return "%s  %-18s  %-24s  %s%s"
                .formatted(
                        clock(event.path("time").asText("")),
                        message.type(),
                        about,
                        event.path("data").path("summary").asText(""),
                        actor.isEmpty() ? "" : "  (" + actor + ")");
    }

    private static String clock(String time) {
        try {
            return Times.clock(Instant.parse(time));
        } catch (DateTimeParseException e) {
            return time;
        }
    }
}
