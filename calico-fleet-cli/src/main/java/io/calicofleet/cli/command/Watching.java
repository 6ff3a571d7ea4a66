package io.calicofleet.cli.command;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.CampaignWatch;
import io.calicofleet.cli.view.ExplanationView;
import io.calicofleet.cli.view.Phases;
import io.calicofleet.cli.view.ProgressView;
import io.calicofleet.cli.view.Snapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Follows a campaign on the terminal until it ends or waits for a person: {@code --watch} and {@code --wait}. */
final class Watching {

    private static final int TIMES_ASKED = 150;

    private final Terminal terminal;
    private final ServerOptions server;

    Watching(Terminal terminal, ServerOptions server) {
        this.terminal = terminal;
        this.server = server;
    }

    /** As {@link #follow}, of what was accepted a moment ago: the campaign is known once the planner has taken it up. */
    int followAccepted(String name) throws InterruptedException {
        for (int asked = 1; true; asked++) {
            try {
                return follow(name);
            } catch (RequestRefusedException e) {
                if (e.problem().status() != 404 || asked == TIMES_ASKED) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /** Returns the exit code. Structured formats print the last state only. */
    int follow(String name) throws InterruptedException {
        boolean quiet = server.output().structured();
        ProgressView view = new ProgressView(terminal);
        InstantSource clock = InstantSource.system();
        CampaignWatch watch = new CampaignWatch(server.client(), name, terminal::error);
        Snapshot last = watch.follow(
                snapshot -> {
                    if (!quiet) {
                        view.show(snapshot, clock.instant());
                    }
                },
                snapshot -> false);
        view.end();
        if (quiet) {
            server.output().print(terminal, server.client().get("/campaigns/" + name));
        } else {
            closing(last);
        }
        return last.succeeded() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** How it ended, and what waits for a person. */
    private void closing(Snapshot last) {
        var campaign = last.campaign();
        String took = Times.shortly(Duration.between(campaign.createdAt(), campaign.updatedAt()));
        terminal.line(campaign.campaign() + " "
                + terminal.styled(
                        Phases.style(campaign.phase()), campaign.phase().encode()) + " after " + took
                + (campaign.summary().isEmpty() ? "" : ": " + campaign.summary()));
        if (!last.succeeded()) {
            new ExplanationView(terminal, server.commandLines())
                    .waiting(server.client().explanation(campaign.campaign().value()));
        }
    }
}
