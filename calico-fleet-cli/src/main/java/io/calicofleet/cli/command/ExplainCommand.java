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
        description = {
            "Say of all that is not finished why: by which rule, since when, what ends it, and what to type.",
            "Or, of a field of the campaign file, what it is for, and what it takes."
        },
        footer = {
            "",
            "explain calico-3-22                 a campaign, or a cluster, whichever has the name",
            "explain cluster/eu-west-1           the cluster, if a campaign has the same name",
            "explain campaign.gates.pods         a field; campaign alone is the whole file"
        })
public final class ExplainCommand implements Callable<Integer> {

    private static final String EXPLANATION = "/explanation";

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(
            paramLabel = "CAMPAIGN|CLUSTER|campaign.FIELD",
            description = "A campaign, a cluster in all its campaigns, or a field of the campaign file")
    private String subject = "";

    @Option(names = "--cluster", paramLabel = "ID", description = "One cluster of the campaign")
    private @Nullable String cluster;

    @Option(names = "--recursive", description = "Of a field: all that is below it")
    private boolean recursive;

    /** Prints to {@code terminal}. */
    public ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (CampaignField.meant(subject)) {
            return field();
        }
        if (recursive) {
            throw CliException.usage("--recursive is for fields, such as " + CampaignField.ROOT + ".gates");
        }
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

    private int field() {
        if (cluster != null) {
            throw CliException.usage("a field has no --cluster; the campaign of that name is campaign/" + subject);
        }
        CampaignField field = CampaignField.file().find(subject);
        if (server.output().structured()) {
            server.output().print(terminal, field.json());
        } else {
            new CampaignFieldView(terminal).print(field, recursive);
        }
        return ExitCodes.OK;
    }

    private static void print(ExplanationView view, JsonNode explanation) {
        view.print(
                FleetClient.convert(explanation, Explanation.class),
                InstantSource.system().instant());
    }

    /** What is named is a campaign, or else a cluster; with its kind, only that. */
    private JsonNode answer(FleetClient client) {
        String name = subject.replaceFirst("^(campaign|cluster)/", "");
        String id = cluster;
        String campaign = "/campaigns/" + FleetClient.encode(name);
        if (id != null) {
            return client.get(campaign + "/clusters/" + FleetClient.encode(id) + EXPLANATION);
        }
        String clusters = "/clusters/" + FleetClient.encode(name) + EXPLANATION;
        if (subject.startsWith("cluster/")) {
            return client.get(clusters);
        }
        try {
            return client.get(campaign + EXPLANATION);
        } catch (RequestRefusedException noCampaign) {
            if (noCampaign.problem().status() != 404 || subject.startsWith("campaign/")) {
                throw noCampaign;
            }
            try {
                return client.get(clusters);
            } catch (RequestRefusedException noCluster) {
                throw noCluster.problem().status() == 404
                        ? CliException.usage("There is no campaign and no cluster '" + subject + "'"
                                + meant(noCampaign, noCluster) + ".")
                        : noCluster;
            }
        }
    }

    private String meant(RequestRefusedException campaign, RequestRefusedException cluster) {
        String meant = campaign.problem().suggestion();
        String other = meant.isEmpty() ? cluster.problem().suggestion() : meant;
        String first = subject.replaceFirst("[.\\[].*", "");
        String field = other.isEmpty()
                ? CampaignField.file().fields().stream()
                        .map(CampaignField::name)
                        .filter(first::equals)
                        .map(name -> CampaignField.ROOT + "." + subject)
                        .findFirst()
                        .orElse("")
                : other;
        return field.isEmpty() ? "" : "; did you mean " + field + "?";
    }
}
