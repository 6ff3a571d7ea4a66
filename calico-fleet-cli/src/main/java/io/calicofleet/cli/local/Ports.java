package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on the loopback address. */
public final class Ports {

    /** Below those for connections, which begin at 32768 on Linux and at 49152 elsewhere, and below the NodePorts of Kubernetes. */
    private static final int FIRST = 15_000;

    private static final int LAST = 29_999;
    private static final int TRIES = 10_000;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * Ports nobody listens on now, which this process gives to nobody else. None of those that the system gives to whoever connects somewhere:
     * by the time a process listens, one of thousands of connections may have it.
     */
    public static List<Integer> free(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < TRIES && ports.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port) && GIVEN.add(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw CliException.unreachable("no free port from " + FIRST + " to " + LAST);
        }
        return ports;
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

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
