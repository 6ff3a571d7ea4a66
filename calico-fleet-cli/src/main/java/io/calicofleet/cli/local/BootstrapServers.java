package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses of a Kafka that is not ours. */
public final class BootstrapServers {

    private static final Pattern FORM =
            Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(?<port>\\d{1,5})");
    private static final int PATIENCE_MILLIS = 3000;
    private static final int ANSWER_MILLIS = 2000;
    private static final int SEEN = 8;
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION = 0x0ca11c0;
    private static final byte TLS_ALERT = 0x15;
    private static final byte[] WEB = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private BootstrapServers() {}

    /**
     * Returns where they are addresses, and somebody listens at one of them: services would only try again and again.
     *
     * @param text {@code HOST:PORT}, several with commas between
     * @throws CliException where it is none, or nobody answers
     */
    public static void check(String text) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String part : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
            Matcher matcher = FORM.matcher(part);
            int port = matcher.matches() ? Integer.parseInt(matcher.group("port")) : 0;
            if (port < 1 || port > 65_535) {
                throw CliException.usage(
                        "--bootstrap-servers is '" + text + "': HOST:PORT, several with commas between");
            }
            addresses.add(new InetSocketAddress(matcher.group("host").replaceAll("[\\[\\]]", ""), port));
        }
        List<String> why = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            String failure = failure(address);
            if (failure.isEmpty()) {
                return;
            }
            why.add(address.getHostString() + ":" + address.getPort() + " " + failure);
        }
        throw CliException.unreachable("--bootstrap-servers: no Kafka can be reached: " + String.join(", ", why));
    }

    private static String failure(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return "is no known host";
        }
        try {
            byte[] answer = ask(address, versions());
            boolean other = answer.length == SEEN
                    && answer[0] != TLS_ALERT
                    && ByteBuffer.wrap(answer).getInt(4) != CORRELATION;
            // A web server waits for the end of a line; who says nothing else may be a broker that is busy.
            boolean web =
                    answer.length == 0 && new String(ask(address, WEB), StandardCharsets.US_ASCII).startsWith("HTTP/");
            return other || web ? "answers, but not as Kafka does" : "";
        } catch (IOException e) {
            return "does not answer (" + e.getMessage() + ")";
        }
    }

    /** The beginning of what comes back; nothing where the other side is silent, or hangs up, as one that wants TLS may. */
    private static byte[] ask(InetSocketAddress address, byte[] question) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            try {
                socket.getOutputStream().write(question);
                return socket.getInputStream().readNBytes(SEEN);
            } catch (IOException silent) {
                return new byte[0];
            }
        }
    }

    /** Which requests it takes: what every broker says before anybody logs in. */
    private static byte[] versions() {
        return ByteBuffer.allocate(14)
                .putInt(10)
                .putShort(API_VERSIONS)
                .putShort((short) 0)
                .putInt(CORRELATION)
                .putShort((short) -1)
                .array();
    }
}
