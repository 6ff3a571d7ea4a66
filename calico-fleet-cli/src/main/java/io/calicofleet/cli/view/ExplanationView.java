package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.Explanation.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Why something waits, with the commands to run next. */
public final class ExplanationView {

    private static final int SHOWN = 5;
    private static final int NAMED = 4;
    private static final int EVIDENCE = 10;

    private final Terminal terminal;
    private final CommandLines commands;

    /**
     * One that prints to {@code terminal}.
     *
     * @param commands writes commands as they are to be typed here
     */
    public ExplanationView(Terminal terminal, CommandLines commands) {
        this.terminal = terminal;
        this.commands = commands;
    }

    /** All of it: each reason with its rule, since when, and what ends it. */
    public void print(Explanation explanation, Instant now) {
        new StopView(terminal, commands).print(explanation.stop());
        String subject = (explanation.cluster() == null
                        ? explanation.campaign()
                        : explanation.cluster() + " in " + explanation.campaign())
                .toString();
        terminal.line(terminal.styled(Style.BOLD, subject) + "  places " + used(explanation.places()) + "  failures "
                + used(explanation.failures()));
        terminal.line(explanation.summary());
        for (EndedBy who : EndedBy.values()) {
            List<Reason> reasons = explanation.reasons().stream()
                    .filter(reason -> reason.endedBy() == who)
                    .toList();
            if (!reasons.isEmpty()) {
                terminal.line("");
                terminal.line(terminal.styled(Style.BOLD, heading(who)));
                reasons.forEach(reason -> print(reason, now));
            }
        }
        if (explanation.reasons().isEmpty()) {
            terminal.line("");
            terminal.line("Nothing waits: it is finished.");
        }
    }

    /** What waits for a person, shortly; nothing where nothing does. */
    public void waiting(Explanation explanation) {
        List<Reason> waiting = explanation.reasons().stream()
                .filter(reason ->
                        reason.endedBy() != EndedBy.ITSELF || reason.rule().equals("claim"))
                .toList();
        if (waiting.isEmpty()) {
            return;
        }
        terminal.line("");
        terminal.line(terminal.styled(Style.BOLD, "Waits for you:"));
        waiting.stream().limit(SHOWN).forEach(reason -> {
            terminal.line("  " + (reason.count() == 0 ? "" : named(reason) + ": ") + reason.sentence());
            commands(reason, "    ");
        });
        if (waiting.size() > SHOWN) {
            terminal.line(
                    "  and " + (waiting.size() - SHOWN) + " more: " + commands.of("explain " + explanation.campaign()));
        }
    }

    private void print(Reason reason, Instant now) {
        String who = reason.count() == 0 ? "" : named(reason) + "  ";
        Instant since = reason.since();
        terminal.line("  " + who + terminal.styled(Style.DIM, reason.rule())
                + (since == null
                        ? ""
                        : terminal.styled(
                                Style.DIM,
                                "  since " + Times.clock(since) + " (" + Times.shortly(Duration.between(since, now))
                                        + ")")));
        terminal.line("    " + reason.sentence());
        reason.evidence().stream().limit(EVIDENCE).forEach(line -> terminal.line("      " + line));
        if (reason.evidence().size() > EVIDENCE) {
            terminal.line("      and " + (reason.evidence().size() - EVIDENCE) + " more");
        }
        terminal.line("    rule:  " + reason.says());
        terminal.line("    ends:  " + reason.ends());
        commands(reason, "    ");
    }

    private void commands(Reason reason, String indent) {
        int width = reason.commands().stream()
                .mapToInt(command -> command.label().length())
                .max()
                .orElse(0);
        for (NextCommand command : reason.commands()) {
            terminal.line(indent + command.label() + ":"
                    + " ".repeat(width - command.label().length()) + "  " + commands.of(command.command()));
        }
    }

    private static String heading(EndedBy who) {
        return switch (who) {
            case PEOPLE -> "Waits for you";
            case OWNER -> "Waits for whoever owns the cluster, then for you";
            case OPERATOR -> "Waits for whoever runs calico-fleet";
            case ITSELF -> "Goes on by itself";
        };
    }

    private static String named(Reason reason) {
        if (reason.clusters().isEmpty()) {
            return reason.count() + (reason.count() == 1 ? " cluster" : " clusters");
        }
        String names =
                reason.clusters().stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "));
        int more = reason.count() - Math.min(NAMED, reason.clusters().size());
        return names + (more > 0 ? " and " + more + " more" : "");
    }

    private static String used(Used used) {
        return used.used() + " of " + used.allowed();
    }
}
