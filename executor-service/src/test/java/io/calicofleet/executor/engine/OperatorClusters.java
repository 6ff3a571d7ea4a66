package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.calico.operator.LargeDefinition;
import io.calicofleet.simulator.demo.DemoReleases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/** Clusters that an operator runs Calico on, with local changes, and the releases to upgrade them with. */
final class OperatorClusters {

    static final CalicoVersion SOURCE = CalicoVersion.parse("v3.20.6");
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What an operator's install is made of, each with its API version. */
    static final List<String> KINDS = List.of(
            "v1 Namespace",
            "v1 ServiceAccount",
            "rbac.authorization.k8s.io/v1 ClusterRole",
            "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
            "policy/v1beta1 PodSecurityPolicy",
            "apiextensions.k8s.io/v1 CustomResourceDefinition",
            "apps/v1 Deployment",
            "apps/v1 DaemonSet",
            "operator.tigera.io/v1 Installation");

    private static final String OPERATOR = "operator.tigera.io/v1";
    private static final List<String> FILES = List.of("tigera-operator.yaml", "operator-crds.yaml", "calicoctl.yaml");

    private OperatorClusters() {}

    /** Writes the releases of the simulator, their definitions as large as they really are. */
    static Path releases(Path directory) {
        try {
            for (String version : List.of("v3.13.4", "v3.20.6", "v3.22.5", "v3.28.5", "v3.31.7")) {
                for (String file : FILES) {
                    String text = DemoReleases.find(version, file).orElse("");
                    if (!text.isEmpty()) {
                        Path release = Files.createDirectories(
                                directory.resolve("releases").resolve(version));
                        Files.writeString(release.resolve(file), LargeDefinition.enlarge(text));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory.resolve("releases");
    }

    /**
     * A cluster with the source release, once Calico runs. People changed its Installation (MTU, registry, how the nodes
     * roll) and the operator's Deployment (a toleration, resources, the registry).
     */
    static SimulatedCluster install(SimulatedFleet fleet, String id) {
        return install(fleet, id, "tigera-operator");
    }

    /** The same, with the operator in a namespace that people chose. */
    static SimulatedCluster install(SimulatedFleet fleet, String id, String namespace) {
        String manifest = DemoReleases.text("v3.20.6", "tigera-operator.yaml")
                .replace("namespace: tigera-operator", "namespace: " + namespace)
                .replaceFirst("(kind: Namespace\\s+metadata:\\s+name: )tigera-operator", "$1" + namespace);
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id).withManifest(manifest));
        cluster.apply("""
                apiVersion: operator.tigera.io/v1
                kind: Installation
                metadata: {name: default, labels: {team: network}}
                spec:
                  registry: registry.example.com/
                  calicoNetwork:
                    mtu: 1410
                    ipPools: [{cidr: 10.20.0.0/16, encapsulation: VXLAN}]
                  nodeUpdateStrategy: {rollingUpdate: {maxUnavailable: 2}}
                ---
                apiVersion: operator.tigera.io/v1
                kind: APIServer
                metadata: {name: default}
                """);
        cluster.patch("apps/v1", "Deployment", namespace, "tigera-operator", """
                {"spec":{"template":{"spec":{
                "tolerations":[{"effect":"NoExecute","operator":"Exists"},{"effect":"NoSchedule","operator":"Exists"},
                  {"key":"dedicated","operator":"Equal","value":"infra","effect":"PreferNoSchedule"}],
                "containers":[{"name":"tigera-operator","command":["operator"],"imagePullPolicy":"IfNotPresent",
                  "image":"registry.example.com/tigera/operator:v1.20.9",
                  "env":[{"name":"WATCH_NAMESPACE","value":""},
                    {"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}},
                    {"name":"OPERATOR_NAME","value":"tigera-operator"},
                    {"name":"TIGERA_OPERATOR_INIT_IMAGE_VERSION","value":"v1.20.9"}],
                  "envFrom":[{"configMapRef":{"name":"kubernetes-services-endpoint","optional":true}}],
                  "volumeMounts":[{"name":"var-lib-calico","mountPath":"/var/lib/calico","readOnly":true}],
                  "resources":{"limits":{"memory":"512Mi"}}}]}}}}
                """);
        awaitCalico(cluster, "v3.20.6");
        return cluster;
    }

    /** Waits until the operator says that Calico is available in this version, and every node runs it. */
    static void awaitCalico(SimulatedCluster cluster, String version) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(nodeImage(cluster)).isEqualTo("registry.example.com/calico/node:" + version);
            assertThat(cluster.nodeVersions().values()).hasSize(3).containsOnly(version);
            assertThat(condition(cluster, "Available")).isEqualTo("True");
            assertThat(condition(cluster, "Progressing")).isEqualTo("False");
        });
    }

    static String condition(SimulatedCluster cluster, String type) {
        JsonNode status = cluster.get(OPERATOR, "TigeraStatus", "", "calico");
        if (status != null) {
            for (JsonNode condition : status.at("/status/conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return condition.path("status").asText();
                }
            }
        }
        return "";
    }

    static String nodeImage(SimulatedCluster cluster) {
        JsonNode nodes = cluster.get("apps/v1", "DaemonSet", "calico-system", "calico-node");
        return nodes == null
                ? ""
                : nodes.at("/spec/template/spec/containers/0/image").asText();
    }

    static JsonNode operator(SimulatedCluster cluster) {
        return Objects.requireNonNull(cluster.get("apps/v1", "Deployment", "tigera-operator", "tigera-operator"));
    }

    static JsonNode installation(SimulatedCluster cluster) {
        return Objects.requireNonNull(cluster.get(OPERATOR, "Installation", "", "default"));
    }

    static StepRequested request(
            SimulatedCluster cluster, StepKind kind, String target, String campaign, GateRequirement... gates) {
        return request(cluster, kind, target, campaign, OnConflict.HOLD, gates);
    }

    static StepRequested request(
            SimulatedCluster cluster,
            StepKind kind,
            String target,
            String campaign,
            OnConflict rule,
            GateRequirement... gates) {
        CalicoVersion source = CalicoVersion.parse(nodeImage(cluster).replaceFirst(".*:", ""));
        return new StepRequested(
                new StepId(CampaignName.of(campaign), ClusterId.of(cluster.id()), kind, 1),
                List.of(gates),
                StepParameters.ofUpgrade(InstallMethod.OPERATOR, source, CalicoVersion.parse(target), rule),
                "please");
    }

    /** The objects of these kinds: what they say, their labels, and {@code more} of each. */
    static Map<String, String> state(SimulatedCluster cluster, List<String> kinds, Function<JsonNode, String> more) {
        Map<String, String> state = new TreeMap<>();
        for (String kind : kinds) {
            String[] parts = kind.split(" ", -1);
            for (JsonNode object : cluster.list(parts[0], parts[1], "")) {
                ObjectNode copy = object.deepCopy();
                copy.remove(List.of("status", "metadata"));
                state.put(
                        parts[1] + " " + object.at("/metadata/namespace").asText() + "/"
                                + object.at("/metadata/name").asText(),
                        copy + " labels " + object.at("/metadata/labels") + more.apply(object));
            }
        }
        return state;
    }
}
