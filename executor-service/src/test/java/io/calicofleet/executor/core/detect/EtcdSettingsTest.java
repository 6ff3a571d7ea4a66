package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EtcdSettingsTest {

    private static final String DATA = "{etcd-ca: Y2E=, etcd-cert: Y2VydA==, etcd-key: a2V5}";
    private static final List<JsonNode> NOW = objects("https://10.0.0.7:2379", "/calico-secrets/etcd-ca", DATA, "");

    @Test
    void nothing_is_lost_where_all_is_carried_over() {
        assertThat(EtcdSettings.lost(NOW, NOW)).isEmpty();
    }

    @Test
    void a_placeholder_is_no_endpoint() {
        List<JsonNode> then = objects("http://<ETCD_IP>:<ETCD_PORT>", "/calico-secrets/etcd-ca", DATA, "");

        assertThat(EtcdSettings.lost(NOW, then))
                .containsExactly("the endpoints of etcd would be http://<ETCD_IP>:<ETCD_PORT>");
        assertThat(EtcdSettings.lost(NOW, objects("", "/calico-secrets/etcd-ca", DATA, "")))
                .containsExactly("the endpoints of etcd would be empty");
    }

    @Test
    void a_certificate_that_is_there_now_may_not_go() {
        List<JsonNode> then = objects("https://10.0.0.7:2379", "", DATA, "");

        assertThat(EtcdSettings.lost(NOW, then))
                .containsExactly("the certificate authority, now /calico-secrets/etcd-ca, would be lost");
    }

    @Test
    void the_empty_secret_of_a_release_may_not_take_the_place_of_one_with_data() {
        List<JsonNode> then = objects("https://10.0.0.7:2379", "/calico-secrets/etcd-ca", "null", "");

        assertThat(EtcdSettings.lost(NOW, then))
                .containsExactly(
                        "Secret kube-system/calico-etcd-secrets would lose or change its etcd-ca, etcd-cert, etcd-key",
                        "the certificate authority would be read from /calico-secrets/etcd-ca, which no data of its Secret"
                                + " makes");
    }

    @Test
    void a_file_needs_the_data_it_is_made_from_under_the_name_the_volume_gives_it() {
        List<JsonNode> renamed = objects(
                "https://10.0.0.7:2379", "/calico-secrets/ca.pem", DATA, "items: [{key: etcd-ca, path: ca.pem}]");
        List<JsonNode> missing = objects("https://10.0.0.7:2379", "/calico-secrets/ca.pem", DATA, "");

        assertThat(EtcdSettings.lost(renamed, renamed)).isEmpty();
        assertThat(EtcdSettings.lost(missing, missing))
                .containsExactly(
                        "the certificate authority would be read from /calico-secrets/ca.pem, which no data of its Secret"
                                + " makes");
    }

    @Test
    void files_of_the_host_are_for_people_to_keep() {
        List<JsonNode> host = objects("https://10.0.0.7:2379", "/etc/ssl/etcd/ca.pem", "null", "");

        assertThat(EtcdSettings.lost(host, host)).isEmpty();
    }

    private static List<JsonNode> objects(String endpoints, String ca, String data, String items) {
        return List.copyOf(
                Yaml.documents("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  template:
                    spec:
                      containers:
                        - name: calico-node
                          env:
                            - {name: ETCD_ENDPOINTS, valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_endpoints}}}
                            - {name: ETCD_CA_CERT_FILE, valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_ca}}}
                          volumeMounts: [{mountPath: /calico-secrets, name: etcd-certs}]
                      volumes:
                        - {name: etcd-certs, secret: {secretName: calico-etcd-secrets, %s}}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: calico-config, namespace: kube-system}
                data: {etcd_endpoints: "%s", etcd_ca: "%s"}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: calico-etcd-secrets, namespace: kube-system}
                data: %s
                """.formatted(items.isEmpty() ? "optional: false" : items, endpoints, ca, data)));
    }
}
