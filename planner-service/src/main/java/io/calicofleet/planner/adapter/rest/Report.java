package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.outcome.Outcomes;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.PlanReader;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of what a campaign did and who wanted it, as one JSON document: its status and those of its clusters, what people
 * asked of it and whether that was refused, what went wrong, the verdicts with their evidence, a statement of each cluster that is finished,
 * and the plans.
 *
 * @param at when it is made
 * @param version of the planner
 * @param campaign its status, with its document under {@code spec}
 * @param clusters the statuses of its clusters, as JSON
 * @param statements where events come from, and who decides once more, to tell what was refused, and signs
 * @param plans where plans come from
 */
record Report(
        Instant at,
        String version,
        CampaignStatus campaign,
        Collection<byte[]> clusters,
        Statements statements,
        PlanReader plans)
        implements StreamingOutput {

    @Override
    public void write(OutputStream output) throws IOException {
        try (JsonGenerator json = EventJson.mapper().createGenerator(output)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("apiVersion", "calico-fleet/v1");
            json.writeStringField("kind", "CampaignReport");
            json.writeStringField("madeAt", at.toString());
            json.writeStringField("version", version);
            json.writePOJOField("campaign", campaign);
            json.writeArrayFieldStart("clusters");
            for (byte[] cluster : clusters) {
                json.writeTree(EventJson.mapper().readTree(cluster));
            }
            json.writeEndArray();
            events(json);
            json.writeArrayFieldStart("plans");
            plans.read(campaign.campaign(), campaign.createdAt(), made -> pojo(json, made));
            json.writeEndArray();
            json.writeEndObject();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void events(JsonGenerator json) throws IOException {
        Replay replay = statements.replay();
        Outcomes outcomes = new Outcomes(cluster -> true);
        json.writeArrayFieldStart("events");
        String unreadable = statements.decisions().read(campaign.campaign(), campaign.createdAt(), recorded -> {
            Optional<Decision> decision = replay.decide(recorded);
            decision.ifPresent(made -> outcomes.take(recorded, made));
            event(recorded, refusal(decision)).ifPresent(event -> pojo(json, event));
        });
        json.writeEndArray();
        json.writeStringField("missing", missing(replay, unreadable));
        json.writeStringField("signedBy", statements.signing().keyId().orElse(""));
        json.writeArrayFieldStart("statements");
        if (replay.first().isPresent()) {
            for (byte[] cluster : clusters) {
                ClusterStatus status = EventJson.read(cluster, ClusterStatus.class);
                outcomes.of(campaign, status, replay, unreadable == null ? "" : unreadable)
                        .ifPresent(outcome -> statement(json, outcome));
            }
        }
        json.writeEndArray();
    }

    private void statement(JsonGenerator json, ClusterOutcome outcome) {
        try {
            json.writeStartObject();
            json.writeStringField("cluster", outcome.cluster().value());
            json.writeFieldName("envelope");
            json.writeRawValue(new String(statements.envelope(outcome), StandardCharsets.UTF_8));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String missing(Replay replay, @Nullable String unreadable) {
        if (replay.first().isEmpty()) {
            return "How the campaign began is not written down or not kept any more: what people asked of it may not be complete, what"
                    + " was refused is not told apart, and there is no statement of any cluster.";
        }
        return unreadable == null ? "" : unreadable;
    }

    private static String refusal(Optional<Decision> decision) {
        return decision.stream()
                .flatMap(made -> made.effects().stream())
                .filter(Effect.RefuseCommand.class::isInstance)
                .map(effect -> ((Effect.RefuseCommand) effect).reason())
                .collect(Collectors.joining(" "));
    }

    /** What people asked, what was judged and what did not go well; of the rest the history of each cluster tells. */
    private static Optional<Entry> event(Recorded recorded, String refused) {
        return switch (recorded.input()) {
            case PlannerInput.CommandReceived got ->
                Optional.of(Entry.of(recorded, got.command(), got.actor(), refused));
            case PlannerInput.StopHeard got ->
                Optional.of(Entry.of(
                        recorded,
                        new FleetStop(got.stop(), null, recorded.summary()),
                        got.stop() == null ? null : got.stop().by(),
                        ""));
            case PlannerInput.VerdictReceived got -> Optional.of(Entry.of(recorded, got.verdict(), null, ""));
            case PlannerInput.ProgressReceived got ->
                got.progress() instanceof StepFailed || got.progress() instanceof StepHeld
                        ? Optional.of(Entry.of(recorded, got.progress(), null, ""))
                        : Optional.empty();
            case PlannerInput.MissingHeard got -> Optional.empty();
            case PlannerInput.ClaimAnswered got -> Optional.empty();
            case PlannerInput.MembersHeard got -> Optional.empty();
            case PlannerInput.Tick tick -> Optional.empty();
        };
    }

    private static void pojo(JsonGenerator json, Object value) {
        try {
            json.writePOJO(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An event the planner decided on.
     *
     * @param offset where it is written down
     * @param at when, by the planner's clock
     * @param type which event
     * @param byPeople whether a person asked for it
     * @param actor who; null where nobody said
     * @param refused why it changed nothing; empty where it was taken
     * @param summary what it says, one sentence
     * @param data its payload
     */
    private record Entry(
            long offset,
            Instant at,
            String type,
            boolean byPeople,
            @Nullable String actor,
            String refused,
            String summary,
            FleetEvent data) {

        static Entry of(Recorded recorded, FleetEvent data, @Nullable String actor, String refused) {
            return new Entry(
                    recorded.offset(),
                    recorded.input().at().clock(),
                    data.type().shortName(),
                    data instanceof CampaignCommand || data instanceof FleetStop,
                    actor,
                    refused,
                    data.summary(),
                    data);
        }
    }
}
