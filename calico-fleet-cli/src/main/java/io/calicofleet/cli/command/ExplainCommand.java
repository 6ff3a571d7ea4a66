package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.ExplanationView;
import io.calicofleet.event.Explanation;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why something waits. */
@Command(
        name = "explain",
        description = "Say of all that is not finished why: by which rule, since when, what ends it, and what to type.")
public final class ExplainCommand implements Callable<Integer> {

    private static final String EXPLANATION = "/explanation";

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "CAMPAIGN|CLUSTER", description = "A campaign, or a cluster in all its campaigns")
    private String subject = "";

    @Option(names = "--cluster", paramLabel = "ID", description = "One cluster of the campaign")
    private @Nullable String cluster;

    /** Prints to {@code terminal}. */
    public ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        FleetClient client = server.client();
        JsonNode answer = answer(client);
        if (server.output().structured()) {
            server.output().print(terminal, answer);
            return ExitCodes.OK;
        }
        ExplanationView view = new ExplanationView(terminal, server.commandLines());
        if (answer.isArray()) {
            if (answer.isEmpty()) {
                terminal.line("No campaign that is not over has " + subject + ": nothing waits.");
            }
            answer.forEach(one -> print(view, one));
        } else {
            print(view, answer);
        }
        return ExitCodes.OK;
    }

    private static void print(ExplanationView view, JsonNode explanation) {
        view.print(
                FleetClient.convert(explanation, Explanation.class),
                InstantSource.system().instant());
    }

    /** What is named is a campaign, or else a cluster. */
    private JsonNode answer(FleetClient client) {
        String campaign = "/campaigns/" + FleetClient.encode(subject);
        String id = cluster;
        if (id != null) {
            return client.get(campaign + "/clusters/" + FleetClient.encode(id) + EXPLANATION);
        }
        try {
            return client.get(campaign + EXPLANATION);
        } catch (RequestRefusedException noCampaign) {
            if (noCampaign.problem().status() != 404) {
                throw noCampaign;
            }
            try {
                return client.get("/clusters/" + FleetClient.encode(subject) + EXPLANATION);
            } catch (RequestRefusedException noCluster) {
                throw noCluster.problem().status() == 404
                        ? CliException.usage("There is no campaign and no cluster '" + subject + "'"
                                + meant(noCampaign, noCluster) + ".")
                        : noCluster;
            }
        }
    }

    private static String meant(RequestRefusedException campaign, RequestRefusedException cluster) {
        String meant = campaign.problem().suggestion();
        String other = meant.isEmpty() ? cluster.problem().suggestion() : meant;
        return other.isEmpty() ? "" : "; did you mean " + other + "?";
    }
}
