package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports on the loopback address. */
public final class Ports {

    private Ports() {}

    /** Ports nobody listens on now, all different. */
    public static List<Integer> free(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw CliException.unreachable("no free port: " + e.getMessage());
        } finally {
            sockets.forEach(Ports::close);
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

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException expected) {
            // Nobody listens there then either.
        }
    }
}
