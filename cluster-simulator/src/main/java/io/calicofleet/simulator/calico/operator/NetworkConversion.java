package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/** The network of an install by manifests in the words of an Installation. */
final class NetworkConversion {

    private static final String NODE = ManifestsRead.NODE;
    private static final String INSTALL_CNI = ManifestsRead.INSTALL_CNI;
    private static final String NAMESPACE = ManifestsRead.NAMESPACE;
    private static final String ON_NODE = ManifestsRead.ON_NODE;
    private static final String ON_CNI = "cni-config";
    private static final GroupResource POOLS = new GroupResource("crd.projectcalico.org", "ippools");
    private static final GroupResource FELIX = new GroupResource("crd.projectcalico.org", "felixconfigurations");
    private static final ObjectKey DEFAULT = new ObjectKey("", "default");

    private final ManifestsRead read;
    private final ObjectNode spec;

    private NetworkConversion(ManifestsRead read, ObjectNode spec) {
        this.read = read;
        this.spec = spec;
    }

    /** Fills {@code spec} with it. */
    static void convert(ManifestsRead read, ObjectNode spec) {
        NetworkConversion network = new NetworkConversion(read, spec);
        JsonNode cni = network.calicoCni();
        network.mtu(cni);
        network.pools(cni);
        network.dataPlane();
    }

    private JsonNode calicoCni() {
        String prefix = read.env(NODE, "FELIX_INTERFACEPREFIX");
        if (prefix != null && !prefix.equals("cali")) {
            throw new ManifestsRead.Incompatible("the simulated operator knows Calico's network only", "", ON_NODE);
        }
        String text = read.env(INSTALL_CNI, "CNI_NETWORK_CONFIG");
        JsonNode list = text == null ? Json.object() : Json.parse(text.replace("__CNI_MTU__", "-1"));
        JsonNode calico = Json.object();
        boolean ports = false;
        for (JsonNode plugin :
                list.has("plugins") ? list.path("plugins") : Json.array().add(list)) {
            calico = plugin.path("type").asText().equals("calico") ? plugin : calico;
            ports |= plugin.path("type").asText().equals("portmap");
        }
        if (calico.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "detected Calico CNI but couldn't find any CNI plugin with type=calico",
                    "ensure CNI config contains a plugin with type=calico",
                    ON_CNI);
        }
        String backend = read.env(NODE, "CALICO_NETWORKING_BACKEND");
        String ipam = Json.text(calico, "ipam", "type");
        boolean hostLocal = ipam.equals("host-local");
        if (!hostLocal && !ipam.equals("calico-ipam")) {
            throw new ManifestsRead.Incompatible(
                    "unrecognized IPAM plugin '" + ipam + "'",
                    "update cluster to supported type 'calico-ipam' or 'host-local'",
                    ON_CNI);
        }
        ObjectNode cni = spec.putObject("cni").put("type", "Calico");
        cni.putObject("ipam").put("type", hostLocal ? "HostLocal" : "Calico");
        ObjectNode network = spec.putObject("calicoNetwork");
        network.put("bgp", backend == null || backend.isEmpty() || backend.equals("bird") ? "Enabled" : "Disabled");
        addresses(network);
        network.put("hostPorts", ports ? "Enabled" : "Disabled");
        if (!list.path("name").asText().equals("k8s-pod-network")) {
            throw new ManifestsRead.Incompatible(
                    "only 'k8s-pod-network' is supported as CNI name, found "
                            + list.path("name").asText(),
                    "set CNI config name to 'k8s-pod-network'",
                    ON_CNI);
        }
        if (Json.at(calico, "feature_control", "floating_ips").asBoolean()) {
            throw new ManifestsRead.Incompatible(
                    "floating IPs not supported", "disable 'floating_ips' in the CNI configuration", ON_CNI);
        }
        if (Json.at(calico, "container_settings", "allow_ip_forwarding").asBoolean()) {
            if (!read.version.from(24)) {
                throw new ManifestsRead.Incompatible(
                        "AllowIPForwarding not supported",
                        "disable 'AllowIPForwarding' in the CNI configuration",
                        ON_CNI);
            }
            network.put("containerIPForwarding", "Enabled");
        }
        return calico;
    }

    private void addresses(ObjectNode network) {
        String ip = read.env(NODE, "IP");
        if (ip != null && !ip.equalsIgnoreCase("autodetect") && !(read.version.from(23) && ip.equals("none"))) {
            throw new ManifestsRead.Incompatible(
                    "IP=" + ip + " is not supported", "remove the IP env var or set it to 'autodetect'", ON_NODE);
        }
        String method = read.env(NODE, "IP_AUTODETECTION_METHOD");
        if (method != null) {
            ObjectNode found = network.putObject("nodeAddressAutodetectionV4");
            if (method.isEmpty() || method.equals("first-found")) {
                found.put("firstFound", true);
            } else if (method.startsWith("interface=")) {
                found.put("interface", method.substring(10));
            } else if (method.startsWith("can-reach=")) {
                found.put("canReach", method.substring(10));
            } else if (method.startsWith("skip-interface=")) {
                found.put("skipInterface", method.substring(15));
            } else if (method.startsWith("cidr=")) {
                for (String cidr : method.substring(5).split(",", -1)) {
                    Json.list(found, "cidrs").add(cidr);
                }
            } else if (method.equals("kubernetes-internal-ip") && read.version.from(22)) {
                found.put("kubernetes", "NodeInternalIP");
            } else {
                throw new ManifestsRead.Incompatible(
                        "IP_AUTODETECTION_METHOD=" + method + " is not supported",
                        "remove the IP_AUTODETECTION_METHOD env var or set it to 'first-found', 'can-reach=*',"
                                + " 'interface=*', 'cidr=*', or 'skip-interface=*'",
                        ON_NODE);
            }
        }
        if (read.version.from(23)) {
            String six = read.env(NODE, "IP6");
            if (six != null && !six.equals("none") && !six.equals("autodetect")) {
                throw new ManifestsRead.Incompatible(
                        "IP6=" + six + " is not supported",
                        "remove the IP6 env var or set it to 'none' or 'autodetect'",
                        ON_NODE);
            }
            read.assertEnv("FELIX_IPV6SUPPORT", "autodetect".equals(six) ? "true" : "false");
            read.ignore(NODE, "IP6_AUTODETECTION_METHOD");
        }
    }

    private void mtu(JsonNode calico) {
        String from = "";
        int mtu = 0;
        List<String> sources = new ArrayList<>(List.of("FELIX_IPINIPMTU", "FELIX_VXLANMTU", "FELIX_WIREGUARDMTU"));
        if (read.version.from(24)) {
            sources.addAll(List.of("FELIX_VXLANMTUV6", "FELIX_WIREGUARDMTUV6"));
        }
        for (String source : sources) {
            String text = read.env(NODE, source);
            if (text != null) {
                mtu = same(from, mtu, source, number(source, text));
                from = source;
            }
        }
        int configured = calico.path("mtu").asInt();
        if (configured == -1) {
            String text = read.env(INSTALL_CNI, "CNI_MTU");
            configured = text == null ? 1500 : number("CNI_MTU", text);
        }
        spec.withObject("/calicoNetwork").put("mtu", same(from, mtu, "CNI_MTU", configured));
    }

    private static int number(String source, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ManifestsRead.Incompatible(
                    "failed to parse mtu from " + source + ": couldn't convert " + text + " to integer",
                    "adjust " + source + " to a valid integer or unset the env var",
                    ON_NODE);
        }
    }

    private static int same(String from, int mtu, String source, int other) {
        if (!from.isEmpty() && mtu != other) {
            throw new ManifestsRead.Incompatible(
                    "mtu " + source + "=" + other + " does not match mtu " + from + "=" + mtu,
                    "adjust " + source + " and " + from + " to match or unset one of them",
                    ON_NODE);
        }
        return other;
    }

    private void pools(JsonNode calico) {
        JsonNode four = initial(false);
        JsonNode six = initial(true);
        for (JsonNode pool : List.of(four, six)) {
            if (!pool.isEmpty()) {
                Json.list(spec.withObject("/calicoNetwork"), "ipPools").add(pool(pool));
            }
        }
        if (Json.text(calico, "ipam", "type").equals("calico-ipam")) {
            String assign4 = Json.text(calico, "ipam", "assign_ipv4");
            boolean wants6 = Json.text(calico, "ipam", "assign_ipv6").equalsIgnoreCase("true");
            if ((assign4.isEmpty() || assign4.equalsIgnoreCase("true")) && four.isEmpty()) {
                throw new ManifestsRead.Incompatible(
                        "CNI config indicates assign_ipv4=true but there were no valid IPv4 pools found",
                        "create an IPv4 pool or set assign_ipv4=false",
                        ON_CNI);
            }
            if (wants6 == six.isEmpty()) {
                throw new ManifestsRead.Incompatible(
                        wants6
                                ? "CNI config indicates assign_ipv6=true but there were no valid IPv6 pools found"
                                : "CNI config indicates assign_ipv6=false but an IPv6 pool was found",
                        wants6
                                ? "create an IPv6 pool or set assign_ipv6=false"
                                : "delete the IPv6 pool or set assign_ipv6=true",
                        ON_CNI);
            }
        }
        for (String family : List.of("4", "6")) {
            for (String setting : List.of("CIDR", "BLOCK_SIZE", "IPIP", "VXLAN", "NAT_OUTGOING", "NODE_SELECTOR")) {
                read.ignore(NODE, "CALICO_IPV" + family + "POOL_" + setting);
            }
            if (read.version.from(24)) {
                read.ignore(NODE, "CALICO_IPV" + family + "POOL_DISABLE_BGP_EXPORT");
            }
        }
    }

    private JsonNode initial(boolean six) {
        JsonNode found = Json.object();
        for (ObjectNode pool : read.kube.list(POOLS, "")) {
            boolean fits = !Json.at(pool, "spec", "disabled").asBoolean()
                    && Json.text(pool, "spec", "cidr").contains(":") == six;
            boolean first = Json.text(pool, "metadata", "name").startsWith("default-ipv");
            if (fits && (found.isEmpty() || first)) {
                found = pool;
            }
        }
        return found;
    }

    private static ObjectNode pool(JsonNode pool) {
        String ipip = Json.text(pool, "spec", "ipipMode").replace("Never", "");
        String vxlan = Json.text(pool, "spec", "vxlanMode").replace("Never", "");
        if (!ipip.isEmpty() && !vxlan.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "failed to convert IPPool " + Json.text(pool, "metadata", "name")
                            + ", unexpected encapsulation combination for pool",
                    "",
                    "ippools");
        }
        String encapsulation = ipip.isEmpty() && vxlan.isEmpty()
                ? "None"
                : (ipip.isEmpty() ? "VXLAN" : "IPIP") + ((ipip + vxlan).equals("CrossSubnet") ? "CrossSubnet" : "");
        ObjectNode converted = Json.object()
                .put("cidr", Json.text(pool, "spec", "cidr"))
                .put("encapsulation", encapsulation)
                .put("natOutgoing", Json.at(pool, "spec", "natOutgoing").asBoolean() ? "Enabled" : "Disabled")
                .put("nodeSelector", Json.text(pool, "spec", "nodeSelector"));
        int size = Json.at(pool, "spec", "blockSize").asInt();
        return size == 0 ? converted : converted.put("blockSize", size);
    }

    private void dataPlane() {
        JsonNode felix = read.kube.get(FELIX, DEFAULT);
        boolean ebpf = felix != null && Json.at(felix, "spec", "bpfEnabled").asBoolean();
        if (read.version.from(23)) {
            ebpf |= "true".equalsIgnoreCase(read.env(NODE, "FELIX_BPFENABLED"));
            if (ebpf
                    && read.kube.get(
                                    ManifestsRead.CONFIG_MAPS, new ObjectKey(NAMESPACE, "kubernetes-services-endpoint"))
                            == null) {
                throw new ManifestsRead.Incompatible(
                        "failed read to configMap \"kubernetes-services-endpoint\"", "", "configmaps");
            }
            if (ebpf) {
                spec.withObject("/calicoNetwork").put("linuxDataplane", "BPF");
            }
        }
        if (read.version.from(31) && "enabled".equalsIgnoreCase(read.env(NODE, "FELIX_NFTABLESMODE"))) {
            spec.withObject("/calicoNetwork").put("linuxDataplane", "Nftables");
        }
    }
}
