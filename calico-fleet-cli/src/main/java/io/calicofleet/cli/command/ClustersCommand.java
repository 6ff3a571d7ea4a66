package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.ExecutorsView;
import io.calicofleet.event.ClusterAnnounced;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the fleet. */
@Command(name = "clusters", description = "Show the clusters the executors serve.")
public final class ClustersCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    /** Prints to {@code terminal}. */
    public ClustersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonNode clusters = server.client().get("/clusters");
        if (server.output().structured()) {
            server.output().print(terminal, clusters);
            return ExitCodes.OK;
        }
        if (clusters.isEmpty()) {
            terminal.line("No executor serves a cluster: is its folder of kubeconfigs empty?");
            return ExitCodes.OK;
        }
        Table table = Table.of("cluster", "calico", "install", "kubernetes", "labels", "campaign", "executor", "state");
        ExecutorsView executors = new ExecutorsView(server.client());
        for (JsonNode node : clusters) {
            ClusterAnnounced cluster = FleetClient.convert(node, ClusterAnnounced.class);
            table.row(
                    cluster.cluster().value(),
                    orDash(cluster.calicoVersion()),
                    orDash(cluster.installMethod()),
                    orDash(cluster.kubernetesVersion()),
                    labels(cluster),
                    orDash(node.path("campaign").asText("").replace("null", "")),
                    cluster.executor(),
                    state(cluster, executors));
        }
        table.print(terminal);
        return ExitCodes.OK;
    }

    /** Reachable is what its executor said: nobody knows where that is silent. */
    private String state(ClusterAnnounced cluster, ExecutorsView executors) {
        String executor = cluster.executor();
        if (executors.silent(executor)) {
            return terminal.styled(Style.BAD, "unknown") + ": its executor was last heard " + executors.age(executor)
                    + " ago";
        }
        return cluster.reachable()
                ? terminal.styled(Style.GOOD, "reachable")
                : terminal.styled(Style.BAD, "unreachable") + ": " + cluster.problem();
    }

    private static String labels(ClusterAnnounced cluster) {
        StringBuilder labels = new StringBuilder();
        new TreeMap<>(cluster.labels())
                .forEach((key, value) -> labels.append(labels.isEmpty() ? "" : ",")
                        .append(key)
                        .append('=')
                        .append(value));
        return orDash(labels);
    }

    private static String orDash(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "-" : value.toString();
    }
}
