package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FieldMergeTest {

    @Test
    void what_a_server_assigned_says_nothing_and_is_not_written_back() {
        MergePlan plan = services(
                "ports: [{port: 5473}]", "ports: [{port: 5473}], clusterIP: 10.96.0.10", "ports: [{port: 5474}]");

        assertThat(plan.conflicts()).isEmpty();
        assertThat(spec(plan).has("clusterIP")).isFalse();
    }

    @Test
    void a_field_that_a_server_assigned_is_asked_about_where_the_release_brings_it() {
        MergePlan plan = services(
                "ports: [{port: 5473}]",
                "ports: [{port: 5473}], clusterIP: 10.96.0.10",
                "ports: [{port: 5473}], clusterIP: None");

        assertThat(paths(plan)).containsExactly("spec.clusterIP");
        assertThat(plan.conflicts().getFirst().target()).isEqualTo("\"None\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tolerations  | [{operator: Exists}] | [{operator: Exists}] | {}
            tolerations  | {}                   | [{operator: Exists}] | [{key: gpu}]
            nodeSelector | {pool: infra}        | {pool: infra}        | ""
            """)
    void what_a_file_has_of_another_type_is_a_value_as_a_whole(String field, String base, String mine, String target) {
        MergePlan plan = pods(field + ": " + base, field + ": " + mine, field + ": " + target);

        if (base.equals(mine)) {
            assertThat(plan.conflicts()).isEmpty();
            assertThat(pod(plan).get(field))
                    .isEqualTo(Yaml.object("v: " + target).get("v"));
        } else {
            assertThat(paths(plan)).containsExactly("spec.template.spec." + field);
        }
    }

    @Test
    void a_map_that_the_release_brings_into_being_for_people_who_emptied_theirs_has_its_new_entry_only() {
        MergePlan plan =
                pods("nodeSelector: {pool: infra}", "", "nodeSelector: {pool: infra, kubernetes.io/os: linux}");

        assertThat(plan.conflicts()).isEmpty();
        assertThat(pod(plan).get("nodeSelector")).isEqualTo(Yaml.object("kubernetes.io/os: linux"));
        assertThat(plan.customisations())
                .singleElement()
                .satisfies(kept -> assertThat(kept.path()).isEqualTo("spec.template.spec.nodeSelector.pool"));
    }

    @Test
    void of_a_struct_that_the_release_lets_go_of_only_what_people_added_stays() {
        MergePlan plan = pods("securityContext: {fsGroup: 0}", "securityContext: {fsGroup: 0, runAsUser: 1001}", "");

        assertThat(plan.conflicts()).isEmpty();
        assertThat(pod(plan).get("securityContext")).isEqualTo(Yaml.object("runAsUser: 1001"));
    }

    @Test
    void a_struct_of_which_nothing_is_left_is_not_in_the_manifest() {
        MergePlan plan = pods(
                "securityContext: {fsGroup: 0}, nodeSelector: {a: b}",
                "securityContext: {fsGroup: 0}, nodeSelector: {a: b}",
                "");

        assertThat(pod(plan).has("securityContext")).isFalse();
        assertThat(pod(plan).has("nodeSelector")).isFalse();
    }

    @Test
    void a_reference_is_one_value_of_which_no_half_is_of_another_side() {
        MergePlan plan = pods(
                container("env: [{name: ETCD_CA, valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_ca}}}]"),
                container("env: [{name: ETCD_CA, valueFrom: {configMapKeyRef: {name: our-etcd, key: etcd_ca}}}]"),
                container("env: [{name: ETCD_CA, valueFrom: {configMapKeyRef: {name: calico-config, key: ca.crt}}}]"));

        assertThat(pod(plan).at("/containers/0/env/0/valueFrom/configMapKeyRef"))
                .isEqualTo(Yaml.object("{name: our-etcd, key: etcd_ca}"));
        assertThat(plan.objects().getFirst().notes())
                .singleElement()
                .asString()
                .contains("what the cluster has stays", "our-etcd", "ca.crt");
    }

    @Test
    void a_probe_that_was_of_another_kind_is_asked_about_as_a_whole() {
        MergePlan plan = pods(
                container("livenessProbe: {exec: {command: [/bin/calico-node, -felix-live]}}"),
                container("livenessProbe: {httpGet: {path: /liveness, port: 9099, host: localhost}}"),
                container("livenessProbe: {httpGet: {path: /live, port: 9098, host: localhost}}"));

        assertThat(plan.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.path()).isEqualTo("spec.template.spec.containers[calico-node].livenessProbe");
            assertThat(conflict.mine()).contains("/liveness", "9099");
            assertThat(conflict.target()).contains("/live\"", "9098");
        });
    }

    @Test
    void an_image_of_people_is_asked_about_even_where_the_release_leaves_its_own_as_it_was() {
        MergePlan plan = pods(image("v3.22.5"), image("hotfix-7"), image("v3.22.5"));

        assertThat(paths(plan)).containsExactly("spec.template.spec.containers[calico-node].image");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            docker.io/calico/pod2daemon-flexvol:v3.20.6                  | false
            registry.example:5000/mirror/pod2daemon-flexvol:v3.20.6      | false
            docker.io/calico/pod2daemon-flexvol:v3.20.5                  | false
            registry.example:5000/mirror/pod2daemon-flexvol:hotfix-7     | true
            docker.io/calico/pod2daemon-flexvol                          | true
            docker.io/calico/pod2daemon-flexvol@sha256:0a1b              | true
            docker.io/calico/pod2daemon-flexvol:v3.20.6@sha256:0a1b      | true
            registry.example:5000/acme/driver:v3.20.6                    | true
            """)
    void of_a_container_that_the_release_drops_a_build_of_people_is_asked_about(String image, boolean asked) {
        String node = "{name: calico-node, image: 'docker.io/calico/node:v3.20.6'}";
        String driver = ", {name: flexvol-driver, image: '%s'}";
        MergePlan plan = pods(
                "containers: [" + node + driver.formatted("docker.io/calico/pod2daemon-flexvol:v3.20.6") + "]",
                "containers: [" + node + driver.formatted(image) + "]",
                "containers: [" + node + "]");

        assertThat(paths(plan))
                .isEqualTo(asked ? List.of("spec.template.spec.containers[flexvol-driver].image") : List.of());
    }

    @Test
    void what_only_the_release_has_and_nobody_here_is_no_part_of_a_plan() {
        ManifestDocuments source = ManifestDocuments.of(List.of(service("ports: [{port: 5473}]")));

        assertThat(ManifestMerge.plan(source, ManifestDocuments.EMPTY, ManifestDocuments.EMPTY, OnConflict.HOLD)
                        .objects())
                .isEmpty();
    }

    @Test
    void an_object_that_the_target_has_no_more_comes_once_and_last() {
        ManifestDocuments both =
                ManifestDocuments.of(List.of(service("ports: [{port: 5473}]"), daemonSet(image("v3.22.5"))));
        ManifestDocuments target = ManifestDocuments.of(List.of(daemonSet(image("v3.23.0"))));

        assertThat(ManifestMerge.plan(both, both, target, OnConflict.HOLD).objects())
                .extracting(object -> object.key().kind() + " " + object.action())
                .containsExactly("DaemonSet UPDATE", "Service OBSOLETE");
    }

    @Test
    void an_object_of_unknown_origin_is_decided_by_the_rule_for_those_and_the_others_are_not() {
        ManifestDocuments base = ManifestDocuments.of(
                List.of(service("sessionAffinity: None, externalName: a"), daemonSet("schedulerName: x, hostname: a")));
        ManifestDocuments live = ManifestDocuments.of(
                List.of(service("sessionAffinity: None, externalName: b"), daemonSet("schedulerName: x, hostname: b")));
        ManifestDocuments target = ManifestDocuments.of(
                List.of(service("sessionAffinity: None, externalName: c"), daemonSet("schedulerName: x, hostname: c")));

        MergePlan plan = ManifestMerge.plan(
                base, live, target, OnConflict.HOLD, Set.of(ObjectKey.of(service(""))), OnConflict.TAKE_NEW);

        assertThat(paths(plan)).containsExactly("spec.template.spec.hostname");
        assertThat(plan.objects().stream().flatMap(object -> object.resolved().stream()))
                .extracting(FieldConflict::path)
                .containsExactly("spec.externalName");
    }

    private static MergePlan pods(String base, String mine, String target) {
        return merge(daemonSet(base), daemonSet(mine), daemonSet(target));
    }

    private static MergePlan services(String base, String mine, String target) {
        return merge(service(base), service(mine), service(target));
    }

    private static MergePlan merge(ObjectNode base, ObjectNode mine, ObjectNode target) {
        return ManifestMerge.plan(
                ManifestDocuments.of(List.of(base)),
                ManifestDocuments.of(List.of(mine)),
                ManifestDocuments.of(List.of(target)),
                OnConflict.HOLD);
    }

    private static List<String> paths(MergePlan plan) {
        return plan.conflicts().stream().map(FieldConflict::path).toList();
    }

    private static JsonNode spec(MergePlan plan) {
        return Objects.requireNonNull(plan.objects().getFirst().manifest()).path("spec");
    }

    private static JsonNode pod(MergePlan plan) {
        return spec(plan).at("/template/spec");
    }

    private static String container(String fields) {
        return "containers: [{name: calico-node, image: 'docker.io/calico/node:v3.22.5', " + fields + "}]";
    }

    private static String image(String tag) {
        return "containers: [{name: calico-node, image: 'docker.io/calico/node:" + tag + "'}]";
    }

    private static ObjectNode daemonSet(String pod) {
        return Yaml.object("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-node}}
                  template: {metadata: {labels: {k8s-app: calico-node}}, spec: {%s}}
                """.formatted(pod));
    }

    private static ObjectNode service(String spec) {
        return Yaml.object("""
                apiVersion: v1
                kind: Service
                metadata: {name: calico-typha, namespace: kube-system}
                spec: {%s}
                """.formatted(spec));
    }
}
