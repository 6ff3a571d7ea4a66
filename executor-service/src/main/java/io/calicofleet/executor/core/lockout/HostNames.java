package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The addresses of hosts by their names: what the cluster itself says of them, and what a lookup said of the others. The
 * cluster's own are the host aliases of calico-node's pods, and the names and addresses of the nodes.
 */
public final class HostNames {

    private final Map<String, List<Cidr>> known;
    private final Map<String, NameAnswer> answers;

    private HostNames(Map<String, List<Cidr>> known, Map<String, NameAnswer> answers) {
        this.known = known;
        this.answers = answers;
    }

    /**
     * The names a cluster knows.
     *
     * @param nodes all Nodes
     * @param podSpec that of calico-node
     */
    public static HostNames of(Collection<? extends JsonNode> nodes, JsonNode podSpec) {
        Map<String, List<Cidr>> known = new HashMap<>();
        nodes.forEach(node -> {
            List<Cidr> addresses = addresses(node, "InternalIP");
            add(known, node.at("/metadata/name").asText(), addresses);
            Json.elements(node.at("/status/addresses"))
                    .filter(address -> List.of("Hostname", "InternalDNS").contains(Json.text(address, "type")))
                    .forEach(address -> add(known, Json.text(address, "address"), addresses));
        });
        // Later, since a file of hosts is asked before anything else.
        Map<String, List<Cidr>> aliases = new LinkedHashMap<>();
        Json.elements(podSpec.get("hostAliases"))
                .forEach(alias -> Cidr.read(Json.text(alias, "ip"))
                        .ifPresent(address -> Json.texts(alias.get("hostnames"))
                                .forEach(name -> aliases.computeIfAbsent(lower(name), any -> new ArrayList<>())
                                        .add(address))));
        known.putAll(aliases);
        return new HostNames(known, Map.of());
    }

    /** The names among these hosts that the cluster does not know, for somebody else to be asked. */
    public NavigableSet<String> unknown(Collection<String> hosts) {
        NavigableSet<String> unknown = new TreeSet<>();
        hosts.stream()
                .filter(host -> Cidr.read(host).isEmpty() && !known.containsKey(lower(host)))
                .forEach(unknown::add);
        return unknown;
    }

    /** The same, with what was said of the names the cluster does not know. */
    public HostNames with(Map<String, NameAnswer> looked) {
        return new HostNames(known, Map.copyOf(looked));
    }

    /** The addresses of a host, given by its address or its name; none where nobody knows. */
    List<Cidr> addresses(String host) {
        return Cidr.read(host).map(List::of).orElseGet(() -> {
            List<Cidr> own = known.get(lower(host));
            if (own != null) {
                return own;
            }
            return answers.get(host) instanceof NameAnswer.Found found
                    ? found.addresses().stream()
                            .flatMap(text -> Cidr.read(text).stream())
                            .toList()
                    : List.of();
        });
    }

    /** What a person should know of how a name's address was found, or why not; empty where there is nothing to say. */
    String note(String host) {
        return switch (answers.get(host)) {
            case NameAnswer.Found found ->
                host + " was looked up where the executor runs; the nodes may see another address";
            case NameAnswer.Unknown unknown ->
                host
                        + " is not judged, for its address is not known: neither calico-node's host aliases nor the nodes have"
                        + " the name, and " + unknown.reason();
            case null -> "";
        };
    }

    static List<Cidr> addresses(JsonNode node, String type) {
        return Json.elements(node.at("/status/addresses"))
                .filter(address -> Json.text(address, "type").equals(type))
                .flatMap(address -> Cidr.read(Json.text(address, "address")).stream())
                .toList();
    }

    private static void add(Map<String, List<Cidr>> known, String name, List<Cidr> addresses) {
        if (!name.isEmpty() && !addresses.isEmpty()) {
            known.put(lower(name), addresses);
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
