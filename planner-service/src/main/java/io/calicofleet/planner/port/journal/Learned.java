package io.calicofleet.planner.port.journal;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.Stop;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.Twin;
import io.calicofleet.planner.core.campaign.PlannerTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input of the core as it is written down: all that the decision depended on, besides the state before it.
 *
 * @param learned the type of the event, {@value #TICK}, {@value #STOP} or {@value #MEMBERS}
 * @param clock when, by the planner's clock
 * @param worked for how long planners had worked then
 * @param rebuilt whether the state before it was read from the stores, after a start of a planner
 * @param data the payload of the event, or what is known of members; null where it is none
 * @param actor who sent it; null where nobody said
 * @param fleet every cluster known then, where a campaign is created or becomes another
 * @param deletedAt when a campaign of the name was deleted; null where none was
 * @param stop who has stopped everything; null: nobody
 * @param twin the same cluster under another id; null: there is none
 * @param uid which real cluster was granted; null where that was not known
 */
record Learned(
        String learned,
        Instant clock,
        Duration worked,
        boolean rebuilt,
        @Nullable JsonNode data,
        @Nullable String actor,
        @Nullable List<ClusterCandidate> fleet,
        @Nullable Instant deletedAt,
        @Nullable Stop stop,
        @Nullable Twin twin,
        @Nullable String uid) {

    private static final String TICK = "tick";
    private static final String STOP = "stop";
    private static final String MEMBERS = "members";

    static Learned of(PlannerInput input, boolean rebuilt) {
        PlannerTime at = input.at();
        return switch (input) {
            case PlannerInput.CommandReceived got ->
                new Learned(
                        got.command().type().encode(),
                        at.clock(),
                        at.worked(),
                        rebuilt,
                        json(got.command()),
                        got.actor(),
                        got.fleet().isEmpty() ? null : got.fleet(),
                        got.deletedAt(),
                        got.stop(),
                        null,
                        null);
            case PlannerInput.ProgressReceived got -> event(at, rebuilt, got.progress(), got.twin(), null);
            case PlannerInput.VerdictReceived got -> event(at, rebuilt, got.verdict(), null, null);
            case PlannerInput.MissingHeard got -> event(at, rebuilt, got.said(), null, null);
            case PlannerInput.ClaimAnswered got -> event(at, rebuilt, got.answer(), got.twin(), got.uid());
            case PlannerInput.StopHeard got ->
                new Learned(STOP, at.clock(), at.worked(), rebuilt, null, null, null, null, got.stop(), null, null);
            case PlannerInput.MembersHeard got ->
                new Learned(
                        MEMBERS,
                        at.clock(),
                        at.worked(),
                        rebuilt,
                        got.members() == null ? null : EventJson.mapper().valueToTree(got.members()),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
            case PlannerInput.Tick tick ->
                new Learned(TICK, at.clock(), at.worked(), rebuilt, null, null, null, null, null, null, null);
        };
    }

    private static Learned event(
            PlannerTime at, boolean rebuilt, FleetEvent event, @Nullable Twin twin, @Nullable String uid) {
        return new Learned(
                event.type().encode(),
                at.clock(),
                at.worked(),
                rebuilt,
                json(event),
                null,
                null,
                null,
                null,
                twin,
                uid);
    }

    private static JsonNode json(FleetEvent event) {
        return EventJson.mapper().valueToTree(event);
    }

    /** @throws IOException where this release knows no such input */
    PlannerInput input() throws IOException {
        PlannerTime at = new PlannerTime(clock, worked);
        if (learned.equals(TICK)) {
            return new PlannerInput.Tick(at);
        }
        if (learned.equals(STOP)) {
            return new PlannerInput.StopHeard(at, stop);
        }
        if (learned.equals(MEMBERS)) {
            return new PlannerInput.MembersHeard(
                    at, data == null ? null : EventJson.mapper().treeToValue(data, MembersStatus.class));
        }
        EventType type = EventType.find(learned)
                .orElseThrow(() -> new IOException(
                        "the planner learned '" + learned + "', which this release does not" + " know"));
        return switch (EventJson.mapper().treeToValue(data, type.payload())) {
            case CampaignCommand command ->
                new PlannerInput.CommandReceived(
                        at, command, actor, requireNonNullElse(fleet, List.of()), deletedAt, stop);
            case StepProgress progress -> new PlannerInput.ProgressReceived(at, progress, twin);
            case StepJudged verdict -> new PlannerInput.VerdictReceived(at, verdict);
            case GatesMissing said -> new PlannerInput.MissingHeard(at, said);
            case ClaimAnswer answer -> new PlannerInput.ClaimAnswered(at, answer, twin, uid);
            case FleetEvent other -> throw new IOException("a planner does not learn of " + other.type());
        };
    }
}
