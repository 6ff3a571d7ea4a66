package io.calicofleet.executor.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.OwnReleases;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests as released are taken over; each one that is changed in one place is refused for that, and for nothing else. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RefusalsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What is in a cluster: the manifest, and a pool. */
    private static final class Cluster {

        final String version;
        final List<ObjectNode> objects = new ArrayList<>();
        final List<ObjectNode> pools = new ArrayList<>();
        ObjectNode felix = Json.object();

        Cluster(String version, String file) {
            this.version = version;
            OwnReleases.manifest(version, file).objects().values().forEach(each -> objects.add(each.deepCopy()));
            pool("default-ipv4-ippool", "192.168.0.0/16");
        }

        void pool(String name, String cidr) {
            ObjectNode pool = Json.object();
            pool.putObject("metadata").put("name", name);
            pool.putObject("spec").put("cidr", cidr).put("ipipMode", "Always").put("vxlanMode", "Never");
            pools.add(pool);
        }

        ObjectNode find(String kind, String name) {
            return objects.stream()
                    .filter(each -> ObjectKey.of(each).kind().equals(kind)
                            && ObjectKey.of(each).name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        ObjectNode node() {
            return find("DaemonSet", "calico-node");
        }

        ObjectNode controllers() {
            return find("Deployment", "calico-kube-controllers");
        }

        static ObjectNode pod(ObjectNode workload) {
            return (ObjectNode) workload.at("/spec/template/spec");
        }

        static ObjectNode container(ObjectNode workload, String name) {
            return (ObjectNode) ManifestInstall.container(workload, name).orElseThrow();
        }

        /** Sets a variable, or adds it. */
        static void env(ObjectNode workload, String container, String name, String value) {
            ObjectNode in = container(workload, container);
            ArrayNode env = in.withArray("/env");
            for (JsonNode each : env) {
                if (Json.text(each, "name").equals(name)) {
                    ((ObjectNode) each).remove("valueFrom");
                    ((ObjectNode) each).put("value", value);
                    return;
                }
            }
            env.addObject().put("name", name).put("value", value);
        }

        void env(String name, String value) {
            env(node(), "calico-node", name, value);
        }

        /** Changes the CNI configuration. */
        void cni(Consumer<ObjectNode> change) {
            ObjectNode data = (ObjectNode) find("ConfigMap", "calico-config").path("data");
            try {
                JsonNode config =
                        MAPPER.readTree(Json.text(data, "cni_network_config").replace("__CNI_MTU__", "-77"));
                change.accept((ObjectNode) config);
                data.put("cni_network_config", config.toString().replace("-77", "__CNI_MTU__"));
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }

        void plugin(Consumer<ObjectNode> change) {
            cni(config -> change.accept((ObjectNode) config.at("/plugins/0")));
        }

        List<String> refusals() {
            List<ObjectNode> workloads = objects.stream()
                    .filter(each -> List.of("DaemonSet", "Deployment").contains(Json.text(each, "kind")))
                    .toList();
            List<ObjectNode> configMaps = objects.stream()
                    .filter(each -> Json.text(each, "kind").equals("ConfigMap"))
                    .toList();
            return Refusals.of(ManifestInstall.of(
                    CalicoVersion.parse(version), workloads, configMaps, pools, felix, definition()));
        }

        /** Of the releases' fields a few: our own small ones have none. */
        private static JsonNode definition() {
            ObjectNode definition = Json.object();
            ObjectNode fields = definition
                    .putObject("spec")
                    .putArray("versions")
                    .addObject()
                    .putObject("schema")
                    .putObject("openAPIV3Schema")
                    .putObject("properties")
                    .putObject("spec")
                    .putObject("properties");
            fields.putObject("bpfEnabled").put("type", "boolean");
            fields.putObject("routeRefreshInterval").put("type", "string");
            fields.putObject("maxIpsetSize").put("type", "integer");
            fields.putObject("iptablesBackend").put("type", "string");
            return definition;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v3.22.5 calico.yaml",
                "v3.22.5 calico-typha.yaml",
                "v3.28.5 calico.yaml",
                "v3.28.5 calico-typha.yaml"
            })
    void a_manifest_as_released_is_taken_over(String file) {
        String[] parts = file.split(" ", -1);
        assertThat(new Cluster(parts[0], parts[1]).refusals()).isEmpty();
    }

    private static Arguments change(String what, Consumer<Cluster> change, String... told) {
        return Arguments.of(what, change, List.of(told));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(
                        "etcd",
                        c -> c.env("DATASTORE_TYPE", "etcdv3"),
                        "DATASTORE_TYPE=etcdv3",
                        "Kubernetes datastore first"),
                change(
                        "addon manager",
                        c -> ((ObjectNode) c.node().at("/metadata/labels"))
                                .put("addonmanager.kubernetes.io/mode", "Reconcile"),
                        "DaemonSet kube-system/calico-node",
                        "addonmanager.kubernetes.io/mode"),
                change(
                        "annotation",
                        c -> ((ObjectNode) c.controllers().path("metadata"))
                                .withObject("/annotations")
                                .put("example.com/a", "b"),
                        "Deployment kube-system/calico-kube-controllers",
                        "annotation example.com/a"),
                change(
                        "annotation of pods",
                        c -> ((ObjectNode) c.node().at("/spec/template/metadata"))
                                .withObject("/annotations")
                                .put("example.com/a", "b"),
                        "The pods of DaemonSet",
                        "annotation example.com/a"),
                change(
                        "unknown variable",
                        c -> c.env("FOO", "bar"),
                        "container calico-node",
                        "variable FOO",
                        "-c calico-node FOO-"),
                change(
                        "unknown variable first",
                        c -> Cluster.env(c.node(), "upgrade-ipam", "FOO", "bar"),
                        "container upgrade-ipam",
                        "variable FOO"),
                change(
                        "variable of a field",
                        c -> Cluster.container(c.node(), "calico-node")
                                .withArray("/env")
                                .addObject()
                                .put("name", "IP_AUTODETECTION_METHOD")
                                .putObject("valueFrom")
                                .putObject("secretKeyRef")
                                .put("name", "x"),
                        "IP_AUTODETECTION_METHOD from somewhere else than a ConfigMap"),
                change(
                        "affinity",
                        c -> Cluster.pod(c.node()).putObject("affinity"),
                        "DaemonSet kube-system/calico-node has an affinity"),
                change(
                        "node selector",
                        c -> ((ObjectNode) Cluster.pod(c.node()).path("nodeSelector")).put("pool", "a"),
                        "node selector pool=a"),
                change(
                        "affinity of controllers",
                        c -> Cluster.pod(c.controllers()).putObject("affinity"),
                        "calico-kube-controllers has an affinity"),
                change(
                        "controllers",
                        c -> Cluster.env(
                                c.controllers(), "calico-kube-controllers", "ENABLED_CONTROLLERS", "node,policy"),
                        "ENABLED_CONTROLLERS=node,policy",
                        "Set it to node"),
                change(
                        "load balancers",
                        c -> Cluster.env(
                                c.controllers(), "calico-kube-controllers", "ENABLED_CONTROLLERS", "node,loadbalancer"),
                        "ENABLED_CONTROLLERS=node,loadbalancer"),
                change(
                        "automatic host endpoints",
                        c -> Cluster.env(c.controllers(), "calico-kube-controllers", "AUTO_HOST_ENDPOINTS", "enabled"),
                        "AUTO_HOST_ENDPOINTS=enabled",
                        "KubeControllersConfiguration"),
                change(
                        "name of the CNI configuration",
                        c -> c.cni(config -> config.put("name", "mine")),
                        "the name mine",
                        "k8s-pod-network"),
                change(
                        "name of its file",
                        c -> Cluster.env(c.node(), "install-cni", "CNI_CONF_NAME", "99-calico.conflist"),
                        "CNI_CONF_NAME=99-calico.conflist"),
                change(
                        "floating IPs",
                        c -> c.plugin(
                                plugin -> plugin.putObject("feature_control").put("floating_ips", true)),
                        "floating_ips on"),
                change(
                        "other IPAM",
                        c -> c.plugin(plugin -> plugin.putObject("ipam").put("type", "dhcp")),
                        "the IPAM 'dhcp'"),
                change(
                        "pools in the CNI configuration",
                        c -> c.plugin(plugin -> ((ObjectNode) plugin.path("ipam"))
                                .putArray("ipv4_pools")
                                .add("10.0.0.0/8")),
                        "ipam.ipv4_pools"),
                change("MTUs", c -> c.env("FELIX_VXLANMTU", "1410"), "FELIX_VXLANMTU=1410", "one MTU"),
                change("no pool", c -> c.pools.clear(), "no IP pool for IPv4"),
                change(
                        "a pool that is disabled",
                        c -> ((ObjectNode) c.pools.getFirst().path("spec")).put("disabled", true),
                        "no IP pool for IPv4 that is enabled"),
                change(
                        "a pool with both",
                        c -> ((ObjectNode) c.pools.getFirst().path("spec")).put("vxlanMode", "Always"),
                        "IPPool default-ipv4-ippool",
                        "ipipMode and vxlanMode"),
                change("a pool for IPv6", c -> c.pool("six", "fd00::/48"), "IPPool six", "assign_ipv6"),
                change("IP", c -> c.env("IP", "10.0.0.1"), "IP=10.0.0.1", "autodetect"),
                change(
                        "method",
                        c -> c.env("IP_AUTODETECTION_METHOD", "magic"),
                        "IP_AUTODETECTION_METHOD=magic",
                        "first-found"),
                change(
                        "host action",
                        c -> c.env("FELIX_DEFAULTENDPOINTTOHOSTACTION", "Drop"),
                        "FELIX_DEFAULTENDPOINTTOHOSTACTION=Drop"),
                change("unknown to Felix", c -> c.env("FELIX_NOSUCHTHING", "1"), "FELIX_NOSUCHTHING", "no field"),
                change(
                        "wrong type for Felix",
                        c -> c.env("FELIX_MAXIPSETSIZE", "many"),
                        "FELIX_MAXIPSETSIZE=many",
                        "not a number"),
                change(
                        "duration without unit",
                        c -> c.env("FELIX_ROUTEREFRESHINTERVAL", "90"),
                        "FELIX_ROUTEREFRESHINTERVAL=90",
                        "such as 90s"),
                change("nftables", c -> c.felix.putObject("spec").put("nftablesMode", "Enabled"), "nftables", "v3.31"),
                change("name of the node", c -> c.env("NODENAME", "a"), "NODENAME that is not the field spec.nodeName"),
                change(
                        "path of the host",
                        c -> Json.elements(Cluster.pod(c.node()).path("volumes"))
                                .filter(v -> Json.text(v, "name").equals("var-lib-calico"))
                                .forEach(v -> ((ObjectNode) v.path("hostPath")).put("path", "/data/calico")),
                        "var-lib-calico",
                        "/data/calico instead of /var/lib/calico"),
                change(
                        "flannel beside it",
                        c -> Cluster.pod(c.node())
                                .withArray("/containers")
                                .addObject()
                                .put("name", "kube-flannel")
                                .put("image", "flannel/flannel:v0.24.4"),
                        "runs flannel beside Calico"),
                change(
                        "canal elsewhere",
                        c -> c.objects.add(renamed(c.node(), "canal")),
                        "DaemonSet kube-system/canal",
                        "under a name or in a place where the operator does not look"),
                change(
                        "another calico-node",
                        c -> c.objects.add(renamed(c.node(), "calico-node-gpu")),
                        "DaemonSet kube-system/calico-node-gpu"));
    }

    private static ObjectNode renamed(ObjectNode workload, String name) {
        ObjectNode copy = workload.deepCopy();
        ((ObjectNode) copy.path("metadata")).put("name", name);
        return copy;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void what_the_operator_refuses_is_named_with_where_and_what_to_do(
            String what, Consumer<Cluster> change, List<String> told) {
        Cluster cluster = new Cluster("v3.28.5", "calico.yaml");
        change.accept(cluster);
        assertThat(cluster.refusals())
                .singleElement()
                .satisfies(said -> assertThat(said).contains(told).contains(", then retry"));
    }

    @Test
    void all_of_it_is_named_at_once() {
        Cluster cluster = new Cluster("v3.28.5", "calico.yaml");
        cluster.env("FOO", "bar");
        cluster.env("IP", "10.0.0.1");
        cluster.pools.clear();
        assertThat(cluster.refusals()).hasSize(3);
    }

    @Test
    void what_a_later_operator_takes_over_an_earlier_one_refuses() {
        Consumer<Cluster> forwarding = cluster ->
                cluster.plugin(plugin -> plugin.putObject("container_settings").put("allow_ip_forwarding", true));
        Consumer<Cluster> six = cluster -> cluster.env("IP6", "autodetect");
        for (Consumer<Cluster> change : List.of(forwarding, six)) {
            Cluster early = new Cluster("v3.22.5", "calico.yaml");
            Cluster late = new Cluster("v3.28.5", "calico.yaml");
            late.env("FELIX_IPV6SUPPORT", "true");
            if (change == forwarding) {
                late.env("FELIX_IPV6SUPPORT", "false");
            }
            change.accept(early);
            change.accept(late);
            assertThat(early.refusals()).hasSize(1);
            assertThat(late.refusals()).isEmpty();
        }
    }

    @Test
    void our_own_marks_go_and_are_no_reason() {
        Cluster cluster = new Cluster("v3.28.5", "calico.yaml");
        ((ObjectNode) cluster.node().path("metadata"))
                .withObject("/annotations")
                .put("calico-fleet.io/plan", "x");
        assertThat(cluster.refusals()).isEmpty();
    }

    @Test
    void a_calico_node_of_another_name_is_not_seen_by_the_operator() {
        Cluster cluster = new Cluster("v3.28.5", "calico.yaml");
        ((ObjectNode) cluster.node().path("metadata")).put("namespace", "calico");
        assertThat(cluster.refusals())
                .singleElement()
                .satisfies(said -> assertThat(said).contains("second Calico"));
    }

    @Test
    void policy_only_has_variables_no_operator_knows() {
        assertThat(new Cluster("v3.28.5", "calico-policy-only.yaml").refusals())
                .anyMatch(said -> said.contains("USE_POD_CIDR"));
    }

    @Test
    void without_the_release_at_hand_nothing_is_said_of_fields_of_felix() {
        Cluster cluster = new Cluster("v3.28.5", "calico.yaml");
        cluster.env("FELIX_NOSUCHTHING", "1");
        List<ObjectNode> workloads = List.of(cluster.node(), cluster.controllers());
        assertThat(Refusals.of(ManifestInstall.of(
                        CalicoVersion.parse("v3.28.5"),
                        workloads,
                        List.of(cluster.find("ConfigMap", "calico-config")),
                        cluster.pools,
                        MissingNode.getInstance(),
                        MissingNode.getInstance())))
                .isEmpty();
    }
}
