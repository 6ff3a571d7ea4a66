package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class BrokerLinkTest {

    @Test
    void bytes_go_through_until_it_is_cut_and_again_once_it_is_mended() throws IOException {
        try (ServerSocket echo = echo();
                BrokerLink link = new BrokerLink(echo.getLocalPort())) {
            try (Socket client = connect(link)) {
                assertThat(answer(client)).isEqualTo(7);

                link.cut();

                assertThat(endOf(client)).isTrue();
            }
            try (Socket refused = connect(link)) {
                assertThat(endOf(refused)).isTrue();
            }

            link.mend();

            try (Socket client = connect(link)) {
                assertThat(answer(client)).isEqualTo(7);
            }
        }
    }

    @Test
    void a_client_learns_that_the_broker_is_not_there() throws IOException {
        int nobody = Ports.free(1).getFirst();
        try (BrokerLink link = new BrokerLink(nobody);
                Socket client = connect(link)) {
            assertThat(endOf(client)).isTrue();
        }
    }

    private static ServerSocket echo() throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    for (int read = socket.getInputStream().read();
                            read >= 0;
                            read = socket.getInputStream().read()) {
                        socket.getOutputStream().write(read);
                    }
                } catch (IOException expected) {
                    // The test ends it.
                }
            }
        });
        return server;
    }

    private static Socket connect(BrokerLink link) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), link.port());
    }

    private static int answer(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        return socket.getInputStream().read();
    }

    private static boolean endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
