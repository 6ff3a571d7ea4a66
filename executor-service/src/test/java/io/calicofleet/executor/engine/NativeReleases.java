package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.simulator.demo.DemoReleases;
import io.calicofleet.simulator.demo.NativeDefinitions;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Two releases for installs on definitions of {@code projectcalico.org/v3}: small ones of our own, with the objects of those
 * of Calico. The later one brings an admission policy more, as v3.32.1 did.
 */
final class NativeReleases {

    static final CalicoVersion SOURCE = CalicoVersion.parse("v3.32.0");
    static final CalicoVersion TARGET = CalicoVersion.parse("v3.32.1");

    /** The first Kubernetes that can serve what they need. */
    static final String KUBERNETES = "v1.34.0";

    static final String MANIFEST = "calico-v3-crds.yaml";

    private static final Map<CalicoVersion, String> OPERATORS = Map.of(SOURCE, "v1.42.0", TARGET, "v1.42.3");

    private static final String WEBHOOKS = """
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: calico-webhooks, namespace: kube-system}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: calico-webhooks}
            rules:
            - {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}
            - {apiGroups: [projectcalico.org], resources: [tiers], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: calico-webhooks}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: calico-webhooks}
            subjects: [{kind: ServiceAccount, name: calico-webhooks, namespace: kube-system}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: calico-tier-getter}
            rules: [{apiGroups: [projectcalico.org], resources: [tiers], verbs: [get]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: calico-tier-getter}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: calico-tier-getter}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:kube-controller-manager"}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: calico-webhooks, namespace: kube-system, labels: {k8s-app: calico-webhooks}}
            spec:
              replicas: 1
              selector: {matchLabels: {k8s-app: calico-webhooks}}
              template:
                metadata: {labels: {k8s-app: calico-webhooks}}
                spec:
                  serviceAccountName: calico-webhooks
                  tolerations: [{operator: Exists}]
                  containers: [{name: calico-webhooks, image: "quay.io/calico/webhooks:VERSION"}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: calico-webhooks, namespace: kube-system}
            spec: {selector: {k8s-app: calico-webhooks}, ports: [{port: 443, targetPort: 6443}]}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: calico-webhooks}
            webhooks:
            - name: tiered-rbac.projectcalico.org
              admissionReviewVersions: [v1]
              clientConfig: {caBundle: "", service: {name: calico-webhooks, namespace: kube-system, path: /rbac}}
              failurePolicy: Fail
              sideEffects: None
              timeoutSeconds: 5
              rules:
              - apiGroups: [projectcalico.org]
                apiVersions: [v3]
                operations: [CREATE, UPDATE, DELETE]
                resources: [networkpolicies, globalnetworkpolicies]
            ---
            apiVersion: admissionregistration.k8s.io/v1beta1
            kind: MutatingAdmissionPolicy
            metadata: {name: tierlabel.policy.projectcalico.org}
            spec: {failurePolicy: Fail, reinvocationPolicy: IfNeeded}
            ---
            apiVersion: admissionregistration.k8s.io/v1beta1
            kind: MutatingAdmissionPolicyBinding
            metadata: {name: set-tier-label-binding}
            spec: {policyName: tierlabel.policy.projectcalico.org}
            """;

    private static final String NEW = """
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: protect-builtin-tiers.projectcalico.org}
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules:
                - {apiGroups: [projectcalico.org], apiVersions: [v3], operations: [DELETE], resources: [tiers]}
              validations: [{expression: "false", message: the tier is built in}]
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: protect-builtin-tiers.projectcalico.org}
            spec: {policyName: protect-builtin-tiers.projectcalico.org, validationActions: [Deny]}
            """;

    private NativeReleases() {}

    /** Writes both below a folder of releases: for manifests, and for the operator. */
    static void write(Path releases) {
        try {
            for (CalicoVersion version : OPERATORS.keySet()) {
                Path release = Files.createDirectories(releases.resolve(version.toString()));
                Files.writeString(release.resolve(MANIFEST), manifest(version));
                Files.writeString(
                        release.resolve("calicoctl.yaml"),
                        DemoReleases.text("v3.28.5", "calicoctl.yaml").replace("v3.28.5", version.toString()));
                Files.writeString(release.resolve("tigera-operator.yaml"), operator(version));
                Files.writeString(release.resolve("v3_projectcalico_org.yaml"), operatorDefinitions());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** calico-v3-crds.yaml of a release: its definitions, and the rest of what calico.yaml has. */
    static String manifest(CalicoVersion version) {
        StringBuilder all = new StringBuilder();
        for (JsonNode document : Json.yamlDocuments(operatorDefinitions())) {
            if (document.at("/spec/group").asText().equals("projectcalico.org")) {
                all.append("---\n").append(Json.yaml(document));
            }
        }
        for (JsonNode document : Json.yamlDocuments(DemoReleases.text("v3.28.5", "calico.yaml"))) {
            if (!document.path("kind").asText().equals("CustomResourceDefinition")) {
                all.append("---\n").append(Json.yaml(document));
            }
        }
        String text = all.toString().replace("docker.io/", "quay.io/").replace("v3.28.5", version.toString());
        return text + WEBHOOKS.replace("VERSION", version.toString()) + (version.equals(TARGET) ? NEW : "");
    }

    /** tigera-operator.yaml of a release. */
    static String operator(CalicoVersion version) {
        return DemoReleases.text("v3.31.7", "tigera-operator.yaml")
                .replace("v1.40.15", OPERATORS.getOrDefault(version, ""));
    }

    /** v3_projectcalico_org.yaml: the definitions of the operator's resources and of Calico's. */
    static String operatorDefinitions() {
        return NativeDefinitions.of(DemoReleases.text("v3.31.7", "operator-crds.yaml"));
    }
}
