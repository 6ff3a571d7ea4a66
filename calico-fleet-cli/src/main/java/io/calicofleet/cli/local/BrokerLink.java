package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of one service to our broker, which can be cut: connections end, and new ones are closed at once, until it is
 * mended. All others reach the broker meanwhile.
 */
public final class BrokerLink implements AutoCloseable {

    private static final int PIECE = 64 * 1024;

    private final ServerSocket server;
    private final int brokerPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** A link to the port of the broker that is for it alone. */
    BrokerLink(int brokerPort) {
        this.brokerPort = brokerPort;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw CliException.unreachable("no free port: " + e.getMessage());
        }
        Thread.ofVirtual().name("broker-link").start(this::accept);
    }

    /** Where the service connects. */
    int port() {
        return server.getLocalPort();
    }

    /** The broker's own port behind it. */
    int brokerPort() {
        return brokerPort;
    }

    /** Ends its connections, and lets none through until {@link #mend()}. */
    public void cut() {
        cut = true;
        open.forEach(BrokerLink::close);
    }

    /** Lets connections through again. */
    public void mend() {
        cut = false;
    }

    @Override
    public void close() {
        cut();
        try {
            server.close();
        } catch (IOException expected) {
            // Nobody listens there then either.
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> through(client));
            } catch (IOException expected) {
                // Closed, or the client is gone already.
            }
        }
    }

    private void through(Socket client) {
        open.add(client);
        try (client;
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
            open.add(broker);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            if (!cut) {
                Thread back = Thread.ofVirtual().start(() -> copy(broker, client));
                copy(client, broker);
                back.join();
            }
            open.remove(broker);
        } catch (IOException expected) {
            // The broker is not there: so the client learns it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /** Either end ends both. */
    private static void copy(Socket from, Socket to) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                out.write(piece, 0, read);
            }
        } catch (IOException expected) {
            // The connection has ended.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException expected) {
            // It is of no use any more.
        }
    }
}
