package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until something is so, as {@code kubectl wait} does. */
@Command(
        name = "wait",
        description = {
            "Wait until campaigns, or clusters of a campaign, are in a phase.",
            "Exit code 0: they are; 1: not in time, or one of them has ended in another phase."
        },
        footer = {
            "",
            "wait campaign/calico-3-22 --for=phase=succeeded --timeout 4h",
            "wait cluster/eu-west-1 -c calico-3-22 --for=phase=held,failed --timeout 30m"
        })
final class WaitCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 500;
    private static final List<String> CAMPAIGN_PHASES =
            Arrays.stream(CampaignPhase.values()).map(CampaignPhase::encode).toList();
    private static final List<String> CLUSTER_PHASES =
            Arrays.stream(ClusterPhase.values()).map(ClusterPhase::encode).toList();

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Parameters(arity = "1..*", paramLabel = "campaign/NAME|cluster/ID", description = "What is waited for")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--for",
            required = true,
            paramLabel = "phase=PHASE",
            description = "The phase; several with commas between: one of them")
    private String wanted = "";

    @Option(
            names = {"-c", "--campaign"},
            paramLabel = "NAME",
            description = "The campaign of the clusters")
    private @Nullable String campaign;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeLimit.class,
            description = "How long at most, such as 90s, 10m, 4h. Default: 30s")
    private Duration timeout = Duration.ofSeconds(30);

    /** Prints to {@code terminal}. */
    WaitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        FleetClient client = server.client();
        boolean all = true;
        for (String name : names) {
            all &= await(client, name, phases(name), end);
        }
        return all ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean await(FleetClient client, String name, List<String> phases, long end) throws InterruptedException {
        String path = path(name);
        while (true) {
            JsonNode now = look(client, path);
            String phase = now == null ? "" : now.path("phase").asText();
            if (phases.contains(phase)) {
                terminal.line(name + " is " + phase);
                return true;
            }
            boolean over = isOver(name, phase);
            if (over || System.nanoTime() - end >= 0) {
                String state = now == null
                        ? "not there"
                        : phase + ": " + now.path("summary").asText();
                terminal.errorLine((over ? "" : "timed out: ") + name + " is " + state);
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** What was applied a moment ago is not known yet. */
    private static @Nullable JsonNode look(FleetClient client, String path) {
        try {
            return client.get(path);
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) {
                return null;
            }
            throw e;
        }
    }

    private List<String> phases(String name) {
        List<String> known = name.startsWith("cluster/") ? CLUSTER_PHASES : CAMPAIGN_PHASES;
        String list = wanted.startsWith("phase=") ? wanted.substring("phase=".length()) : "";
        List<String> phases = Arrays.asList(list.toLowerCase(Locale.ROOT).split(","));
        if (!known.containsAll(phases)) {
            throw CliException.usage("--for is '" + wanted + "': phase= and one of " + String.join(", ", known));
        }
        return phases;
    }

    private String path(String name) {
        if (name.matches("campaign/[^/]+")) {
            return "/campaigns/" + FleetClient.encode(name.substring("campaign/".length()));
        }
        if (name.matches("cluster/[^/]+") && campaign != null) {
            return "/campaigns/" + FleetClient.encode(campaign) + "/clusters/"
                    + FleetClient.encode(name.substring("cluster/".length()));
        }
        throw CliException.usage("'" + name + "': campaign/NAME, or cluster/ID with --campaign NAME");
    }

    private static boolean isOver(String name, String phase) {
        if (phase.isEmpty()) {
            return false;
        }
        return name.startsWith("cluster/")
                ? CLUSTER_PHASES.contains(phase) && ClusterPhase.parse(phase).terminal()
                : CAMPAIGN_PHASES.contains(phase) && CampaignPhase.parse(phase).terminal();
    }
}
