package io.calicofleet.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import java.util.ArrayList;
import java.util.List;

/** A campaign as it was at another time, or what changed between two. */
public final class ReplayView {

    private static final int SHOWN = 40;

    private final Terminal terminal;
    private final CommandLines commands;

    /**
     * One that prints to {@code terminal}.
     *
     * @param commands writes commands as they are to be typed here
     */
    public ReplayView(Terminal terminal, CommandLines commands) {
        this.terminal = terminal;
        this.commands = commands;
    }

    /** What the planner answers. */
    public void print(JsonNode replay) {
        String doubt = replay.path("doubt").asText();
        if (!doubt.isEmpty()) {
            terminal.line(terminal.styled(Style.BAD, doubt));
        }
        boolean between = replay.hasNonNull("to");
        terminal.line((between ? "from " : "at ") + moment(replay.path("at")));
        if (between) {
            terminal.line("to   " + moment(replay.path("to")));
        }
        terminal.line(terminal.styled(
                Style.DIM,
                replay.path("decisions").asInt() + " decisions are kept, offsets "
                        + replay.path("first").path("offset").asLong() + " to "
                        + replay.path("last").path("offset").asLong() + ", from "
                        + replay.path("first").path("at").asText() + " to "
                        + replay.path("last").path("at").asText()));
        terminal.line("");
        if (between) {
            changes(replay);
        } else if (!replay.hasNonNull("status")) {
            terminal.line("It was deleted.");
        } else {
            state(replay);
        }
    }

    private void changes(JsonNode replay) {
        Table table = Table.of("about", "what", "then", "now");
        replay.path("changes")
                .forEach(change -> table.row(
                        change.path("about").asText(),
                        change.path("what").asText(),
                        change.path("then").asText(),
                        change.path("now").asText()));
        if (table.isEmpty()) {
            terminal.line("Nothing changed.");
        } else {
            table.print(terminal);
        }
        JsonNode decided = replay.path("between");
        if (!decided.isEmpty()) {
            terminal.line("");
            terminal.line(terminal.styled(Style.BOLD, "Decided on:"));
            for (int i = 0; i < Math.min(SHOWN, decided.size()); i++) {
                terminal.line("  " + moment(decided.get(i)));
            }
            if (decided.size() > SHOWN) {
                terminal.line("  and " + (decided.size() - SHOWN) + " more: -o json has them");
            }
        }
    }

    private void state(JsonNode replay) {
        CampaignStatus campaign = FleetClient.convert(replay.path("status"), CampaignStatus.class);
        List<ClusterStatus> clusters = new ArrayList<>();
        replay.path("clusters").forEach(node -> clusters.add(FleetClient.convert(node, ClusterStatus.class)));
        new StopView(terminal, commands).print(campaign.stop());
        new CampaignView(terminal).detail(new Snapshot(campaign, clusters), "");
        if (replay.hasNonNull("explanation")) {
            Explanation explanation = FleetClient.convert(replay.path("explanation"), Explanation.class);
            explanation.reasons().stream()
                    .limit(SHOWN)
                    .forEach(reason ->
                            terminal.line("  " + terminal.styled(Style.DIM, reason.rule()) + "  " + reason.sentence()));
        }
    }

    private static String moment(JsonNode moment) {
        return moment.path("at").asText() + "  offset " + moment.path("offset").asLong() + "  "
                + moment.path("learned").asText();
    }
}
