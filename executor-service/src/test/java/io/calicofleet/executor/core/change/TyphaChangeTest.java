package io.calicofleet.executor.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TyphaChangeTest {

    private final List<JsonNode> objects = new ArrayList<>();
    private String service = "calico-typha";
    private String namespace = "kube-system";

    TyphaChangeTest() {
        nodes(5);
    }

    @Test
    void more_replicas_go_without_a_question_and_the_same_number_is_no_change() {
        SettingsChange more = typha(3);

        assertThat(more.fields()).containsExactly("Deployment kube-system/calico-typha replicas: 1 -> 3");
        assertThat(more.refusals()).isEmpty();
        assertThat(more.questions()).isEmpty();
        assertThat(more.effects()).isEmpty();
        assertThat(typha(1)).isEqualTo(SettingsChange.NONE);
        assertThat(typha(2).effects()).singleElement().asString().contains("fewer than 3");
    }

    @Test
    void none_more_than_nodes_or_where_nobody_asks_for_it_is_refused() {
        assertThat(typha(0).refusals()).singleElement().asString().contains("by Service calico-typha");
        assertThat(typha(6).refusals()).singleElement().asString().startsWith("6 Typhas need as many nodes");
        objects.add(yaml("{apiVersion: v1, kind: Node, metadata: {name: cordoned}, spec: {unschedulable: true}}"));
        assertThat(typha(6).refusals()).hasSize(1);

        service = "none";
        assertThat(typha(3).refusals()).singleElement().asString().contains("No calico-node asks for Typha");
    }

    @Test
    void fewer_than_one_for_two_hundred_nodes_is_asked() {
        nodes(601);

        SettingsChange found = typha(3);

        assertThat(found.refusals()).isEmpty();
        assertThat(found.questions()).singleElement().satisfies(question -> {
            assertThat(question.object()).isEqualTo("Deployment kube-system/calico-typha");
            assertThat(question.why()).contains("which is 4 for these 601");
        });
        assertThat(typha(4).questions()).isEmpty();
    }

    @Test
    void whoever_else_sets_the_number_would_write_it_back() {
        objects.add(yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-typha-horizontal-autoscaler, namespace: kube-system}
                spec: {template: {spec: {containers: [{name: autoscaler, command: [/cluster-proportional-autoscaler, --target=deployment/calico-typha]}]}}}
                """));
        assertThat(typha(3).refusals())
                .singleElement()
                .asString()
                .startsWith("Deployment kube-system/calico-typha-horizontal-autoscaler sets the replicas");

        objects.removeLast();
        namespace = "calico-system";
        assertThat(typha(3).refusals()).singleElement().asString().startsWith("The operator runs as many Typhas");
    }

    @Test
    void without_a_typha_there_is_nothing_to_change() {
        assertThat(SettingsChange.of(
                                change(3),
                                new ClusterSnapshot("v1.30.0", List.of(node()), Set.of(), List.of()),
                                List.of())
                        .refusals())
                .containsExactly("There is no Deployment of Typha here");
        assertThat(typha(2).questions()).extracting(FieldConflict::path).isEmpty();
    }

    private void nodes(int count) {
        objects.clear();
        for (int i = 0; i < count; i++) {
            objects.add(yaml(
                    "{apiVersion: v1, kind: Node, metadata: {name: n" + i + ", labels: {kubernetes.io/os: linux}}}"));
        }
    }

    private static ChangeSpec change(int replicas) {
        return ChangeSpec.ofTypha(new TyphaChange(replicas));
    }

    private SettingsChange typha(int replicas) {
        List<JsonNode> all = new ArrayList<>(objects);
        all.add(node());
        all.add(yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-typha, namespace: %s}
                spec:
                  replicas: 1
                  template:
                    spec:
                      hostNetwork: true
                      nodeSelector: {kubernetes.io/os: linux}
                      containers: [{name: calico-typha, image: calico/typha:v3.28.5}]
                """.formatted(namespace)));
        return SettingsChange.of(change(replicas), new ClusterSnapshot("v1.30.0", all, Set.of(), List.of()), List.of());
    }

    private JsonNode node() {
        return yaml("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: %s}
                spec:
                  template:
                    spec:
                      containers:
                      - name: calico-node
                        image: calico/node:v3.28.5
                        env: [{name: DATASTORE_TYPE, value: kubernetes}, {name: FELIX_TYPHAK8SSERVICENAME, value: %s}]
                """.formatted(namespace, service));
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
