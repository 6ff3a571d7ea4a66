package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port Felix keeps open on host endpoints before any policy, as its lists write it.
 *
 * @param protocol in lower case, such as tcp
 * @param port the destination port
 * @param net the network it is open to, which says the IP version too; empty: everyone
 */
public record FailsafePort(String protocol, int port, String net) {

    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z0-9]{1,8}):)?(?:(?:\\[([^\\]]*)]|([^:\\[\\]]*)):)?(\\d{1,5})");
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

    @JsonValue
    @Override
    public String toString() {
        String where = net.isEmpty() ? "" : (net.contains(":") ? "[" + net + "]" : net) + ":";
        return protocol + ":" + where + port;
    }
}
