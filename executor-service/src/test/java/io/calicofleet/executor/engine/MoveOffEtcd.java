package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.etcd.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cluster on etcd with something of everything, and the steps that move it. */
abstract class MoveOffEtcd {

    static final String NAMESPACE = "kube-system";
    static final String STORED = "crd.projectcalico.org/v1";
    static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    static final String IPAM = "/calico/ipam/v2/";
    static final Duration LONG = Duration.ofSeconds(60);

    /** What both installs are made of, each with its API version. */
    static final List<String> MANIFESTS = List.of(
            "v1 ServiceAccount",
            "v1 ConfigMap",
            "v1 Secret",
            "rbac.authorization.k8s.io/v1 ClusterRole",
            "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
            "apps/v1 Deployment",
            "apps/v1 DaemonSet");

    static final List<String> RESOURCES = List.of(
            ("BlockAffinity BGPPeer ClusterInformation FelixConfiguration GlobalNetworkPolicy HostEndpoint IPAMBlock"
                            + " IPAMConfig IPAMHandle IPPool KubeControllersConfiguration NetworkPolicy")
                    .split(" ", -1));

    @TempDir
    private Path directory;

    SimulatedFleet fleet;

    CalicoVersion version = CalicoVersion.parse("v3.22.5");

    /** Of the steps: a retry, and one a person has decided on, counts it up. */
    int attempt = 1;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    SimulatedCluster install(String id) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withEtcd(ClusterTemplate.Etcd.TLS)
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, version, "calico-etcd.yaml")));
        Map<String, String> entries = new TreeMap<>();
        entries.put(ROOT + "hostendpoints/all", """
                {"kind":"HostEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"all","uid":"u1",\
                "creationTimestamp":"2020-05-12T08:00:00Z","labels":{"host-endpoint-upgrade":""}},\
                "spec":{"node":"%s-node-1","interfaceName":"*","expectedIPs":["10.0.0.1"]}}""".formatted(id));
        entries.put(
                ROOT + "globalnetworkpolicies/default.hosts", resource("GlobalNetworkPolicy", "default.hosts", """
                        {"selector":"has(host-endpoint-upgrade)","types":["Ingress","Egress"],\
                        "ingress":[{"action":"Allow"}],"egress":[{"action":"Allow"}]}"""));
        entries.put(ROOT + "networkpolicies/default/default.own", """
                {"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"default.own",\
                "namespace":"default","uid":"u2"},"spec":{"selector":"all()","types":["Ingress"]}}""");
        entries.put(ROOT + "networkpolicies/default/knp.default.theirs", """
                {"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"knp.default.theirs",\
                "namespace":"default","uid":"u3"},"spec":{"selector":"all()","types":["Ingress"]}}""");
        entries.put(
                ROOT + "bgppeers/rack",
                resource(
                        "BGPPeer",
                        "rack",
                        "{\"node\":\"" + id + "-node-2\",\"peerIP\":\"10.0.0.254\",\"asNumber\":64512}"));
        entries.put(ROOT + "profiles/kns.default", resource("Profile", "kns.default", "{}"));
        entries.put(
                ROOT + "workloadendpoints/default/" + id + "-w",
                resource("WorkloadEndpoint", id + "-w", "{\"orchestrator\":\"k8s\"}"));
        entries.put(IPAM + "assignment/ipv4/block/192.168.0.0-26", """
                {"cidr":"192.168.0.0/26","affinity":"host:%1$s-node-1","strictAffinity":false,\
                "allocations":[0,null,null],"unallocated":[1,2],"attributes":[{"handle_id":"k8s-pod-network.AB",\
                "secondary":{"node":"%1$s-node-1","pod":"web"}}],"deleted":false,"sequenceNumber":3}""".formatted(id));
        entries.put(IPAM + "host/" + id + "-node-1/ipv4/block/192.168.0.0-26", "{\"state\":\"confirmed\"}");
        entries.put(IPAM + "handle/k8s-pod-network.AB", "{\"block\":{\"192.168.0.0/26\":1}}");
        entries.put(IPAM + "config", "{\"strict_affinity\":false,\"auto_allocate_blocks\":true}");
        entries.forEach(etcd(cluster)::put);
        awaitNodes(cluster);
        return cluster;
    }

    static String resource(String kind, String name, String spec) {
        return "{\"kind\":\"" + kind + "\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":{\"name\":\"" + name
                + "\",\"uid\":\"u\"},\"spec\":" + spec + "}";
    }

    static String definitions(String manifest) {
        List<String> documents = new ArrayList<>();
        for (String document : manifest.split("\n---\n", -1)) {
            if (document.contains("kind: CustomResourceDefinition")) {
                documents.add(document);
            }
        }
        return String.join("\n---\n", documents);
    }

    static void awaitNodes(SimulatedCluster cluster) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode nodes = cluster.get("apps/v1", "DaemonSet", NAMESPACE, "calico-node");
            assertThat(nodes.at("/status/observedGeneration").asLong())
                    .isEqualTo(nodes.at("/metadata/generation").asLong());
            assertThat(nodes.at("/status/updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(nodes.at("/status/numberReady").asInt()).isEqualTo(3);
            assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).isNotNull();
            // What kube-controllers writes comes last.
            assertThat(etcd(cluster).get(ROOT + "kubecontrollersconfigurations/default"))
                    .isNotNull()
                    .contains("environmentVars");
            assertThat(etcd(cluster).entries(ROOT + "nodes/").values())
                    .hasSize(3)
                    .allMatch(node -> node.contains("kube-labels"));
        });
    }

    static EtcdServer etcd(SimulatedCluster cluster) {
        return requireNonNull(cluster.etcd());
    }

    static JsonNode spec(SimulatedCluster cluster, String kind, String namespace, String name) {
        return requireNonNull(cluster.get(STORED, kind, namespace, name), kind + " " + name)
                .path("spec");
    }

    static JsonNode json(String text) {
        return io.calicofleet.executor.core.Yaml.object(text);
    }

    ClusterFacts facts(SimulatedCluster cluster) {
        return requireNonNull(((StepSucceeded) run(cluster, StepKind.INSPECT, OnConflict.HOLD)).facts());
    }

    void succeed(SimulatedCluster cluster, StepKind kind) {
        assertThat(run(cluster, kind, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
    }

    StepProgress run(SimulatedCluster cluster, StepKind kind, OnConflict rule) {
        return fleet.executor(
                        cluster.id() + "-" + kind + "-" + rule + "-"
                                + cluster.audit().size(),
                        cluster,
                        api -> api,
                        Steps.all())
                .run(request(cluster, kind, rule));
    }

    StepRequested request(SimulatedCluster cluster, StepKind kind, OnConflict rule) {
        return SimulatedFleet.migration(
                cluster, InstallMethod.MANIFEST_ETCD, kind, version, rule, Migration.TO_KUBERNETES_DATASTORE, attempt);
    }

    static Map<String, String> moved(SimulatedCluster cluster) {
        List<String> kinds = new ArrayList<>(MANIFESTS);
        RESOURCES.forEach(kind -> kinds.add(STORED + " " + kind));
        return state(cluster, kinds);
    }

    static Map<String, String> state(SimulatedCluster cluster, List<String> kinds) {
        Map<String, String> state = new TreeMap<>(OperatorClusters.state(cluster, kinds, object -> ""));
        state.keySet().removeIf(key -> key.contains("calico-fleet") || key.contains("token"));
        state.replaceAll((key, value) -> value.replaceAll("\"clusterGUID\":\"[^\"]*\"", "")
                .replaceAll("\"(etcd-ca|etcd-cert|etcd-key|etcd_endpoints)\":\"[^\"]*\"", ""));
        return state;
    }

    /** What etcd holds, without what a write to it counts up. */
    static Map<String, JsonNode> inEtcd(SimulatedCluster cluster) {
        Map<String, JsonNode> state = new TreeMap<>();
        etcd(cluster).entries("/calico/").forEach((key, value) -> {
            JsonNode object = json(value);
            if (object.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove("creationTimestamp");
            }
            state.put(key, object);
        });
        return state;
    }

    /** Does something once calico-node is told to use Kubernetes, before anything else is written. */
    static final class Meanwhile extends ForwardingCluster {

        private final Runnable act;
        private boolean acted;

        Meanwhile(ClusterApi cluster, Runnable act) {
            super(cluster);
            this.act = act;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            T answer = call.get();
            if (!acted && object.path("kind").asText().equals("DaemonSet")) {
                acted = true;
                act.run();
            }
            return answer;
        }
    }
}
