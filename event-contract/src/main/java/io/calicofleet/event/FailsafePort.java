package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port Felix keeps open on host endpoints before any policy (facts 5), as its lists write it.
 *
 * @param protocol in lower case, such as tcp
 * @param port the destination port
 * @param net the network it is open to, which says the IP version too; empty: everyone
 */
public record FailsafePort(String protocol, int port, String net) {

    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z0-9]{1,8}):)?(?:(?:\\[([^\\]]*)]|([^:\\[\\]]*)):)?(\\d{1,5})");
    private static final List<String> BOTH_WAYS = List.of("tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667");
    private static final int LAST = 65535;

    public FailsafePort {
        requireNonNull(protocol, "protocol");
        requireNonNull(net, "net");
    }

    /**
     * Reads {@code tcp:22}, {@code tcp:10.0.0.0/8:22} and {@code tcp:[fd00::/8]:22}; a bare number is of TCP. The network
     * is not looked into.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    @JsonCreator
    public static FailsafePort parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(4)) > LAST) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no failsafe port: write it like tcp:22, tcp:10.0.0.0/8:22 or tcp:[fd00::/8]:22");
        }
        String net = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        return new FailsafePort(
                matcher.group(1) == null ? "tcp" : matcher.group(1).toLowerCase(Locale.ROOT),
                Integer.parseInt(matcher.group(4)),
                net == null ? "" : net);
    }

    /**
     * What Felix goes by where nobody gave it a list.
     *
     * @param version the release that runs; null: the oldest there is, whose lists are the shortest
     * @param direction ingress or egress; nothing is failsafe on its way through the host
     */
    public static List<FailsafePort> defaults(@Nullable CalicoVersion version, FlowDirection direction) {
        List<String> ports = new ArrayList<>(
                switch (direction) {
                    case INGRESS -> List.of("tcp:22", "udp:68");
                    case EGRESS -> List.of("udp:53", "udp:67");
                    case FORWARDED -> List.of();
                });
        if (direction != FlowDirection.FORWARDED) {
            ports.addAll(BOTH_WAYS);
            if (version != null && !version.isBefore(3, 14)) {
                ports.add("tcp:6443");
            }
            if (version != null && !version.isBefore(3, 15)) {
                ports.add("tcp:5473");
            }
        }
        return ports.stream().map(FailsafePort::parse).toList();
    }

    @JsonValue
    @Override
    public String toString() {
        String where = net.isEmpty() ? "" : (net.contains(":") ? "[" + net + "]" : net) + ":";
        return protocol + ":" + where + port;
    }
}
