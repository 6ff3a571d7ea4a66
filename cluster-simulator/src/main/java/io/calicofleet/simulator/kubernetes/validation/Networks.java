package io.calicofleet.simulator.kubernetes.validation;

import java.util.List;
import java.util.regex.Pattern;

/** The forms of addresses and networks. */
final class Networks {

    private static final String NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private static final String NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern V4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern V6 =
            Pattern.compile("(?=.*:.*:)[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}(:" + BYTE + "(\\." + BYTE + "){3})?");

    private Networks() {}

    static List<String> ip(String text) {
        return isIp(text) ? List.of() : List.of(NO_IP);
    }

    static List<String> cidr(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? "" : text.substring(0, slash);
        String length = text.substring(slash + 1);
        boolean right = isIp(address)
                && length.matches("\\d{1,3}")
                && Integer.parseInt(length) <= (address.indexOf(':') < 0 ? 32 : 128);
        return right ? List.of() : List.of(NO_CIDR);
    }

    static boolean isIp(String text) {
        return V4.matcher(text).matches() || V6.matcher(text).matches();
    }
}
