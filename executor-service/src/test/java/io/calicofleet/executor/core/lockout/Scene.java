package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.executor.core.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Three nodes, n1 with the control plane, n2 with Typha, IP in IP and BGP between them; a host endpoint on each. */
final class Scene {

    static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");

    final List<ObjectNode> endpoints = new ArrayList<>();
    final List<ObjectNode> policies = new ArrayList<>();
    final List<ObjectNode> tiers = new ArrayList<>();
    final List<ObjectNode> bgp = new ArrayList<>();
    final List<ObjectNode> nodes = new ArrayList<>();
    final List<ObjectNode> sets = new ArrayList<>();
    final List<ObjectNode> profiles = new ArrayList<>();
    final List<ObjectNode> felix = new ArrayList<>();
    final List<JsonNode> pods = new ArrayList<>();
    List<String> apiUrls = List.of();
    boolean v6;
    String podSpec = "{}";
    String flannel = "";
    String ipPools = "{metadata: {name: p}, spec: {cidr: 192.168.0.0/16, ipipMode: Always}}";
    Map<String, NameAnswer> dns = Map.of();
    Map<String, String> environment = Map.of("CALICO_NETWORKING_BACKEND", "bird", "FELIX_IPTABLESBACKEND", "legacy");

    Scene() {
        for (int i = 1; i <= 3; i++) {
            nodes.add(calicoNode(i, "number: \"" + i + "\"", ""));
        }
    }

    static Scene plain() {
        Scene scene = new Scene();
        for (int i = 1; i <= 3; i++) {
            scene.endpoint("n" + i + "-all", "n" + i, "*", "expectedIPs: [10.0.0." + i + "]", "role: node");
        }
        return scene;
    }

    Scene endpoint(String name, String node, String interfaceName, String more, String labels) {
        endpoints.add(Yaml.object("{kind: HostEndpoint, metadata: {name: " + name + ", labels: {" + labels
                + "}}, spec: {node: " + node + ", interfaceName: \"" + interfaceName + "\""
                + (more.isEmpty() ? "" : ", " + more) + "}}"));
        return this;
    }

    Scene policy(String name, String spec) {
        policies.add(Yaml.object("{kind: GlobalNetworkPolicy, metadata: {name: " + name + "}, spec: {" + spec + "}}"));
        return this;
    }

    Scene networkSet(String name, String labels, String nets) {
        sets.add(Yaml.object("{kind: GlobalNetworkSet, metadata: {name: " + name + ", labels: {" + labels
                + "}}, spec: {nets: [" + nets + "]}}"));
        return this;
    }

    Scene profile(String name, String spec) {
        profiles.add(Yaml.object("{kind: Profile, metadata: {name: " + name + "}, spec: {" + spec + "}}"));
        return this;
    }

    Scene felix(String name, String spec) {
        felix.add(Yaml.object("{kind: FelixConfiguration, metadata: {name: " + name + "}, spec: {" + spec + "}}"));
        return this;
    }

    Scene tier(String name, String spec) {
        tiers.add(Yaml.object("{kind: Tier, metadata: {name: " + name + "}, spec: {" + spec + "}}"));
        return this;
    }

    Scene bgp(String kind, String name, String spec) {
        bgp.add(Yaml.object("{kind: " + kind + ", metadata: {name: " + name + "}, spec: {" + spec + "}}"));
        return this;
    }

    /** What Calico knows of a node beside its address. */
    Scene node(int number, String labels, String bgpSpec) {
        nodes.set(number - 1, calicoNode(number, labels, bgpSpec));
        return this;
    }

    private static ObjectNode calicoNode(int number, String labels, String bgpSpec) {
        return Yaml.object("{kind: Node, metadata: {name: n" + number + ", labels: {" + labels
                + "}}, spec: {bgp: {ipv4Address: 10.0.0." + number + "/24" + (bgpSpec.isEmpty() ? "" : ", " + bgpSpec)
                + "}}}");
    }

    CalicoState at(CalicoVersion version) {
        return new CalicoState(version, endpoints, policies, tiers, sets, profiles, felix);
    }

    ClusterNeeds needs() {
        List<JsonNode> kubernetes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            kubernetes.add(Yaml.object("{kind: Node, metadata: {name: n" + i
                    + "}, status: {addresses: [{type: InternalIP, address: 10.0.0." + i + "}"
                    + (v6 ? ", {type: InternalIP, address: \"fd00::" + i + "\"}" : "") + "]}}"));
        }
        List<JsonNode> running = new ArrayList<>(List.of(
                Yaml.object("{metadata: {labels: {component: etcd}}, spec: {nodeName: n1, hostNetwork: true}}"),
                Yaml.object("{metadata: {labels: {k8s-app: calico-typha}}, spec: {nodeName: n2, hostNetwork: true}}")));
        running.addAll(pods);
        NamedServers servers = NamedServers.of(
                environment,
                apiUrls.stream()
                        .map(url -> Yaml.object("{data: {kubeconfig: 'server: " + url + "'}}"))
                        .toList());
        return new ClusterNeeds(
                new NodeRoles(
                        kubernetes,
                        nodes,
                        List.of(Yaml.object("{subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 6443}]}]}")),
                        running,
                        servers,
                        HostNames.of(kubernetes, Yaml.object(podSpec)).with(dns)),
                new NetworkSetup(
                        environment,
                        List.of(Yaml.object(ipPools)),
                        felix,
                        bgp,
                        flannel.isEmpty() ? MissingNode.getInstance() : Yaml.object(flannel)));
    }

    LockoutGuard.Findings findings(String from, String to) {
        return LockoutGuard.compare(needs(), at(CalicoVersion.parse(from)), at(CalicoVersion.parse(to)));
    }

    /** What an upgrade from v3.13 to v3.22 without protection would cut. */
    List<LockoutFact> unprotected() {
        return LockoutGuard.compare(needs(), at(OLD), at(NEW)).facts();
    }

    /** What it would cut with the temporary policy in place. */
    LockoutGuard.Findings protectedFindings() {
        return LockoutGuard.compare(needs(), at(OLD), at(NEW).afterProtection());
    }

    List<LockoutFact> protectedFacts() {
        return protectedFindings().facts();
    }
}
