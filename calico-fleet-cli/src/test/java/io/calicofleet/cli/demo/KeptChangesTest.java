package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KeptChangesTest {

    private static final String OBJECT = """
            {"data": {"net-conf.json": "{\\"Network\\": \\"10.99.0.0/16\\", \\"mtu\\": __CNI_MTU__}", "etcd-key": "a2V5"},
             "metadata": {"annotations": {"example.com/owner": "network"}},
             "spec": {
               "containers": [
                 {"name": "calico-node", "image": "mirror.example.com:5000/calico/node:v3.22.5",
                  "env": [{"name": "IP", "value": "autodetect"}],
                  "ports": [{"containerPort": 9091}]}],
               "tolerations": [{"key": "dedicated", "operator": "Equal", "value": "storage"}]}}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "metadata.annotations[example.com/owner] | \"network\" | true",
                "spec.containers[calico-node].env[IP].value | \"autodetect\" | true",
                "spec.containers[calico-node].env[IP].value | \"interface=eth0\" | false",
                "spec.containers[calico-node].image | \"mirror.example.com:5000/calico/node:v3.13.4\" | true",
                "spec.containers[calico-node].image | \"calico/node:v3.13.4\" | false",
                "spec.containers[calico-node].ports[9091] | {\"containerPort\":9091} | true",
                "spec.tolerations[{\"key\":\"dedicated\"}] | {\"key\":\"dedicated\",\"value\":\"storage\"} | true",
                "spec.tolerations | {\"key\":\"dedicated\",\"value\":\"storage\"} | true",
                "spec.tolerations | {\"key\":\"dedicated\",\"value\":\"other\"} | false",
                "spec.tolerations[{\"key\":\"gone\"}] | {\"key\":\"gone\"} | false",
                "spec.containers[calico-node].env[FELIX_X] | `` | true",
                "spec.containers[calico-node].env[IP] | `` | false",
                "data[net-conf.json].Network | \"10.99.0.0/16\" | true",
                "data[net-conf.json].Network | \"10.244.0.0/16\" | false",
                "data.etcd-key | \"(hidden)\" | true",
                "data.etcd-cert | \"(hidden)\" | false",
                "(whole object) | `` | false",
            })
    void looks_at_the_object_itself(String path, String value, boolean kept) throws IOException {
        JsonNode object = EventJson.mapper().readTree(OBJECT);

        assertThat(KeptChanges.isKept(object, new Customisation("DaemonSet a/b", path, value == null ? "" : value)))
                .isEqualTo(kept);
    }
}
