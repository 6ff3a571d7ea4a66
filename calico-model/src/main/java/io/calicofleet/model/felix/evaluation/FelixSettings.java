package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Metadata;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of Felix: its environment wins over the FelixConfiguration of the node, that over the default one
 * (config/config_params.go). In a FelixConfiguration an annotation {@code config.projectcalico.org/FailsafeInboundHostPorts}
 * wins over the field, whose case counts for nothing (libcalico-go/lib/backend/syncersv1/updateprocessors/configurationprocessor.go). An empty text is none
 * anywhere, {@code none} is nothing, and what cannot be read is the default, whatever those below say.
 */
public final class FelixSettings {

    static final String OF_NODE = "node.";
    static final String DEFAULT = "default";
    static final String NONE = "none";
    private static final String ANNOTATION = "config.projectcalico.org/";
    private static final String VARIABLE = "FELIX_";
    private static final List<String> LISTS = List.of("FailsafeInboundHostPorts", "FailsafeOutboundHostPorts");
    /** What the names of interfaces of hosts begin with (felix/config/config_params.go, MTUIfacePattern). */
    private static final List<String> HOST_INTERFACES = List.of(
            "eth", "eno", "ens", "enp", "enP", "enx", "enc", "env", "wl", "ww", "sl", "ib", "bond", "team", "br",
            "vlan", "em", "lo", "mgmt");

    private static final String PREFIX = "InterfacePrefix";
    private static final String LOG_PREFIX = "calico-packet";

    /**
     * A FelixConfiguration: its fields, its annotations by the name of the setting in lower case, and what of its metadata
     * cannot be read.
     */
    private record Configuration(JsonNode spec, Map<String, String> annotations, List<String> problems) {

        static Configuration of(JsonNode object) {
            Map<String, String> annotations = new HashMap<>();
            object.at("/metadata/annotations").properties().stream()
                    .filter(entry -> entry.getKey().startsWith(ANNOTATION))
                    .forEach(entry -> annotations.put(
                            entry.getKey().substring(ANNOTATION.length()).toLowerCase(Locale.ROOT),
                            entry.getValue().asText()));
            return new Configuration(object.path("spec"), Map.copyOf(annotations), Metadata.problems(object));
        }
    }

    private final Map<String, Configuration> configurations = new TreeMap<>();
    private final Map<String, String> environment;

    /**
     * The settings of a cluster.
     *
     * @param configurations all FelixConfigurations
     * @param environment that of calico-node
     */
    public FelixSettings(Collection<? extends JsonNode> configurations, Map<String, String> environment) {
        configurations.forEach(
                object -> this.configurations.put(object.at("/metadata/name").asText(), Configuration.of(object)));
        this.environment = Map.copyOf(environment);
    }

    /** The names of all FelixConfigurations, sorted. */
    Set<String> names() {
        return configurations.keySet();
    }

    /** Those that are neither the default one nor of one node: from v3.32 on they are for the nodes they select, if any. */
    List<String> selecting() {
        return configurations.keySet().stream()
                .filter(name -> !isOfAllOrOfOne(name))
                .filter(name -> field(name, "nodeSelector")
                        .filter(selector -> !selector.asText().isEmpty())
                        .isPresent())
                .toList();
    }

    static boolean isOfAllOrOfOne(String name) {
        return name.equals(DEFAULT) || name.startsWith(OF_NODE);
    }

    /** What the names of the interfaces of pods begin with, on a node: more than one text where a selector of nodes decides. */
    private Set<String> interfacePrefixes(String node, CalicoVersion version) {
        Optional<String> own = variable(PREFIX).or(() -> text(OF_NODE + node, PREFIX, PREFIX));
        if (own.isPresent()) {
            return Set.of(own.get());
        }
        Set<String> any = new TreeSet<>();
        any.add(text(DEFAULT, PREFIX, PREFIX).orElse("cali"));
        if (ReleaseTrait.FAILSAFE_OF_SELECTED_NODES.isIn(version)) {
            selecting().forEach(name -> text(name, PREFIX, PREFIX).ifPresent(any::add));
        }
        return any;
    }

    /** Whether Felix may take an interface of some node for one of a pod, by the names that interfaces of hosts have. */
    public boolean mayTakeForPods(CalicoVersion version) {
        return Stream.concat(
                        Stream.of(""),
                        names().stream()
                                .filter(name -> name.startsWith(OF_NODE))
                                .map(name -> name.substring(OF_NODE.length())))
                .anyMatch(node -> isOfPod(node, "", version) != Match.NO);
    }

    /**
     * Whether Felix takes an interface of a node for one of a pod, so that it drops what comes in there; of an interface
     * without a name it may, where some of the host's would be.
     */
    Match isOfPod(String node, String name, CalicoVersion version) {
        List<Match> each = interfacePrefixes(node, version).stream()
                .map(text -> isOfPod(name, List.of(text.split(","))))
                .distinct()
                .toList();
        return each.size() == 1 ? each.getFirst() : Match.MAYBE;
    }

    private static Match isOfPod(String name, List<String> prefixes) {
        if (!name.isEmpty()) {
            return Match.of(prefixes.stream().anyMatch(name::startsWith));
        }
        return prefixes.stream().anyMatch(FelixSettings::mayBeOfHost) ? Match.MAYBE : Match.NO;
    }

    private static boolean mayBeOfHost(String prefix) {
        return HOST_INTERFACES.stream().anyMatch(host -> host.startsWith(prefix) || prefix.startsWith(host));
    }

    /** Whether Felix has IPv6 on; it is unless the environment turns it off, which calico.yaml does. */
    boolean isIpv6On() {
        return flag("", "ipv6Support", "Ipv6Support").orElse(true);
    }

    /** Whether the node's rules may be of iptables-nft: up to v3.18 they are where it is said, later unless it is. */
    boolean mayUseNft(String node, CalicoVersion version) {
        return raw(node, "iptablesBackend", "IptablesBackend")
                .map(text -> text.toLowerCase(Locale.ROOT))
                .map(text -> !text.equals("legacy"))
                .orElse(ReleaseTrait.IPTABLES_BACKEND_CHOSEN.isIn(version));
    }

    boolean isOwn(String node) {
        return configurations.containsKey(OF_NODE + node);
    }

    /** What a node's Felix has the kernel write before each packet that a rule logs; {@code ": "} follows it. */
    public String logPrefix(String node) {
        return raw(node, "logPrefix", "LogPrefix").orElse(LOG_PREFIX);
    }

    /** What the environment has for a setting, in capitals or not; empty where it has nothing. */
    Optional<String> variable(String setting) {
        return environment.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(VARIABLE + setting))
                .map(entry -> entry.getValue().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** What an annotation of a FelixConfiguration has for a setting; present, but empty, where it takes a field away. */
    Optional<String> annotation(String name, String setting) {
        return Optional.ofNullable(configurations.get(name))
                .map(found -> found.annotations().get(setting.toLowerCase(Locale.ROOT)));
    }

    /** A field of a FelixConfiguration. */
    Optional<JsonNode> field(String name, String field) {
        return Optional.ofNullable(configurations.get(name)).flatMap(found -> any(found.spec(), field));
    }

    /** A field of an object, whatever case its name is in. */
    static Optional<JsonNode> any(JsonNode object, String field) {
        return object.properties().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(field))
                .reduce((one, other) -> other)
                .map(entry -> Json.present(entry.getValue()));
    }

    private static String anyText(JsonNode object, String field) {
        return any(object, field).map(JsonNode::asText).orElse("");
    }

    /** What of the metadata of a FelixConfiguration cannot be read. */
    Optional<String> problem(String name) {
        return Optional.ofNullable(configurations.get(name)).stream()
                .flatMap(found -> found.problems().stream())
                .findFirst()
                .map(problem -> "it cannot be read, and Felix cannot start with it: " + problem);
    }

    /** What a failsafe port of it has for a network that is none. */
    Optional<String> brokenNet(String name) {
        return LISTS.stream()
                .filter(list -> annotation(name, list).isEmpty())
                .flatMap(list -> field(name, list).stream())
                .flatMap(Json::elements)
                .map(port -> anyText(port, "net"))
                .filter(net -> !net.isEmpty() && Cidr.read(net).isEmpty())
                .findFirst();
    }

    /**
     * A list of ports of a FelixConfiguration, as Felix writes it before it reads it (updateprocessors/felixconfigprocessor.go).
     * A network of IPv4 written as one of IPv6 is left without brackets.
     */
    Optional<String> ports(String name, String field) {
        return annotation(name, field)
                .or(() -> field(name, field)
                        .filter(JsonNode::isArray)
                        .map(list -> list.isEmpty()
                                ? NONE
                                : Json.elements(list).map(FelixSettings::port).collect(Collectors.joining(","))))
                .filter(text -> !text.isEmpty());
    }

    private static String port(JsonNode port) {
        String net = anyText(port, "net");
        boolean v6 = Cidr.read(net).map(Cidr::v6).orElse(false);
        return anyText(port, "protocol") + ":" + (net.isEmpty() ? "" : (v6 ? "[" + net + "]" : net) + ":")
                + any(port, "port").map(JsonNode::asInt).orElse(0);
    }

    /** What is set for a node, as text; empty where nothing is. */
    private Optional<String> raw(String node, String field, String setting) {
        return variable(setting).or(() -> text(OF_NODE + node, field, setting)).or(() -> text(DEFAULT, field, setting));
    }

    /** What a FelixConfiguration has for a setting; empty where it has nothing. */
    private Optional<String> text(String name, String field, String setting) {
        return annotation(name, setting)
                .or(() -> field(name, field).map(JsonNode::asText))
                .filter(text -> !text.isEmpty());
    }

    /** A flag; empty where nothing sets it, or what does cannot be read. */
    Optional<Boolean> flag(String node, String field, String setting) {
        return raw(node, field, setting).flatMap(text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "y", "t" -> Optional.of(true);
            case "false", "0", "no", "n", "f", "none" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** A number, such as a port. */
    int number(String node, String field, String setting, int otherwise) {
        return raw(node, field, setting)
                .map(text -> text.equalsIgnoreCase("none") ? "0" : text)
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .orElse(otherwise);
    }
}
