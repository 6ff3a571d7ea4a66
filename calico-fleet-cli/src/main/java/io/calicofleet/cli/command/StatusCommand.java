package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.CampaignView;
import io.calicofleet.cli.view.ExecutorsView;
import io.calicofleet.cli.view.ExplanationView;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.cli.view.StopView;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FleetStop;
import io.calicofleet.planner.core.simulation.Eta;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows campaigns. */
@Command(name = "status", description = "Show all campaigns, one of them, or one of its clusters.")
public final class StatusCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final InstantSource clock = InstantSource.system();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The campaign. Default: all, a line each")
    private @Nullable String name;

    @Option(names = "--cluster", paramLabel = "ID", description = "One cluster of it: its steps, gates and notes")
    private @Nullable String cluster;

    @Option(names = "--watch", description = "Follow it until it ends or waits for you")
    private boolean watch;

    /** Prints to {@code terminal}. */
    public StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        FleetClient client = server.client();
        String campaign = name;
        if (campaign == null) {
            if (watch || cluster != null) {
                throw CliException.usage(
                        "status " + (watch ? "--watch" : "--cluster") + " needs a campaign: status NAME");
            }
            return list(client);
        }
        String id = cluster;
        if (id != null) {
            return one(client, campaign, id);
        }
        return watch ? new Watching(terminal, server).follow(campaign) : detail(client, campaign);
    }

    private int list(FleetClient client) {
        JsonNode campaigns = client.get("/campaigns");
        if (server.output().structured()) {
            server.output().print(terminal, campaigns);
        } else {
            List<CampaignStatus> all = new ArrayList<>();
            campaigns.forEach(node -> all.add(FleetClient.convert(node, CampaignStatus.class)));
            FleetStop fleet = FleetClient.convert(client.get("/fleet"), FleetStop.class);
            new StopView(terminal, server.commandLines()).print(fleet.stop());
            new CampaignView(terminal).list(all);
        }
        return ExitCodes.OK;
    }

    private int one(FleetClient client, String campaign, String id) {
        JsonNode node =
                client.get("/campaigns/" + FleetClient.encode(campaign) + "/clusters/" + FleetClient.encode(id));
        if (server.output().structured()) {
            server.output().print(terminal, node);
        } else {
            new CampaignView(terminal).cluster(FleetClient.convert(node, ClusterStatus.class));
        }
        return ExitCodes.OK;
    }

    private int detail(FleetClient client, String campaign) {
        String path = "/campaigns/" + FleetClient.encode(campaign);
        JsonNode node = client.get(path);
        Snapshot snapshot = new Snapshot(FleetClient.convert(node, CampaignStatus.class), client.clusters(campaign));
        if (server.output().structured()) {
            ObjectNode all = FleetClient.body();
            all.setAll((ObjectNode) node);
            all.set("clusterStatuses", client.get(path + "/clusters"));
            expected(snapshot)
                    .ifPresent(eta -> all.putObject("expectedEnd")
                            .put("p50", eta.p50().toString())
                            .put("p95", eta.p95().toString())
                            .put("measured", eta.measured()));
            server.output().print(terminal, all);
        } else {
            new StopView(terminal, server.commandLines())
                    .print(snapshot.campaign().stop());
            if (!snapshot.campaign().phase().terminal()) {
                new ExecutorsView(client).print(terminal);
            }
            String end = expected(snapshot).map(this::sentence).orElse("");
            new CampaignView(terminal).detail(snapshot, end);
            new ExplanationView(terminal, server.commandLines()).waiting(client.explanation(campaign));
        }
        return switch (snapshot.campaign().phase()) {
            case HELD, FAILED, ABORTED -> ExitCodes.FAILED;
            case RUNNING, SOAKING, AWAITING_APPROVAL, SCHEDULED, PAUSED, STOPPED, ABORTING, SUCCEEDED -> ExitCodes.OK;
        };
    }

    /** When it is expected to end; empty where nobody can tell. */
    private Optional<Eta> expected(Snapshot snapshot) {
        return Eta.of(snapshot.campaign(), snapshot.clusters(), clock.instant());
    }

    private String sentence(Eta eta) {
        Instant now = clock.instant();
        return "expected end: " + Times.dated(eta.p50(), ZoneId.systemDefault()) + ", in "
                + Times.shortly(Duration.between(now, eta.p50())) + ", and in 95 of 100 cases by "
                + Times.dated(eta.p95(), ZoneId.systemDefault()) + ", in "
                + Times.shortly(Duration.between(now, eta.p95()))
                + ", as " + (eta.measured() == 1 ? "1 cluster" : eta.measured() + " clusters")
                + " took so far; where nothing more fails and nobody is waited for";
    }
}
