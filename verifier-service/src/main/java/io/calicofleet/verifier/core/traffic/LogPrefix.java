package io.calicofleet.verifier.core.traffic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a node's kernel writes before a packet that Felix logs: the LogPrefix and {@code ": "}.
 *
 * <p>iptables keeps {@value #KEPT} characters of that, so a longer one runs into the next word; nftables keeps 127. From
 * v3.30.6 on {@code %t}, {@code %k}, {@code %n} and {@code %p} stand for tier, kind and name of the policy, which other
 * releases write as they are: what comes before the first of them is looked for, and where nothing does, what the first of
 * them may be for the temporary policy. Immutable.
 */
final class LogPrefix {

    private static final int KEPT = 29;
    private static final String END = ": ";
    private static final List<String> NAMES = List.of("allow-all-upgrade", "default.allow-all-upgrade");
    private static final List<String> KINDS = List.of("gnp", "GlobalNetworkPolicy");
    private static final List<String> TIERS = List.of("default");

    /** What is looked for. */
    private final String text;

    /** What nftables writes of it further on; empty where nothing was cut. */
    private final String rest;

    /** Whether anything may follow at once. */
    private final boolean open;

    private LogPrefix(String prefix, boolean open) {
        boolean cut = prefix.length() > KEPT;
        this.text = cut ? prefix.substring(0, KEPT) : prefix;
        this.rest = cut ? prefix.substring(KEPT) : "";
        this.open = open;
    }

    /** Those of nodes whose LogPrefix is one of {@code prefixes}; a blank one is none. */
    static List<LogPrefix> of(Collection<String> prefixes) {
        Set<String> seen = new LinkedHashSet<>(prefixes);
        List<LogPrefix> all = new ArrayList<>();
        for (String prefix : seen) {
            int specifier = specifier(prefix);
            if (specifier > 0) {
                all.add(new LogPrefix(prefix.substring(0, specifier), true));
            } else if (!prefix.isBlank()) {
                all.add(new LogPrefix(prefix, false));
                if (specifier == 0) {
                    values(prefix.charAt(1)).forEach(value -> all.add(new LogPrefix(value, true)));
                }
            }
        }
        return List.copyOf(all);
    }

    private static int specifier(String prefix) {
        for (int i = prefix.indexOf('%'); i >= 0 && i + 1 < prefix.length(); i = prefix.indexOf('%', i + 1)) {
            if (!values(prefix.charAt(i + 1)).isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> values(char specifier) {
        return switch (specifier) {
            case 't' -> TIERS;
            case 'k' -> KINDS;
            case 'n', 'p' -> NAMES;
            default -> List.of();
        };
    }

    /** Where in {@code message} what follows it begins; -1 where it is not there. */
    int after(String message, int from, int end) {
        int at = message.indexOf(text, from);
        while (at >= 0 && at + text.length() <= end) {
            int next = at + text.length();
            if ((at == from || !isWord(message.charAt(at - 1))) && ends(message, next, end)) {
                return next;
            }
            at = message.indexOf(text, at + 1);
        }
        return -1;
    }

    private boolean ends(String message, int next, int end) {
        if (open || next == end || message.startsWith("IN=", next)) {
            return true;
        }
        // What iptables cut is followed by nothing but the packet.
        return rest.isEmpty() ? !isWord(message.charAt(next)) : message.startsWith(rest + END, next);
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
