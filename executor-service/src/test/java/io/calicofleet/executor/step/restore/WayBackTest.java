package io.calicofleet.executor.step.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.Yaml;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WayBackTest {

    private static ObjectNode calicoNode(String env, String value) {
        return Yaml.object("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec: {template: {spec: {containers: [{name: calico-node, image: "calico/node:v3.13.4", env: [{name: %s, value: "%s"}]}]}}}
                """.formatted(env, value));
    }

    private static final ObjectNode ETCD = calicoNode("ETCD_ENDPOINTS", "https://etcd:2379");
    private static final ObjectNode KUBERNETES = calicoNode("DATASTORE_TYPE", "kubernetes");

    @Test
    void there_is_none_once_the_resources_were_moved_to_another_datastore() {
        assertThat(WayBack.movedDatastore(ETCD, KUBERNETES))
                .hasValueSatisfying(said -> assertThat(said)
                        .contains("in the datastore etcd when the backup was taken", "in kubernetes now"));
    }

    @Test
    void there_is_one_while_they_are_where_they_were() {
        assertThat(WayBack.movedDatastore(KUBERNETES, KUBERNETES)).isEmpty();
        assertThat(WayBack.movedDatastore(ETCD, ETCD)).isEmpty();
    }
}
