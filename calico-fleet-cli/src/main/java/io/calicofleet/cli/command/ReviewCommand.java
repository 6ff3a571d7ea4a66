package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.ExplanationView;
import io.calicofleet.cli.view.ReviewView;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.TrafficReview;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what waits for a person. */
@Command(
        name = "review",
        description =
                "Show what a cluster waits for: the traffic seen and the suggested policy, the conflicts, the policies.")
public final class ReviewCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "The campaign")
    private String name = "";

    @Option(names = "--cluster", required = true, paramLabel = "ID", description = "The cluster")
    private String cluster = "";

    /** Prints to {@code terminal}. */
    public ReviewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        FleetClient client = server.client();
        JsonNode node =
                client.get("/campaigns/" + FleetClient.encode(name) + "/clusters/" + FleetClient.encode(cluster));
        if (server.output().structured()) {
            server.output().print(terminal, node);
            return ExitCodes.OK;
        }
        ClusterStatus status = FleetClient.convert(node, ClusterStatus.class);
        new ReviewView(terminal).print(status);
        @Nullable String now = status.holdReason() == HoldReason.PLAN_CHANGED ? planned(client) : null;
        Explanation explanation = client.explanation(name, cluster);
        TrafficReview review = status.review();
        @Nullable String digest = review == null ? now : review.digest();
        // An approval names what was seen: here it was.
        new ExplanationView(terminal, server.commandLines())
                .waiting(digest == null ? explanation : explanation.withDigest(digest));
        return ExitCodes.OK;
    }

    /** Shows in what the plan of now differs from the one that was accepted; its digest. */
    private String planned(FleetClient client) {
        JsonNode changes = client.get(
                "/plans/" + FleetClient.encode(name) + "/clusters/" + FleetClient.encode(cluster) + "/changes");
        terminal.line("");
        terminal.line("What has changed since the plan was accepted:");
        changes.path("changes").forEach(line -> terminal.line("  " + line.asText()));
        terminal.line("");
        terminal.line("Everything that would be written now:  "
                + server.commandLines().of("plan " + name + " --cluster " + cluster + " -o diff"));
        return changes.path("now").asText();
    }
}
