package io.calicofleet.model.release.diff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseChart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleaseDiffTest {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private static List<String> between(String before, String after) {
        return ReleaseDiff.between(documents(before), documents(after)).stream()
                .map(ReleaseChange::toString)
                .toList();
    }

    /** Objects of JSON, a line each; without quotes around names of fields. */
    private static ManifestDocuments documents(String text) {
        List<JsonNode> objects = new ArrayList<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            try {
                objects.add(MAPPER.readTree(line));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(line, e);
            }
        });
        return ManifestDocuments.of(objects);
    }

    private static String daemonSet(String spec) {
        return "{apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: {name: 'n', namespace: 's'}, spec: {template: {spec: {"
                + spec + "}}}}";
    }

    private static String role(String rules) {
        return "{apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'r'}, rules: ["
                + rules + "]}";
    }

    private static String definition(String versions) {
        return "{apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: {name: 'as.x'}, spec:"
                + " {group: 'x', names: {kind: 'A'}, versions: [" + versions + "]}}";
    }

    private static String version(String name, boolean stored, String properties) {
        return "{name: '" + name + "', served: true, storage: " + stored
                + ", schema: {openAPIV3Schema: {properties: {spec: {properties: {" + properties + "}}}}}}";
    }

    @Test
    void a_release_differs_in_nothing_from_itself_however_it_is_ordered() {
        String one = role("{apiGroups: ['a'], resources: ['x', 'y'], verbs: ['get', 'list']}");
        String same = role("{apiGroups: ['a'], resources: ['y'], verbs: ['list', 'get']},"
                + " {apiGroups: ['a'], resources: ['x'], verbs: ['get', 'list']}");

        assertThat(between(one, same)).isEmpty();
        assertThat(between(
                        daemonSet("containers: [{name: 'c', env: [{name: 'A', value: '1'}, {name: 'B', value: '2'}]}]"),
                        daemonSet("volumes: [], containers: [{name: 'c', env: [{name: 'B', value: '2'},"
                                + " {name: 'A', value: '1'}]}]")))
                .isEmpty();
    }

    @Test
    void objects_come_and_go_and_a_group_that_moves_is_no_new_object() {
        String old = "{apiVersion: 'extensions/v1beta1', kind: 'DaemonSet', metadata: {name: 'n', namespace: 's'}}\n"
                + "{apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'gone', namespace: 's'}}";
        String now =
                "{apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: {name: 'n', namespace: 's'}}\n" + definition("");

        assertThat(between(old, now))
                .containsExactly(
                        "objects: + CustomResourceDefinition as.x (A of x/)",
                        "objects: DaemonSet s/n apiVersion: extensions/v1beta1 -> apps/v1",
                        "objects: - ServiceAccount s/gone",
                        "needs: + CustomResourceDefinition of apiextensions.k8s.io/v1 (Kubernetes v1.16 and later)",
                        "needs: - DaemonSet of extensions/v1beta1 (Kubernetes v1.15 and earlier)");
    }

    @Test
    void an_image_is_told_once_and_where_it_comes_from_apart() {
        String old = daemonSet("initContainers: [{name: 'i', image: 'calico/node:v1'}],"
                + " containers: [{name: 'c', image: 'docker.io/calico/node:v1'}]");
        String now = daemonSet("initContainers: [{name: 'i', image: 'quay.io/calico/node:v2'}],"
                + " containers: [{name: 'c', image: 'quay.io/calico/node:v2'}]");

        assertThat(between(old, now))
                .containsExactly(
                        "images: from: docker.io/calico/node -> quay.io/calico/node",
                        "images: quay.io/calico/node: :v1 -> :v2");
    }

    @Test
    void everything_of_a_pod_has_its_area() {
        String old = daemonSet("hostNetwork: true, volumes: [{name: 'v', hostPath: {path: '/a'}}],"
                + " initContainers: [{name: 'gone', image: 'i:1'}, {name: 'moved', image: 'i:1'}],"
                + " containers: [{name: 'c', image: 'i:1', command: ['a'], env: [{name: 'A', value: '1'},"
                + " {name: 'G', value: ''}], ports: [{containerPort: 1}], readinessProbe: {exec: {command: ['p']}},"
                + " volumeMounts: [{mountPath: '/m', name: 'v'}]}]");
        String now = daemonSet("volumes: [{name: 'v', hostPath: {path: '/b'}}], priorityClassName: 'high',"
                + " containers: [{name: 'moved', image: 'i:1'}, {name: 'c', image: 'i:1', command: ['b'],"
                + " env: [{name: 'A', value: '2'}, {name: 'N', valueFrom: {fieldRef: {fieldPath: 'f'}}}],"
                + " ports: [{containerPort: 2}], readinessProbe: {httpGet: {port: 3}},"
                + " volumeMounts: [{mountPath: '/m', name: 'v', readOnly: true}], securityContext: {runAsUser: 1}}]");

        assertThat(between(old, now))
                .containsExactlyInAnyOrder(
                        "containers: - DaemonSet s/n gone (init container of i:1)",
                        "containers: DaemonSet s/n moved: init container -> container",
                        "containers: DaemonSet s/n c command: [\"a\"] -> [\"b\"]",
                        "environment: DaemonSet s/n c A: 1 -> 2",
                        "environment: - DaemonSet s/n c G",
                        "environment: + DaemonSet s/n c N (from {\"fieldRef\":{\"fieldPath\":\"f\"}})",
                        "ports: - DaemonSet s/n c ports[1] ({\"containerPort\":1})",
                        "ports: + DaemonSet s/n c ports[2] ({\"containerPort\":2})",
                        "probes: - DaemonSet s/n c readinessProbe.exec ({\"command\":[\"p\"]})",
                        "probes: + DaemonSet s/n c readinessProbe.httpGet ({\"port\":3})",
                        "volumes: DaemonSet s/n volumes[v].hostPath.path: /a -> /b",
                        "volumes: + DaemonSet s/n c volumeMounts[/m].readOnly (true)",
                        "security: - DaemonSet s/n hostNetwork (true)",
                        "security: + DaemonSet s/n c securityContext ({\"runAsUser\":1})",
                        "other settings: + DaemonSet s/n priorityClassName (high)");
    }

    @Test
    void rights_are_wider_or_narrower_and_a_wildcard_covers_what_it_names() {
        String old = role("{apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list']}");
        String wider = role("{apiGroups: ['', 'a'], resources: ['*'], verbs: ['*']}");
        String other = role("{apiGroups: [''], resources: ['pods'], verbs: ['get', 'watch']},"
                + " {apiGroups: [''], resources: ['tokens'], resourceNames: ['t'], verbs: ['create']}");

        assertThat(between(old, wider))
                .containsExactly("rights: + ClusterRole r * *", "rights: + ClusterRole r * * of a");
        assertThat(between(old, other))
                .containsExactly(
                        "rights: + ClusterRole r create tokens/t",
                        "rights: + ClusterRole r watch pods",
                        "rights: - ClusterRole r get, list nodes",
                        "rights: - ClusterRole r list pods");
    }

    @Test
    void a_definition_says_which_version_is_stored() {
        assertThat(between(
                        definition(version("v1beta1", true, "")),
                        definition(version("v1beta1", false, "") + ", " + version("v1", true, ""))))
                .containsExactly(
                        "definitions: + CustomResourceDefinition as.x version (v1)",
                        "definitions: CustomResourceDefinition as.x stored version: v1beta1 -> v1");
    }

    @Test
    void fields_come_go_and_are_deprecated_and_their_defaults_move() {
        String old = definition(version(
                "v1",
                true,
                "gone: {type: 'string'}, kept: {type: 'string', enum: ['A', 'B'], description: 'It. [Default: A]'},"
                        + " old: {type: 'string', description: 'Used.'}, list: {type: 'array', items: {properties: {}}},"
                        + " same: {description: '[Default: tcp:1, udp:2]'}"));
        String now = definition(version(
                "v1",
                true,
                "kept: {type: 'string', enum: ['B', 'C'], description: 'It. (default: B)'},"
                        + " old: {type: 'string', default: 'x', description: 'Deprecated: use kept.'},"
                        + " list: {type: 'array', x-kubernetes-list-type: 'set', items: {properties: {n: {}}}},"
                        + " same: {description: 'Words. [Default: udp:2,tcp:1]'}"));

        assertThat(between(old, now))
                .containsExactlyInAnyOrder(
                        "fields: - CustomResourceDefinition as.x spec.gone",
                        "fields: CustomResourceDefinition as.x spec.old: in use -> deprecated",
                        "meanings: + CustomResourceDefinition as.x spec.old (Deprecated: use kept.)",
                        "fields: + CustomResourceDefinition as.x spec.list[].n",
                        "defaults: CustomResourceDefinition as.x spec.kept: A -> B",
                        "defaults: + CustomResourceDefinition as.x spec.old (x)",
                        "allowed values: - CustomResourceDefinition as.x spec.kept (A)",
                        "allowed values: + CustomResourceDefinition as.x spec.kept (C)",
                        "allowed values: + CustomResourceDefinition as.x spec.list x-kubernetes-list-type (set)");
    }

    @Test
    void definitions_of_v1beta1_and_v1_are_compared_field_by_field() {
        String old = "{apiVersion: 'apiextensions.k8s.io/v1beta1', kind: 'CustomResourceDefinition', metadata: {name:"
                + " 'as.x'}, spec: {group: 'x', names: {kind: 'A'}, version: 'v1', validation: {openAPIV3Schema:"
                + " {properties: {spec: {properties: {a: {type: 'string'}}}}}}}}";

        assertThat(between(old, definition(version("v1", true, "a: {type: 'string'}, b: {type: 'string'}"))))
                .containsExactly(
                        "objects: CustomResourceDefinition as.x apiVersion: apiextensions.k8s.io/v1beta1 ->"
                                + " apiextensions.k8s.io/v1",
                        "needs: + CustomResourceDefinition of apiextensions.k8s.io/v1 (Kubernetes v1.16 and later)",
                        "needs: - CustomResourceDefinition of apiextensions.k8s.io/v1beta1 (Kubernetes v1.21 and earlier)",
                        "definitions: CustomResourceDefinition as.x preserveUnknownFields: true -> false",
                        "fields: + CustomResourceDefinition as.x spec.b");
    }

    @Test
    void json_in_a_text_is_compared_by_what_it_says() {
        String form =
                "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'c', namespace: 's'}, data: {mtu: '%s', cni:"
                        + " '{\"plugins\": [{\"type\": \"calico\", \"mtu\": __CNI_MTU__%s}]}'}}";

        assertThat(between(String.format(form, "0", ""), String.format(form, "1440", ", \"ipam\": {\"type\": \"x\"}")))
                .containsExactly(
                        "configuration: ConfigMap s/c mtu: 0 -> 1440",
                        "configuration: + ConfigMap s/c cni.plugins[calico].ipam ({\"type\":\"x\"})");
    }

    @Test
    void what_is_asked_of_kubernetes_and_of_the_kernel_is_a_need() {
        String old = definition(version("v1", true, "a: {type: 'string'}"))
                + "\n{apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', metadata: {name: 'p', namespace: 's'}}";
        String now = definition(
                        version(
                                "v1",
                                true,
                                "a: {type: 'string', x-kubernetes-validations: [{rule: 'cidr(self).ip().family() == 4'}]},"
                                        + " b: {type: 'boolean', description: 'It is fast. It requires a kernel newer than 5.10. More.'}"))
                + "\n{apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: {name: 'p', namespace: 's'}}";

        assertThat(between(old, now))
                .filteredOn(change -> change.startsWith("needs"))
                .containsExactlyInAnyOrder(
                        "needs: + PodDisruptionBudget of policy/v1 (Kubernetes v1.21 and later)",
                        "needs: - PodDisruptionBudget of policy/v1beta1 (Kubernetes v1.24 and earlier)",
                        "needs: + rules of definitions that use ip() or cidr() (Kubernetes v1.31 and later)",
                        "needs: + as.x says of the kernel: It requires a kernel newer than 5.10.");
    }

    @Test
    void a_description_that_says_the_same_in_other_words_is_no_change() {
        String form = "a: {type: 'string', description: '%s'}";
        String old = definition(version("v1", true, String.format(form, "Names the host. It must be an address.")));

        assertThat(between(
                        old,
                        definition(version(
                                "v1",
                                true,
                                String.format(
                                        form, "A name for people. It must be an IP address. For example 10.0.0.1.")))))
                .isEmpty();
        assertThat(between(
                        old,
                        definition(version(
                                "v1", true, String.format(form, "It must be an address. Ignored on Windows.")))))
                .containsExactly("meanings: + CustomResourceDefinition as.x spec.a (Ignored on Windows.)");
    }

    @Test
    void an_object_that_left_one_of_the_files_is_told_with_where_it_is() {
        String role = role("");
        List<ReleaseChange> changes = ReleaseDiff.between(
                Map.of("a.yaml", documents(definition("") + "\n" + role), "b.yaml", documents(definition(""))),
                Map.of("a.yaml", documents(role), "b.yaml", documents(definition(""))));

        assertThat(changes)
                .extracting(ReleaseChange::toString)
                .containsExactly("objects: CustomResourceDefinition as.x file: a.yaml, b.yaml -> b.yaml");
    }

    @Test
    void a_chart_is_its_values_and_its_definitions() throws IOException {
        ReleaseChart.Yaml json = text -> text.isEmpty() ? List.of() : List.of(MAPPER.readTree(text));
        CalicoVersion version = CalicoVersion.parse("v3.1.0");
        String about = "{name: 'tigera-operator', version: 'v3.1.0'}";

        List<ReleaseChange> changes = ReleaseDiff.between(
                ReleaseChart.documents(
                        version,
                        Map.of(
                                "Chart.yaml", about.getBytes(UTF_8),
                                "values.yaml", "{path: '/a', sub: {b: 1}}".getBytes(UTF_8),
                                "crds/a.yaml", definition("").getBytes(UTF_8)),
                        json),
                ReleaseChart.documents(
                        version,
                        Map.of(
                                "Chart.yaml", about.getBytes(UTF_8),
                                "values.yaml", "{sub: {b: 2, path: 'None'}}".getBytes(UTF_8),
                                "templates/a.yaml", definition("").getBytes(UTF_8)),
                        json));

        assertThat(changes)
                .extracting(ReleaseChange::toString)
                .filteredOn(change -> !change.startsWith("needs"))
                .containsExactly(
                        "objects: - CustomResourceDefinition as.x (A of x/)",
                        "values of the chart: - Values tigera-operator path (/a)",
                        "values of the chart: Values tigera-operator sub.b: 1 -> 2",
                        "values of the chart: + Values tigera-operator sub.path (None)");
        assertThatThrownBy(() -> ReleaseChart.documents(
                        CalicoVersion.parse("v3.1.1"), Map.of("Chart.yaml", about.getBytes(UTF_8)), json))
                .hasMessage("it is the chart tigera-operator v3.1.0");
    }
}
