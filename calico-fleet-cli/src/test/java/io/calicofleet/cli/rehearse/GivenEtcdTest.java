package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.simulator.ClusterTemplate.Etcd;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Where people say that Calico's etcd is, in files of their own. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GivenEtcdTest {

    private static final String NODE = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system}
            spec:
              template:
                spec:
                  containers:
                  - name: calico-node
                    image: docker.io/calico/node:v3.17.0
                    env: [%s]
                  volumes: [%s]
            """;
    private static final String BY_MAP =
            "{name: ETCD_ENDPOINTS, valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_endpoints}}}";
    private static final String CA = "{name: ETCD_CA_CERT_FILE, value: /calico-secrets/etcd-ca}";
    private static final String OF_SECRET = "{name: etcd-certs, secret: {secretName: calico-etcd-secrets}}";
    private static final String MAP = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: calico-config, namespace: kube-system}
            data: {etcd_endpoints: "%s"}
            """;
    private static final String SECRET = """
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: calico-etcd-secrets, namespace: kube-system}
            """;

    private static GivenEtcd given(String yaml) {
        return new Installed(GivenObjects.of(Json.yamlDocuments(yaml))).etcd();
    }

    private static void told(String yaml, String... parts) {
        assertThat(given(yaml).problem()).get().asString().contains(parts);
    }

    @Test
    void endpoints_are_found_in_the_ConfigMap_and_in_the_environment_itself() {
        GivenEtcd inMap = given(NODE.formatted(BY_MAP, "") + MAP.formatted("http://10.0.0.1:2379"));
        GivenEtcd literal = given(NODE.formatted("{name: ETCD_ENDPOINTS, value: \"http://127.0.0.1:2379\"}", ""));

        assertThat(inMap.problem()).isEmpty();
        assertThat(inMap.kind()).isEqualTo(Etcd.PLAIN);
        assertThat(literal.problem()).isEmpty();
        assertThat(literal.kind()).isEqualTo(Etcd.PLAIN);
        assertThat(literal.certificatesAreElsewhere()).isFalse();
    }

    @Test
    void an_install_on_the_Kubernetes_datastore_needs_no_etcd_whatever_else_is_given() {
        GivenEtcd kubernetes = given(NODE.formatted("{name: DATASTORE_TYPE, value: kubernetes}, " + BY_MAP, "")
                + MAP.formatted("http://10.0.0.1:2379"));

        assertThat(kubernetes.problem()).isEmpty();
        assertThat(kubernetes.kind()).isEqualTo(Etcd.NONE);
    }

    @Test
    void endpoints_that_nothing_tells_are_named_with_where_they_belong() {
        told(
                NODE.formatted(BY_MAP, ""),
                "DaemonSet calico-node",
                "etcd_endpoints of ConfigMap kube-system/calico-config, which is not given",
                "a further --manifest");
        told(
                NODE.formatted(BY_MAP, "") + MAP.formatted(""),
                "ConfigMap kube-system/calico-config has no etcd_endpoints",
                "http://10.0.0.1:2379");
        told(NODE.formatted("{name: DATASTORE_TYPE, value: etcdv3}", ""), "it has no ETCD_ENDPOINTS");
        told(NODE.formatted("{name: ETCD_ENDPOINTS, value: \"\"}", ""), "ETCD_ENDPOINTS is empty");
    }

    @Test
    void certificates_are_tried_where_the_Secret_of_the_releases_has_them_and_only_there() {
        String onNodes = "{name: etcd-certs, hostPath: {path: /etc/calico/certs}}";
        String map = MAP.formatted("https://10.0.0.1:2379");

        GivenEtcd inSecret = given(NODE.formatted(BY_MAP + ", " + CA, OF_SECRET) + map + SECRET);
        GivenEtcd withoutSecret = given(NODE.formatted(BY_MAP + ", " + CA, OF_SECRET) + map);
        GivenEtcd ofNodes = given(NODE.formatted(BY_MAP + ", " + CA, onNodes) + map);

        assertThat(inSecret.kind()).isEqualTo(Etcd.TLS);
        assertThat(inSecret.certificatesAreElsewhere()).isFalse();
        assertThat(withoutSecret.kind()).isEqualTo(Etcd.PLAIN);
        assertThat(withoutSecret.certificatesAreElsewhere()).isTrue();
        assertThat(ofNodes.kind()).isEqualTo(Etcd.PLAIN);
        assertThat(ofNodes.certificatesAreElsewhere()).isTrue();
        assertThat(new Installed(GivenObjects.of(Json.yamlDocuments(NODE.formatted(BY_MAP + ", " + CA, onNodes) + map)))
                        .limits())
                .anyMatch(limit -> limit.contains("files of the nodes") && limit.contains("clusters.yaml"));
    }
}
