package io.calicofleet.cli.local;

import io.calicofleet.broker.FreePorts;
import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;

/** Ports on the loopback address. */
public final class Ports {

    private Ports() {}

    /** So many for processes that will listen in a moment, as {@link FreePorts} has them. */
    public static List<Integer> free(int count) {
        try {
            return Stream.generate(FreePorts::next).limit(count).toList();
        } catch (UncheckedIOException e) {
            throw CliException.unreachable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * {@code port} itself, or any free one for 0.
     *
     * @throws CliException where somebody listens there already; the message names the option to change
     */
    public static int require(int port, String option) {
        if (port == 0) {
            return free(1).get(0);
        }
        if (port < 0 || port > 65_535) {
            throw CliException.usage(option + " is " + port + ": a port from 1 to 65535, or 0 for any free one");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException e) {
            throw CliException.unreachable(
                    "port " + port + " is in use: stop what listens there, or choose another with " + option);
        }
    }
}
