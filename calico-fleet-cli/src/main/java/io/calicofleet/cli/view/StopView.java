package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.Stop;
import org.jspecify.annotations.Nullable;

/** Says above everything else that everything is stopped. */
public final class StopView {

    private final Terminal terminal;
    private final CommandLines commands;

    /**
     * One that prints to {@code terminal}.
     *
     * @param commands writes commands as they are to be typed here
     */
    public StopView(Terminal terminal, CommandLines commands) {
        this.terminal = terminal;
        this.commands = commands;
    }

    /** Who stopped it, why, and what ends that; nothing where nobody did. */
    public void print(@Nullable Stop stop) {
        if (stop == null) {
            return;
        }
        terminal.line(terminal.styled(Style.BAD, "EVERYTHING IS STOPPED") + " by "
                + stop.who() + " since "
                + Times.clock(stop.at()) + ": " + stop.reason());
        terminal.line("What is under way finishes, nothing new starts in any campaign. To go on:  "
                + commands.of("resume --all --reason \"...\""));
        terminal.line("");
    }
}
