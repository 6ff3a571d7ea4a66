package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Whether a connection meets a policy's rule: protocol, nets, ports and selectors of both ends. */
final class RuleMatch {

    private static final List<String> NUMBERS = List.of("1", "icmp", "6", "tcp", "17", "udp");

    /** Finds out whether an address belongs to something a selector selects. */
    interface Peers {
        boolean match(String selector, String address);
    }

    private RuleMatch() {}

    static boolean matches(JsonNode rule, Connection connection, Peers peers) {
        if (rule.has("protocol") && !isProtocol(rule.path("protocol"), connection)) {
            return false;
        }
        if (rule.has("notProtocol") && isProtocol(rule.path("notProtocol"), connection)) {
            return false;
        }
        return entity(rule.path("source"), connection.source(), connection.sourcePort(), peers)
                && entity(rule.path("destination"), connection.destination(), connection.port(), peers);
    }

    private static boolean isProtocol(JsonNode wanted, Connection connection) {
        String text = wanted.asText().toLowerCase(Locale.ROOT);
        int number = NUMBERS.indexOf(text);
        String name = number >= 0 && number % 2 == 0 ? NUMBERS.get(number + 1) : text;
        return name.equals(connection.protocol());
    }

    private static boolean entity(JsonNode entity, String address, int port, Peers peers) {
        if (entity.has("nets") && !inNets(entity.path("nets"), address)) {
            return false;
        }
        if (entity.has("notNets") && inNets(entity.path("notNets"), address)) {
            return false;
        }
        if (entity.has("ports") && !inPorts(entity.path("ports"), port)) {
            return false;
        }
        if (entity.has("notPorts") && inPorts(entity.path("notPorts"), port)) {
            return false;
        }
        // Hosts and global sets are in no namespace, which global() says.
        boolean global = entity.path("namespaceSelector").asText().equals("global()");
        if ((entity.has("namespaceSelector") && !global) || entity.has("serviceAccounts")) {
            return false;
        }
        if ((global || entity.has("selector"))
                && !peers.match(entity.path("selector").asText(), address)) {
            return false;
        }
        return !entity.has("notSelector")
                || !peers.match(entity.path("notSelector").asText(), address);
    }

    private static boolean inNets(JsonNode nets, String address) {
        for (JsonNode net : nets) {
            if (contains(net.asText(), address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an IPv4 net contains an address; an address of another family is in none. */
    static boolean contains(String net, String address) {
        int slash = net.indexOf('/');
        String base = slash < 0 ? net : net.substring(0, slash);
        if (base.contains(":") || address.contains(":")) {
            return false;
        }
        int bits = slash < 0 ? 32 : Integer.parseInt(net.substring(slash + 1));
        long mask = bits == 0 ? 0 : 0xffffffffL << (32 - bits);
        return (number(base) & mask) == (number(address) & mask);
    }

    private static long number(String address) {
        long number = 0;
        for (String part : address.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    private static boolean inPorts(JsonNode ports, int port) {
        for (JsonNode each : ports) {
            String[] range = each.asText().split(":", -1);
            if (!range[0].chars().allMatch(Character::isDigit) || range[0].isEmpty()) {
                continue;
            }
            int from = Integer.parseInt(range[0]);
            int to = range.length > 1 ? Integer.parseInt(range[1]) : from;
            if (port >= from && port <= to) {
                return true;
            }
        }
        return false;
    }
}
