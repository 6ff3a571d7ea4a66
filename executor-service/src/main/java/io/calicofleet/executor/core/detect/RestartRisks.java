package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a restart of calico-node, which every upgrade is, may interrupt on this cluster: nothing to refuse, but
 * to know before the wave is chosen. Nothing shows it once the nodes roll.
 */
final class RestartRisks {

    /** What BIRD's neighbours wait with the routes of a node that restarts, where nobody says otherwise. */
    private static final Duration USUAL = Duration.ofMinutes(2);

    /** As Go writes durations: 1m30s, 90s, 0.5h. */
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s)");

    private RestartRisks() {}

    /** A sentence for each. */
    static List<String> notes(ClusterSnapshot snapshot) {
        List<String> notes = new ArrayList<>();
        if (Platform.isBpf(snapshot)) {
            notes.add(
                    "Felix uses the eBPF data plane: connections may break for a moment on each node whose calico-node"
                            + " restarts (calico#8646); choose small waves and a quiet hour");
        }
        Stream.concat(
                        snapshot.all("BGPConfiguration").flatMap(object -> shorter(object, "nodeMeshMaxRestartTime")),
                        snapshot.all("BGPPeer").flatMap(object -> shorter(object, "maxRestartTime")))
                .forEach(notes::add);
        return notes;
    }

    private static Stream<String> shorter(JsonNode object, String field) {
        String said = object.path("spec").path(field).asText();
        return duration(said)
                .filter(time -> time.compareTo(USUAL) < 0)
                .map(time -> object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText() + " gives a node " + said + " to restart (" + field
                        + "; usual are " + USUAL.toSeconds()
                        + "s): one that takes longer loses its routes until it is back"
                        + " (calico#6625)")
                .stream();
    }

    /** Empty where it is none. */
    private static Optional<Duration> duration(String text) {
        Matcher parts = PART.matcher(text);
        BigDecimal millis = BigDecimal.ZERO;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            long unit = switch (parts.group(2)) {
                case "h" -> 3_600_000;
                case "m" -> 60_000;
                case "s" -> 1000;
                default -> 1;
            };
            millis = millis.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = parts.end();
        }
        return end == 0 || end != text.length() ? Optional.empty() : Optional.of(Duration.ofMillis(millis.longValue()));
    }
}
