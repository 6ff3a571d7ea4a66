package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.demo.DemoFleet;
import io.calicofleet.simulator.demo.DemoReleases;
import io.calicofleet.simulator.demo.HelmInstall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes as their rights are concerned: which files of {@code deploy/kubernetes}, and what is done with them. */
enum RightsRoute {
    KDD("v3.22.5"),
    KDD_TO_3_28("v3.28.5"),
    KDD_TYPHA("v3.28.5"),
    CONTINUITY("v3.22.5"),
    CONTINUITY_ELSEWHERE("v3.22.5"),
    POLICY_ONLY("v3.22.5"),
    CANAL("v3.22.5"),
    CANAL_TO_3_28("v3.28.5"),
    ETCD("v3.28.5"),
    CANAL_ETCD("v3.28.5"),
    AUTO_HOST_ENDPOINTS("v3.22.5"),
    MESH("v3.22.5"),
    OPERATOR("v3.28.5"),
    OPERATOR_TO_3_22("v3.22.5"),
    HELM("v3.22.5"),
    HELM_MOVED("v3.28.5"),
    TO_OPERATOR("v3.22.5"),
    TO_KUBERNETES_DATASTORE("v3.22.5"),
    NATIVE("v3.32.1");

    private static final String BASE = "executor-permissions.yaml";
    private static final String CONTINUITY_RIGHTS = "executor-permissions-continuity.yaml";

    /** What stays behind where resources were migrated to these definitions. */
    private static final String MIGRATIONS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: datastoremigrations.migration.projectcalico.org}
            spec:
              group: migration.projectcalico.org
              names: {kind: DatastoreMigration, listKind: DatastoreMigrationList, plural: datastoremigrations, singular: datastoremigration}
              scope: Cluster
              versions:
              - name: v1beta1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private final String target;

    RightsRoute(String target) {
        this.target = target;
    }

    private boolean isHelm() {
        return this == HELM || this == HELM_MOVED;
    }

    private boolean isManifest() {
        return !isHelm() && this != OPERATOR && this != OPERATOR_TO_3_22;
    }

    InstallMethod method() {
        return switch (this) {
            case HELM, HELM_MOVED -> InstallMethod.HELM;
            case OPERATOR, OPERATOR_TO_3_22 -> InstallMethod.OPERATOR;
            case NATIVE -> InstallMethod.MANIFEST_KDD_NATIVE;
            default -> manifest().method;
        };
    }

    private @Nullable Migration migration() {
        return switch (this) {
            case TO_OPERATOR -> Migration.TO_OPERATOR;
            case TO_KUBERNETES_DATASTORE -> Migration.TO_KUBERNETES_DATASTORE;
            default -> null;
        };
    }

    CalicoVersion from() {
        if (migration() != null) {
            return to();
        }
        return this == NATIVE ? NativeReleases.SOURCE : CalicoVersion.parse(isManifest() ? "v3.13.4" : "v3.20.6");
    }

    CalicoVersion to() {
        return CalicoVersion.parse(target);
    }

    /** The files people apply for it. */
    List<String> rights() {
        return switch (this) {
            case OPERATOR, OPERATOR_TO_3_22 -> List.of(BASE, "executor-permissions-operator.yaml");
            case HELM, HELM_MOVED ->
                List.of(BASE, "executor-permissions-operator.yaml", "executor-permissions-helm.yaml");
            case TO_OPERATOR ->
                List.of(BASE, "executor-permissions-to-operator.yaml", "executor-permissions-operator.yaml");
            case TO_KUBERNETES_DATASTORE -> List.of(BASE, "executor-permissions-to-kubernetes-datastore.yaml");
            case MESH -> List.of(BASE, "executor-permissions-istio.yaml");
            case AUTO_HOST_ENDPOINTS -> List.of(BASE, "executor-permissions-auto-host-endpoints.yaml");
            case CONTINUITY, CONTINUITY_ELSEWHERE -> List.of(BASE, CONTINUITY_RIGHTS);
            default -> List.of(BASE);
        };
    }

    /** One of these files, as people apply it. */
    String applied(String file, String text) {
        return this == CONTINUITY_ELSEWHERE && file.equals(CONTINUITY_RIGHTS)
                ? text.replaceAll("(?m)^  namespace: kube-system", "  namespace: probers")
                : text;
    }

    /** What follows on the inspection. From v3.28 on no way back is promised, but its rights are the same. */
    List<StepKind> steps() {
        if (this == TO_OPERATOR) {
            return List.of(StepKind.BACKUP, StepKind.MIGRATE_TO_OPERATOR);
        }
        if (this == TO_KUBERNETES_DATASTORE) {
            return List.of(StepKind.BACKUP, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE);
        }
        List<StepKind> steps = new ArrayList<>(List.of(StepKind.BACKUP, StepKind.PREPARE));
        if (isManifest()) {
            steps.addAll(List.of(StepKind.PROTECT_HOST_ENDPOINTS, StepKind.UPGRADE, StepKind.REPLACE_CALICOCTL));
        } else {
            steps.add(isHelm() ? StepKind.UPGRADE_HELM_RELEASE : StepKind.UPGRADE_OPERATOR);
        }
        if (this == AUTO_HOST_ENDPOINTS) {
            steps.add(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        }
        if (this == MESH) {
            steps.add(StepKind.UPGRADE_APPLICATION_LAYER_POLICY);
        }
        if (isManifest()) {
            steps.addAll(List.of(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, StepKind.RELEASE_HOST_ENDPOINTS));
        }
        steps.add(StepKind.RESTORE);
        return steps;
    }

    /** What its steps are judged by. */
    List<GateKind> gates() {
        List<GateKind> gates = new ArrayList<>(List.of(GateKind.values()));
        if (this != MESH) {
            gates.remove(GateKind.APPLICATION_LAYER_POLICY);
        }
        if (this != AUTO_HOST_ENDPOINTS) {
            gates.remove(GateKind.AUTO_HOST_ENDPOINTS);
        }
        return gates;
    }

    private ManifestRoute manifest() {
        return switch (this) {
            case KDD_TYPHA -> ManifestRoute.KDD_TYPHA;
            case POLICY_ONLY -> ManifestRoute.POLICY_ONLY;
            case CANAL, CANAL_TO_3_28 -> ManifestRoute.CANAL;
            case ETCD, TO_KUBERNETES_DATASTORE -> ManifestRoute.ETCD;
            case CANAL_ETCD -> ManifestRoute.CANAL_ETCD;
            default -> ManifestRoute.KDD;
        };
    }

    /** A cluster it is installed on, with what its steps have to do something about. */
    SimulatedCluster install(SimulatedFleet fleet) {
        String id = "c01";
        SimulatedCluster cluster = switch (this) {
            case OPERATOR, OPERATOR_TO_3_22 -> OperatorClusters.install(fleet, id);
            case HELM, HELM_MOVED -> {
                SimulatedCluster made = fleet.cluster(ClusterTemplate.named(id));
                HelmInstall.install(made, file -> DemoReleases.text(from().toString(), file), HelmFleet.VALUES);
                HelmFleet.awaitCalico(made, from());
                yield made;
            }
            case NATIVE -> nativeCluster(fleet, id);
            default -> {
                String yaml = SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, from(), manifest().file);
                ClusterTemplate template = manifest().template(yaml);
                yield fleet.cluster(this == MESH ? template.withManifest(ApplicationLayerPolicyIT.mesh()) : template);
            }
        };
        if (this == CONTINUITY_ELSEWHERE) {
            cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: probers}}");
        }
        if (this == TO_OPERATOR) {
            cluster.apply("""
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: pull, namespace: kube-system}
                    type: kubernetes.io/dockerconfigjson
                    data: {.dockerconfigjson: e30=}
                    """);
            cluster.patch("v1", "ServiceAccount", "kube-system", "calico-node", """
                    {"imagePullSecrets": [{"name": "pull"}]}""");
        }
        if (isManifest() && this != NATIVE) {
            cluster.apply(SimulatedFleet.manifest(
                    SimulatedFleet.OWN_RELEASES,
                    from(),
                    manifest().hasEtcd() ? "calicoctl-etcd.yaml" : "calicoctl.yaml"));
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", manifest().daemonSet)
                                            .at("/status/numberReady")
                                            .asInt())
                                    .isEqualTo(3));
            // Nothing of a migration protects those of the demo, which cut their nodes off from v3.14 on.
            if (!manifest().hasEtcd() && this != TO_OPERATOR) {
                DemoFleet.hostEndpoints(cluster);
            }
        }
        return cluster;
    }

    private static SimulatedCluster nativeCluster(SimulatedFleet fleet, String id) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withKubernetes(NativeReleases.KUBERNETES)
                .withManifest(NativeReleases.manifest(NativeReleases.SOURCE))
                .withManifest(MIGRATIONS));
        cluster.apply("""
                apiVersion: projectcalico.org/v3
                kind: HostEndpoint
                metadata: {name: all}
                spec: {node: c01-node-1, interfaceName: "*", profiles: [projectcalico-default-allow]}
                """);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(cluster.get("projectcalico.org/v3", "ClusterInformation", "", "default"))
                                .isNotNull());
        return cluster;
    }

    /** What people do, or undo, in the course of it: with a restore everything is as it was before. */
    void spoil(SimulatedCluster cluster) {
        switch (this) {
            case KDD_TYPHA -> {
                cluster.delete("apps/v1", "DaemonSet", "kube-system", "calico-node");
                cluster.delete("v1", "Service", "kube-system", "calico-typha");
                cluster.delete("v1", "ConfigMap", "kube-system", "calico-config");
            }
            case HELM -> {
                cluster.delete("apps/v1", "Deployment", "tigera-operator", "tigera-operator");
                cluster.delete("v1", "ServiceAccount", "tigera-operator", "tigera-operator");
            }
            case OPERATOR_TO_3_22 -> {
                cluster.delete("apps/v1", "Deployment", "tigera-operator", "tigera-operator");
                cluster.delete("v1", "ServiceAccount", "tigera-operator", "tigera-operator");
                cluster.delete("policy/v1beta1", "PodSecurityPolicy", "", "tigera-operator");
            }
            case NATIVE -> {
                String group = "admissionregistration.k8s.io/";
                cluster.delete(group + "v1beta1", "MutatingAdmissionPolicy", "", "tierlabel.policy.projectcalico.org");
                cluster.delete(group + "v1beta1", "MutatingAdmissionPolicyBinding", "", "set-tier-label-binding");
                cluster.delete(group + "v1", "ValidatingWebhookConfiguration", "", "calico-webhooks");
            }
            default -> {
                // nobody touches anything
            }
        }
    }

    /** What is asked of its steps. */
    StepParameters parameters(StepParameters parameters, Path directory) {
        return parameters
                .withContinuity(
                        switch (this) {
                            case CONTINUITY -> continuity(null);
                            case CONTINUITY_ELSEWHERE -> continuity("probers");
                            default -> null;
                        })
                .withMigration(migration())
                .withOnConflict(migration() != null ? OnConflict.TAKE_NEW : OnConflict.KEEP_MINE)
                .withChart(this == HELM_MOVED ? chartWithRoles(directory) : null)
                .withPoliciesAccepted()
                .withSuggestedPolicy(true, SimulatedFleet.SUGGESTED_POLICY);
    }

    private static ContinuitySpec continuity(@Nullable String namespace) {
        return new ContinuitySpec("busybox", Duration.ofSeconds(5), 1, Duration.ofSeconds(1), true).in(namespace, null);
    }

    /** Charts from v3.30 on bring one role more. */
    private static String chartWithRoles(Path directory) {
        Path chart = directory.resolve("releases/chart-with-roles/tigera-operator");
        try {
            HelmFleet.copy(SimulatedFleet.OWN_RELEASES.resolve("v3.28.5/tigera-operator"), chart);
            Files.writeString(chart.resolve("templates/secrets.yaml"), """
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRole
                    metadata: {name: tigera-operator-secrets}
                    rules: [{apiGroups: [""], resources: [secrets], verbs: [create, update, delete]}]
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: tigera-operator-secrets, namespace: tigera-operator}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tigera-operator-secrets}
                    subjects: [{kind: ServiceAccount, name: tigera-operator, namespace: tigera-operator}]
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "chart-with-roles";
    }
}
