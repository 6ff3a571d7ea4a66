package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is said in place of an event that is too large for a record, so that its step does not wait for ever: what takes so
 * much, and what to do.
 *
 * <pre>
 *   an outcome       the cluster is held, as by any other objection; nobody approves what could not be shown whole
 *   an observation   the cluster cannot be seen, so that no deadline runs
 * </pre>
 */
public final class Oversized {

    /**
     * Bytes of a value that are sent. Others keep more than one of them in a record of their own: the verifier an observation
     * beside the baseline that came with the facts.
     */
    public static final int MOST = Topic.MAX_RECORD_BYTES / 2;

    private static final int NAMED = 5;
    /** What has more of them than any record of ours is a map, by node or the like. */
    private static final int FIELDS = 50;

    private Oversized() {}

    /** What to say in its place; empty where the event cannot be too large, since all it holds is bounded. */
    public static Optional<FleetEvent> inPlaceOf(FleetEvent event, int bytes) {
        return switch (event) {
            case ChecksObserved checks -> Optional.of(sight(checks, bytes));
            case StepProgress progress -> Optional.of(held(progress, bytes));
            default -> Optional.empty();
        };
    }

    private static FleetEvent held(StepProgress progress, int bytes) {
        List<String> details = new ArrayList<>();
        String what = "What " + progress.step().kind() + " found takes " + bytes + " bytes, and a report has at most "
                + MOST + ". ";
        details.add(what + "Remove from the cluster what is not needed of it, then retry; or leave the cluster out and"
                + " upgrade it by hand.");
        parts(progress).forEach(part -> details.add(part.toString()));
        return new StepHeld(
                progress.step(),
                HoldReason.PREFLIGHT_OBJECTIONS,
                List.of(),
                details,
                progress.step().cluster() + ": " + what + "Most of it is "
                        + parts(progress).getFirst() + ".");
    }

    private static FleetEvent sight(ChecksObserved checks, int bytes) {
        String reason = "what is seen of it takes " + bytes + " bytes, and a report has at most " + MOST
                + ". Most of it is " + parts(checks.observation()).getFirst() + ": remove what is not needed of it";
        return new SightLost(
                checks.step(),
                checks.sequence(),
                Duration.ZERO,
                reason,
                checks.step().cluster() + ": cannot be seen: " + reason,
                Objects.requireNonNullElse(checks.next(), Duration.ofSeconds(10)),
                Objects.requireNonNullElse(checks.run(), ""));
    }

    /** The largest parts, the largest first. */
    private static List<Part> parts(Object of) {
        List<Part> parts = new ArrayList<>();
        collect(EventJson.mapper().valueToTree(of), parts);
        return parts.stream()
                .sorted(Comparator.comparingInt(Part::bytes).reversed())
                .limit(NAMED)
                .toList();
    }

    private static void collect(JsonNode object, List<Part> parts) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isObject() && field.getValue().size() <= FIELDS) {
                collect(field.getValue(), parts);
            } else {
                parts.add(new Part(field.getKey(), field.getValue().size(), EventJson.write(field.getValue()).length));
            }
        }
    }

    /** {@code hostEndpoints: 12000 entries, 2400000 bytes}. */
    private record Part(String name, int entries, int bytes) {

        @Override
        public String toString() {
            return name + ": " + (entries == 0 ? "" : entries + " entries, ") + bytes + " bytes";
        }
    }
}
