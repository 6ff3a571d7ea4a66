package io.calicofleet.planner.port.journal;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Stop;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.replay.Recorded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decisions as they are written down: what made the planner decide, and a checksum of what it changed. */
public final class Journal {

    /** Characters of a part; as a string of JSON in UTF-8 each has at most four bytes, which still is a record. */
    private static final int PART = 500_000;

    private final StringBuilder unfinished = new StringBuilder();
    private int parts;

    /** Whether a decision is written down: whether it changed anything, or somebody is told something. */
    public static boolean tells(Decision decision) {
        return decision.headerChanged()
                || !decision.changedClusters().isEmpty()
                || !decision.effects().isEmpty();
    }

    /**
     * What is written down of a decision, in this order.
     *
     * @param rebuilt whether the state before it was read from the stores
     * @param changed what was changed of it
     */
    public static List<DecisionMade> entries(
            CampaignName campaign, PlannerInput input, boolean rebuilt, Changed changed) {
        String learned = new String(EventJson.write(Learned.of(input, rebuilt)), StandardCharsets.UTF_8);
        int parts = (learned.length() + PART - 1) / PART;
        List<DecisionMade> entries = new ArrayList<>();
        for (int part = 1; part <= parts; part++) {
            entries.add(new DecisionMade(
                    campaign,
                    input.at().clock(),
                    part,
                    parts,
                    learned.substring((part - 1) * PART, Math.min(part * PART, learned.length())),
                    changed.checksum(),
                    said(campaign, input)));
        }
        return entries;
    }

    /**
     * Takes up the next entry of a campaign.
     *
     * @param offset of its record
     * @return the decision, once it is complete; empty also where its beginning is not kept any more
     * @throws IOException where it cannot be read, or this release knows nothing of the kind
     */
    public Optional<Recorded> read(long offset, DecisionMade made) throws IOException {
        if (made.part() == 1) {
            unfinished.setLength(0);
            parts = 0;
        }
        if (made.part() != parts + 1) {
            return Optional.empty();
        }
        parts = made.part();
        unfinished.append(made.learned());
        if (made.part() < made.parts()) {
            return Optional.empty();
        }
        Learned learned = EventJson.read(unfinished.toString().getBytes(StandardCharsets.UTF_8), Learned.class);
        return Optional.of(new Recorded(offset, learned.input(), learned.rebuilt(), made.changed(), made.summary()));
    }

    private static String said(CampaignName campaign, PlannerInput input) {
        return switch (input) {
            case PlannerInput.CommandReceived got ->
                by(got.command().type().shortName(), got.actor(), got.command().summary());
            case PlannerInput.ProgressReceived got ->
                said(
                        got.progress().type().shortName(),
                        got.progress().step().toString(),
                        got.progress().summary());
            case PlannerInput.VerdictReceived got ->
                said(
                        got.verdict().type().shortName(),
                        got.verdict().step().toString(),
                        got.verdict().summary());
            case PlannerInput.MissingHeard got ->
                said(
                        got.said().type().shortName(),
                        got.said().step().toString(),
                        got.said().summary());
            case PlannerInput.ClaimAnswered got ->
                said(
                        got.answer().type().shortName(),
                        got.answer().cluster().toString(),
                        got.answer().summary());
            case PlannerInput.StopHeard got -> stop(got.stop(), got.at().clock());
            case PlannerInput.MembersHeard got -> "Other clusters fit " + campaign + " than did.";
            case PlannerInput.Tick tick -> "Time passed for " + campaign + ".";
        };
    }

    private static String stop(@Nullable Stop stop, Instant at) {
        return stop == null
                ? "Nothing is stopped any more."
                : FleetStop.of(stop, at).summary();
    }

    private static String by(String type, @Nullable String actor, String summary) {
        return said(type, "by " + (actor == null ? "somebody" : actor), summary);
    }

    private static String said(String type, String about, String summary) {
        return type + " " + about + (summary.isBlank() ? "" : ": " + summary);
    }
}
