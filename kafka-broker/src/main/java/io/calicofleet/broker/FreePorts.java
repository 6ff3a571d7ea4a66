package io.calicofleet.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that will listen in a moment. Port 0 has the system choose among those it also gives to whoever connects somewhere: by the
 * time a process listens, one of thousands of connections may have it.
 */
public final class FreePorts {

    /** Below those for connections, which begin at 32768 on Linux and at 49152 elsewhere, and below the NodePorts of Kubernetes. */
    private static final int FIRST = 15_000;

    private static final int LAST = 29_999;
    private static final int TRIES = 10_000;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** One on the loopback address on which nobody listens now, and which this JVM gives to nobody else. */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        String none = "no free port from " + FIRST + " to " + LAST;
        throw new UncheckedIOException(none, new IOException(none));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
