package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates the campaign a file describes, or proposes that one that runs becomes what it describes. */
@Command(
        name = "apply",
        description = {
            "Create the campaign a file describes; the same file again changes nothing.",
            "A changed file of a campaign that runs is a revision: what would change is shown, and nothing does until it is approved."
        })
public final class ApplyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The campaign, YAML or JSON; - is standard input")
    private String file = "-";

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            description =
                    "The name or digest of a plan: do exactly that; what has changed since is held before its first write")
    private @Nullable String plan;

    @Option(
            names = "--take-in",
            description = "Propose that clusters take part that fit the campaign since it was created")
    private boolean takeIn;

    @Option(names = "--wait", description = "Follow it until it ends or waits for you")
    private boolean wait;

    /** Prints to {@code terminal}. */
    public ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (takeIn && plan != null) {
            throw CliException.usage(
                    "--take-in and --plan do not go together: clusters that are taken in have no plan");
        }
        CampaignFile campaign = CampaignFile.read(file);
        JsonNode answer;
        try {
            answer = server.client()
                    .post(
                            "/campaigns"
                                    + (plan != null
                                            ? "?plan=" + FleetClient.encode(plan)
                                            : takeIn ? "?takeIn=true" : ""),
                            campaign.document());
        } catch (RequestRefusedException e) {
            Failures.refused(terminal, campaign.inOrder(e.problem()), campaign::at);
            return ExitCodes.USAGE;
        }
        String name =
                answer.path("campaign").asText(campaign.document().path("name").asText());
        answer.path("notes").forEach(note -> terminal.errorLine("note: " + note.asText()));
        if (wait && !answer.path("revision").isObject()) {
            return new Watching(terminal, server).followAccepted(name);
        }
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else if (answer.path("revision").isObject()) {
            revision(name, answer.path("revision"));
        } else {
            terminal.line("campaign " + name
                    + (answer.path("unchanged").asBoolean() ? " is unchanged" : " is accepted") + "; follow it with  "
                    + CommandLines.here(server.client().server().toString()).of("status " + name + " --watch"));
        }
        return ExitCodes.OK;
    }

    private void revision(String name, JsonNode revision) {
        terminal.line("campaign " + name + " runs; this would change, and nothing has:");
        revision.path("changes").forEach(change -> terminal.line("  " + change.asText()));
        terminal.line(revision.path("asks").asText());
        terminal.line("put it in force:  "
                + CommandLines.here(server.client().server().toString())
                        .of("approve " + name + " --digest "
                                + revision.path("digest").asText() + " --reason \"...\""));
    }
}
