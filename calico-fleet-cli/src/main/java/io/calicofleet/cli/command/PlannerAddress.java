package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.view.CommandLines;
import java.net.URI;
import picocli.CommandLine.Option;

/** Where the planner is and who asks: what every command takes that talks to one. */
class PlannerAddress {

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:CALICO_FLEET_SERVER:-" + FleetClient.DEFAULT_SERVER + "}",
            description = "The planner. Default: $CALICO_FLEET_SERVER, or " + FleetClient.DEFAULT_SERVER)
    private String server = FleetClient.DEFAULT_SERVER;

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            defaultValue = "${env:USER:-${sys:user.name}}",
            description = "Who acts; recorded with what is asked. Default: $USER")
    private String actor = "unknown";

    FleetClient client() {
        return new FleetClient(address(), actor);
    }

    String actor() {
        return actor;
    }

    CommandLines commandLines() {
        return CommandLines.here(address().toString());
    }

    private URI address() {
        String address = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        if (!address.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw CliException.usage("--server is '" + server + "': an address such as " + FleetClient.DEFAULT_SERVER);
        }
        return URI.create(address);
    }
}
