package io.calicofleet.cli.view;

import io.calicofleet.cli.client.FleetClient;

/**
 * Writes commands as a person would type them here: the script as it was called, and the server where it is not the
 * default.
 *
 * @param program the script as it was called
 * @param server the planner's address
 */
public record CommandLines(String program, String server) {

    /** For this process and that server. */
    public static CommandLines here(String server) {
        return new CommandLines(called(), server);
    }

    /** The script as it was called. */
    public static String called() {
        return System.getenv().getOrDefault("CALICO_FLEET_COMMAND", "./calico-fleet");
    }

    /** The whole command. */
    public String of(String command) {
        return program + " " + command + (server.equals(FleetClient.DEFAULT_SERVER) ? "" : " --server " + server);
    }
}
