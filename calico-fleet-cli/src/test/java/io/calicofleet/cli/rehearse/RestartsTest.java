package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.rehearse.Restarts.Restart;
import io.calicofleet.simulator.json.Json;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RestartsTest {

    private static final String NODE = "DaemonSet calico-node";

    private static JsonNode owned(String kind, String name, String uid, String owner) {
        String[] by = owner.split(" ", 2);
        String owners = owner.isEmpty()
                ? ""
                : ", ownerReferences: [{controller: true, kind: " + by[0] + ", name: " + by[1] + "}]";
        return Json.yamlDocuments("{kind: " + kind + ", metadata: {name: " + name + ", namespace: kube-system, uid: "
                        + uid + owners + "}}")
                .getFirst();
    }

    private static Map<String, JsonNode> cluster(String... pods) {
        Map<String, JsonNode> objects = new TreeMap<>();
        objects.put("replicasets.apps kube-system/typha-1", owned("ReplicaSet", "typha-1", "r1", "Deployment typha"));
        objects.put("replicasets.apps kube-system/typha-2", owned("ReplicaSet", "typha-2", "r2", "Deployment typha"));
        for (String pod : pods) {
            String[] parts = pod.split("\\|", 3);
            objects.put("pods kube-system/" + parts[0], owned("Pod", parts[0], parts[1], parts[2]));
        }
        return objects;
    }

    private static void rolls(Map<String, JsonNode> objects, String spec) {
        objects.put("daemonsets.apps kube-system/calico-node", Json.parse("{\"spec\":" + spec + "}"));
    }

    @Test
    void counts_the_pods_of_a_workload_that_are_others_than_before() {
        Map<String, JsonNode> before =
                cluster("n-a|1|" + NODE, "n-b|2|" + NODE, "t-a|3|ReplicaSet typha-1", "x|4|DaemonSet other");
        Map<String, JsonNode> after =
                cluster("n-c|5|" + NODE, "n-b|2|" + NODE, "t-b|6|ReplicaSet typha-2", "x|4|DaemonSet other");

        assertThat(Restarts.between(before, after))
                .containsExactly(
                        new Restart("DaemonSet kube-system/calico-node", 2, 1, 2, ""),
                        new Restart("Deployment kube-system/typha", 1, 1, 1, ""));
    }

    @Test
    void a_workload_that_comes_or_goes_is_told_and_one_that_stays_is_not() {
        assertThat(Restarts.between(cluster("lone|1|"), cluster("n-a|2|" + NODE, "n-b|3|" + NODE)))
                .containsExactly(
                        new Restart("DaemonSet kube-system/calico-node", 0, 0, 2, ""),
                        new Restart("Pod kube-system/lone", 1, 1, 0, ""));
        assertThat(Restarts.between(cluster("n-a|1|" + NODE), cluster("n-a|1|" + NODE)))
                .isEmpty();
    }

    @Test
    void says_how_a_workload_lets_its_pods_go() {
        Map<String, String> ways = Map.of(
                "{}", "1 away at a time",
                "{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":\"10%\"}}}", "10% away at a time",
                "{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":0,\"maxSurge\":2}}}",
                        "0 away at a time, 2 more meanwhile",
                "{\"updateStrategy\":{\"type\":\"OnDelete\"}}", "when a person deletes them");
        ways.forEach((spec, how) -> {
            Map<String, JsonNode> after = cluster("n-b|2|" + NODE);
            rolls(after, spec);
            assertThat(Restarts.between(cluster("n-a|1|" + NODE), after)
                            .getFirst()
                            .how())
                    .isEqualTo(how);
        });
    }
}
