package io.calicofleet.executor.core.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The network: the CNI configuration, addresses of nodes, MTUs, IP pools. */
final class NetworkRules {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CONFIG = "The CNI configuration of DaemonSet kube-system/calico-node";
    private static final String NOT_ENCAPSULATED = "Never";
    private static final List<String> METHODS = List.of("interface=", "can-reach=", "skip-interface=", "cidr=");
    private static final Set<String> HOST_LOCAL = Set.of(
            "rangestart", "rangeend", "subnet", "gateway", "name", "type", "routes", "datadir", "resolvconf", "ranges");

    /** What the CNI configuration has where install-cni fills the MTU in. */
    private static final int FILLED_IN = -1;

    private static final int USUAL_MTU = 1500;

    private final ManifestInstall install;
    private final Refusals refusals;

    private NetworkRules(ManifestInstall install, Refusals refusals) {
        this.install = install;
        this.refusals = refusals;
    }

    static void judge(ManifestInstall install, Refusals refusals) {
        new NetworkRules(install, refusals).judge();
    }

    /** Whether a plugin of the CNI configuration is Calico's. */
    static boolean hasCalicoCni(ManifestInstall install) {
        return new NetworkRules(install, Refusals.none(install))
                .configuration()
                .flatMap(NetworkRules::calico)
                .isPresent();
    }

    private void judge() {
        Optional<JsonNode> configuration = configuration();
        Optional<JsonNode> calico = configuration.flatMap(NetworkRules::calico);
        refusals.env("calico-node", "FELIX_INTERFACEPREFIX")
                .filter(prefix -> !prefix.equals("cali"))
                .ifPresent(prefix -> refusals.add(
                        refusals.node("calico-node") + " has FELIX_INTERFACEPREFIX=" + prefix
                                + ", so that another network than Calico's is in use, and whether the operator takes that"
                                + " over is not proven here",
                        "Migrate this cluster by hand, or skip it"));
        if (calico.isEmpty()) {
            refusals.add(
                    CONFIG + " has no plugin of type calico that can be read",
                    "Put it right (CNI_NETWORK_CONFIG of the container install-cni)");
        } else {
            String backend =
                    refusals.env("calico-node", "CALICO_NETWORKING_BACKEND").orElse("");
            plugins(configuration.orElseThrow(), calico.get(), backend.isEmpty() ? "bird" : backend);
        }
        addresses();
        mtus(calico.map(plugin -> plugin.path("mtu").asInt(0)).orElse(null));
        pools(calico.orElse(null));
    }

    private Optional<JsonNode> configuration() {
        if (ManifestInstall.container(install.node(), "install-cni").isEmpty()) {
            return Optional.empty();
        }
        return refusals.env("install-cni", "CNI_NETWORK_CONFIG").flatMap(text -> {
            try {
                return Optional.ofNullable(MAPPER.readTree(text.replace("__CNI_MTU__", String.valueOf(FILLED_IN))));
            } catch (JsonProcessingException e) {
                return Optional.empty(); // told where there is no plugin of Calico
            }
        });
    }

    private static Stream<JsonNode> plugins(JsonNode configuration) {
        return configuration.has("plugins") ? Json.elements(configuration.get("plugins")) : Stream.of(configuration);
    }

    private static Optional<JsonNode> calico(JsonNode configuration) {
        return plugins(configuration)
                .filter(plugin -> Json.text(plugin, "type").equals("calico"))
                .reduce((first, last) -> last);
    }

    private void plugins(JsonNode configuration, JsonNode calico, String backend) {
        JsonNode ipam = calico.path("ipam");
        switch (Json.text(ipam, "type")) {
            case "calico-ipam" -> {
                if (!Set.of("bird", "vxlan").contains(backend)) {
                    refusals.add(
                            refusals.node("calico-node"),
                            "CALICO_NETWORKING_BACKEND=" + backend + " with Calico's IPAM",
                            "Set it to bird or vxlan");
                }
                Stream.of("subnet", "ipv4_pools", "ipv6_pools")
                        .filter(field -> !ipam.path(field).asText("").isEmpty()
                                || !ipam.path(field).isEmpty())
                        .forEach(field -> refusals.add(
                                CONFIG, "ipam." + field, "Remove it; IP pools say the same by their nodeSelector"));
            }
            case "host-local" -> hostLocal(ipam, backend);
            default ->
                refusals.add(
                        CONFIG,
                        "the IPAM '" + Json.text(ipam, "type") + "'",
                        "The operator takes calico-ipam and host-local only: move to one of them");
        }
        if (!Json.text(configuration, "name").equals("k8s-pod-network")) {
            refusals.add(
                    CONFIG, "the name " + Json.text(configuration, "name"), "Call it k8s-pod-network, node by node");
        }
        if (calico.at("/feature_control/floating_ips").asBoolean()) {
            refusals.add(CONFIG, "floating_ips on", "Turn feature_control.floating_ips off");
        }
        if (calico.at("/feature_control/ip_addrs_no_ipam").asBoolean()) {
            refusals.add(CONFIG, "ip_addrs_no_ipam on", "Turn feature_control.ip_addrs_no_ipam off");
        }
        if (calico.at("/container_settings/allow_ip_forwarding").asBoolean()
                && !ReleaseTrait.OPERATOR_TAKES_OVER_IP_FORWARDING.isIn(install.version())) {
            refusals.add(CONFIG, "allow_ip_forwarding on", "Turn container_settings.allow_ip_forwarding off");
        }
        boolean tuned = plugins(configuration)
                .anyMatch(plugin -> Json.text(plugin, "type").equals("tuning"));
        if (tuned && !ReleaseTrait.OPERATOR_TAKES_OVER_SYSCTLS.isIn(install.version())) {
            refusals.add(
                    CONFIG + " has the plugin tuning, which the operator of " + install.version() + " drops",
                    "Go to " + ReleaseTrait.OPERATOR_TAKES_OVER_SYSCTLS.from().line()
                            + " or later first, or remove it");
        }
    }

    private void hostLocal(JsonNode ipam, String backend) {
        if (!Set.of("bird", "none").contains(backend)) {
            refusals.add(
                    refusals.node("calico-node"),
                    "CALICO_NETWORKING_BACKEND=" + backend + " with the IPAM host-local",
                    "Set it to bird or none");
        }
        List<String> fields = new ArrayList<>();
        ipam.fieldNames().forEachRemaining(fields::add);
        fields.stream()
                .filter(field -> !HOST_LOCAL.contains(field.toLowerCase(java.util.Locale.ROOT)))
                .forEach(field -> refusals.add(CONFIG, "ipam." + field, "Remove it"));
        Stream.of("dataDir", "resolvConf", "routes")
                .filter(field -> !ipam.path(field).asText("").isEmpty()
                        || !ipam.path(field).isEmpty())
                .forEach(field -> refusals.add(CONFIG, "ipam." + field, "Remove it"));
        List<JsonNode> ranges = new ArrayList<>(List.of(ipam));
        ipam.path("ranges").forEach(set -> {
            if (set.size() > 1) {
                refusals.add(CONFIG, "a set of more than one range", "Leave one");
            }
            set.forEach(ranges::add);
        });
        if (ipam.path("ranges").size() > 2) {
            refusals.add(CONFIG, "more than two sets of ranges", "Leave one for IPv4 and one for IPv6");
        }
        for (JsonNode range : ranges) {
            String subnet = Json.text(range, "subnet");
            if (!Set.of("", "usePodCidr", "usePodCidrIPv6").contains(subnet)) {
                refusals.add(CONFIG, "the subnet " + subnet, "Make it usePodCidr");
            }
            Stream.of("rangeStart", "rangeEnd", "gateway")
                    .filter(field -> !Json.text(range, field).isEmpty())
                    .forEach(field -> refusals.add(CONFIG, field + " of a range", "Remove it"));
        }
    }

    /** How the nodes find their addresses. */
    private void addresses() {
        boolean both = ReleaseTrait.OPERATOR_TAKES_OVER_IPV6.isIn(install.version());
        Optional<String> four = refusals.env("calico-node", "IP");
        Optional<String> six = refusals.env("calico-node", "IP6");
        four.filter(ip -> !ip.equalsIgnoreCase("autodetect") && !(both && ip.equals("none")))
                .ifPresent(ip -> refusals.add(
                        refusals.node("calico-node"),
                        "IP=" + ip,
                        "Remove it, or set it to autodetect" + (both ? " or none" : "")));
        refusals.ignore("calico-node", "IP_AUTODETECTION_METHOD", "IP6_AUTODETECTION_METHOD");
        if (!four.filter("none"::equals).isPresent()) {
            method("IP_AUTODETECTION_METHOD");
        }
        if (!both) {
            refusals.mustBe("calico-node", "FELIX_IPV6SUPPORT", "false");
            refusals.mustBe("calico-node", "IP6", "none");
            return;
        }
        switch (six.orElse("")) {
            case "", "none" -> refusals.mustBe("calico-node", "FELIX_IPV6SUPPORT", "false");
            case "autodetect" -> {
                method("IP6_AUTODETECTION_METHOD");
                refusals.mustBe("calico-node", "FELIX_IPV6SUPPORT", "true");
                if (four.filter("none"::equals).isPresent()) {
                    refusals.mustBe("calico-node", "CALICO_ROUTER_ID", "hash");
                }
            }
            default ->
                refusals.add(
                        refusals.node("calico-node"),
                        "IP6=" + six.orElseThrow(),
                        "Remove it, or set it to autodetect or none");
        }
    }

    private void method(String variable) {
        boolean internal = ReleaseTrait.OPERATOR_TAKES_OVER_NODE_ADDRESSES.isIn(install.version());
        refusals.env("calico-node", variable)
                .filter(method -> !method.isEmpty()
                        && !method.equals("first-found")
                        && !(internal && method.equals("kubernetes-internal-ip"))
                        && METHODS.stream().noneMatch(method::startsWith))
                .ifPresent(method -> refusals.add(
                        refusals.node("calico-node"),
                        variable + "=" + method,
                        "Set it to first-found, can-reach=..., interface=..., skip-interface=... or cidr=..."
                                + (internal ? ", or to kubernetes-internal-ip" : "")));
    }

    /** With the operator there is one MTU. */
    private void mtus(@Nullable Integer configured) {
        List<String> variables = new ArrayList<>(List.of("FELIX_IPINIPMTU", "FELIX_VXLANMTU", "FELIX_WIREGUARDMTU"));
        if (ReleaseTrait.OPERATOR_TAKES_OVER_IP_FORWARDING.isIn(install.version())) {
            variables.addAll(List.of("FELIX_VXLANMTUV6", "FELIX_WIREGUARDMTUV6"));
        }
        String first = "";
        int mtu = 0;
        for (String variable : variables) {
            Optional<String> text = refusals.env("calico-node", variable);
            Integer value = text.map(found -> number(refusals.node("calico-node"), variable, found))
                    .orElse(null);
            if (value != null) {
                disagree(first, mtu, variable, value);
                mtu = first.isEmpty() ? value : mtu;
                first = first.isEmpty() ? variable : first;
            }
        }
        if (configured == null) {
            return;
        }
        if (configured == FILLED_IN) {
            Optional<String> text = refusals.env("install-cni", "CNI_MTU");
            Integer value = text.isEmpty()
                    ? Integer.valueOf(USUAL_MTU)
                    : number(refusals.node("install-cni"), "CNI_MTU", text.get());
            if (value != null) {
                disagree(first, mtu, "CNI_MTU", value);
            }
        } else {
            disagree(first, mtu, "mtu of the CNI configuration", configured);
        }
    }

    private @Nullable Integer number(String where, String variable, String text) {
        if (text.matches("-?[0-9]{1,9}")) {
            return Integer.valueOf(text);
        }
        refusals.add(where, variable + "=" + text + ", which is no number", "Make it one, or remove it");
        return null;
    }

    private void disagree(String first, int mtu, String second, int other) {
        if (!first.isEmpty() && mtu != other) {
            refusals.add(
                    "DaemonSet kube-system/calico-node",
                    second + "=" + other + " and " + first + "=" + mtu,
                    "With the operator there is one MTU: give both the same value (veth_mtu of the ConfigMap calico-config"
                            + " in the manifests), or remove one");
        }
    }

    private void pools(@Nullable JsonNode calico) {
        Optional<JsonNode> four = initial(false);
        Optional<JsonNode> six = initial(true);
        Stream.of(four, six).flatMap(Optional::stream).forEach(this::encapsulation);
        if (calico != null && Json.text(calico.path("ipam"), "type").equals("calico-ipam")) {
            String assign4 = Json.text(calico.path("ipam"), "assign_ipv4");
            boolean wants4 = assign4.isEmpty() || assign4.equalsIgnoreCase("true");
            boolean wants6 = Json.text(calico.path("ipam"), "assign_ipv6").equalsIgnoreCase("true");
            if (wants4 && four.isEmpty()) {
                refusals.add(
                        "There is no IP pool for IPv4 that is enabled, and pods get addresses of IPv4, which the operator"
                                + " refuses",
                        "Enable one or create it, or set assign_ipv4 to false in the CNI configuration");
            }
            if (!wants4 && ReleaseTrait.OPERATOR_TAKES_OVER_IPV6.isIn(install.version()) && six.isEmpty()) {
                refusals.add(
                        "Pods get no addresses of IPv4, and there is no IP pool for IPv6 that is enabled, which the operator"
                                + " refuses",
                        "Enable one or create it");
            }
            if (!wants4 && !ReleaseTrait.OPERATOR_TAKES_OVER_IPV6.isIn(install.version()) && four.isPresent()) {
                refusals.add(pool(four.get()), "addresses of IPv4 while assign_ipv4 is false", "Delete the pool");
            }
            if (wants6 && six.isEmpty()) {
                refusals.add(
                        "There is no IP pool for IPv6 that is enabled, and assign_ipv6 is true in the CNI configuration,"
                                + " which the operator refuses",
                        "Enable one or create it, or set assign_ipv6 to false");
            }
            if (!wants6 && six.isPresent()) {
                refusals.add(
                        pool(six.get()),
                        "addresses of IPv6 while assign_ipv6 of the CNI configuration is not true",
                        "Delete the pool, or set assign_ipv6 to true");
            }
        }
        for (String version : List.of("4", "6")) {
            for (String setting : List.of("CIDR", "BLOCK_SIZE", "IPIP", "VXLAN", "NAT_OUTGOING", "NODE_SELECTOR")) {
                refusals.ignore("calico-node", "CALICO_IPV" + version + "POOL_" + setting);
            }
            if (ReleaseTrait.OPERATOR_TAKES_OVER_IP_FORWARDING.isIn(install.version())) {
                refusals.ignore("calico-node", "CALICO_IPV" + version + "POOL_DISABLE_BGP_EXPORT");
            }
        }
    }

    /** The pool the operator takes for the one of that family: one called default-ipv..., else the first. */
    private Optional<JsonNode> initial(boolean six) {
        List<JsonNode> enabled = install.pools().stream()
                .filter(pool -> !pool.at("/spec/disabled").asBoolean())
                .filter(pool -> pool.at("/spec/cidr").asText().contains(":") == six)
                .toList();
        return enabled.stream()
                .filter(pool -> Json.text(pool.path("metadata"), "name").startsWith("default-ipv"))
                .findFirst()
                .or(() -> enabled.stream().findFirst());
    }

    private void encapsulation(JsonNode pool) {
        boolean ipip = isOn(pool, "ipipMode");
        boolean vxlan = isOn(pool, "vxlanMode");
        if (ipip && vxlan) {
            refusals.add(pool(pool), "both ipipMode and vxlanMode on", "Set one of them to Never");
        }
    }

    private static boolean isOn(JsonNode pool, String mode) {
        String set = Json.text(pool.path("spec"), mode);
        return !set.isEmpty() && !set.equals(NOT_ENCAPSULATED);
    }

    private static String pool(JsonNode pool) {
        return "IPPool " + Json.text(pool.path("metadata"), "name");
    }
}
