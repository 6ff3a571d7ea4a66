package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            return "";
        } catch (IOException e) {
            return "does not answer (" + e.getMessage() + ")";
        }
    }
}
