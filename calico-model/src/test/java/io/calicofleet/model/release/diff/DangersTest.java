package io.calicofleet.model.release.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DangersTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 2, 0);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ObjectNode definition(String group, String properties) {
        return json(
                "{apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: {name: 'felixes."
                        + group + "'}, spec: {group: '" + group
                        + "', names: {kind: 'Felix'}, versions: [{name: 'v1', storage: true,"
                        + " schema: {openAPIV3Schema: {properties: {spec: {properties: {" + properties + "}}}}}}]}}");
    }

    private static ObjectNode felix(String group, String spec) {
        return json(
                "{apiVersion: '" + group + "/v1', kind: 'Felix', metadata: {name: 'default'}, spec: {" + spec + "}}");
    }

    private static ObjectNode role(String verbs) {
        return json("{apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'calico-node'},"
                + " rules: [{apiGroups: [''], resources: ['pods'], verbs: [" + verbs + "]}]}");
    }

    private static ManifestDocuments documents(ObjectNode... objects) {
        return ManifestDocuments.of(List.of(objects));
    }

    private static List<String> dangers(ManifestDocuments before, ManifestDocuments after, Dangers.Cluster cluster) {
        List<ReleaseChange> touching =
                new Touching(cluster.live(), before, cluster.resources()).of(ReleaseDiff.between(before, after));
        return Dangers.of(TARGET, before, after, touching, cluster).stream()
                .map(danger -> (danger.blocks() ? "blocks: " : "warns: ") + danger.sentence())
                .toList();
    }

    private static Dangers.Cluster cluster(ManifestDocuments live, ObjectNode... resources) {
        return new Dangers.Cluster(live, live.objects(), Set.of(), Arrays.asList(resources), OptionalInt.of(28));
    }

    private static final String GROUP = "crd.projectcalico.org";

    @Test
    void a_field_that_is_set_and_goes_blocks_unless_it_is_its_default_or_an_operator_fills_it_in() {
        String old = "a: {type: 'string', description: '[Default: x]'}, b: {type: 'string'}";
        String now = "b: {type: 'string'}";
        String why =
                " sets spec.a (y), which the definition of v3.2.0 does not know: it is dropped once the object is written. ";

        assertThat(dangers(
                        documents(definition(GROUP, old)),
                        documents(definition(GROUP, now)),
                        cluster(documents(definition(GROUP, old)), felix(GROUP, "a: 'y', b: 'z'"))))
                .containsExactly(
                        "blocks: Felix default" + why + "Take it out, or set what takes its place, then retry.");
        assertThat(dangers(
                        documents(definition(GROUP, old)),
                        documents(definition(GROUP, now)),
                        cluster(documents(definition(GROUP, old)), felix(GROUP, "a: 'x', b: 'z'"))))
                .isEmpty();
        assertThat(dangers(
                        documents(definition("operator.tigera.io", old)),
                        documents(definition("operator.tigera.io", now)),
                        cluster(
                                documents(definition("operator.tigera.io", old)),
                                felix("operator.tigera.io", "a: 'y'"))))
                .containsExactly("warns: Felix default" + why + "If a person set it, say it otherwise.");
    }

    @Test
    void a_value_the_target_refuses_blocks_unless_it_was_refused_before() {
        String old =
                "a: {type: 'string'}, n: {type: 'integer', maximum: 9}, l: {type: 'array', items: {type: 'string'}}";
        String now = "a: {type: 'string', enum: ['x', 'y']}, n: {type: 'integer', maximum: 8},"
                + " l: {type: 'array', maxItems: 1, items: {type: 'string', pattern: '^[a-z]+$'}}";
        ManifestDocuments here = documents(definition(GROUP, old));

        assertThat(dangers(
                        here, documents(definition(GROUP, now)), cluster(here, felix(GROUP, "a: 'z', l: ['b', 'B']"))))
                .filteredOn(danger -> danger.startsWith("blocks"))
                .containsExactly(
                        "blocks: Felix default has z at spec.a, which the definition of v3.2.0 refuses: it is none of x, y."
                                + " Change it to what it takes, then retry.",
                        "blocks: Felix default has [\"b\",\"B\"] at spec.l, which the definition of v3.2.0 refuses: maxItems"
                                + " is 1. Change it to what it takes, then retry.",
                        "blocks: Felix default has B at spec.l[1], which the definition of v3.2.0 refuses: it does not match"
                                + " ^[a-z]+$. Change it to what it takes, then retry.");
        assertThat(dangers(here, documents(definition(GROUP, now)), cluster(here, felix(GROUP, "a: 'x', n: 10"))))
                .isEmpty();
    }

    @Test
    void a_resource_is_judged_in_whichever_group_it_was_read() {
        ManifestDocuments here = documents(definition(GROUP, "a: {type: 'string'}"));

        assertThat(dangers(
                        here,
                        documents(definition(GROUP, "b: {type: 'string'}")),
                        cluster(here, felix("projectcalico.org", "a: 'y'"))))
                .hasSize(1);
        assertThat(dangers(
                        here,
                        documents(definition(GROUP, "b: {type: 'string'}")),
                        cluster(here, felix("others.example", "a: 'y'"))))
                .isEmpty();
    }

    @Test
    void a_version_objects_are_stored_in_that_goes_blocks() {
        ObjectNode live = definition(GROUP, "");
        live.putObject("status").putArray("storedVersions").add("v1alpha1").add("v1");

        assertThat(dangers(
                        documents(definition(GROUP, "")), documents(definition(GROUP, "")), cluster(documents(live))))
                .containsExactly("blocks: v3.2.0 does not have the version objects may be stored in: felixes." + GROUP
                        + " (v1alpha1). Write these objects anew in a version it has, take the old one out of"
                        + " status.storedVersions of the definition, then retry.");
    }

    @Test
    void a_right_that_the_target_needs_and_a_changed_role_lacks_blocks() {
        ManifestDocuments before = documents(role("'get'"));
        ManifestDocuments after = documents(role("'get', 'watch'"));

        assertThat(dangers(before, after, cluster(documents(role("'get'")))))
                .containsExactly(
                        "blocks: ClusterRole calico-node, as it was changed here, would lack what Calico of v3.2.0"
                                + " needs: watch pods. Add that to its rules, then retry.");
        assertThat(dangers(before, after, cluster(documents(role("'get', 'watch', 'list'")))))
                .isEmpty();
        assertThat(dangers(before, after, cluster(ManifestDocuments.EMPTY)))
                .containsExactly(
                        "warns: ClusterRole calico-node is not here, and stays away. If nothing else grants it,"
                                + " Calico of v3.2.0 lacks: get, watch pods.");
    }

    @Test
    void a_role_that_is_asked_for_or_lacked_it_before_blocks_nothing() {
        ManifestDocuments live = documents(role("'list'"));
        Dangers.Cluster asked = new Dangers.Cluster(
                live,
                live.objects(),
                Set.of(new ObjectKey("rbac.authorization.k8s.io", "ClusterRole", "", "calico-node")),
                List.of(),
                OptionalInt.of(28));

        assertThat(dangers(documents(role("'get'")), documents(role("'get', 'watch'")), asked))
                .isEmpty();
        assertThat(dangers(documents(role("'get'")), documents(role("'get'")), cluster(live)))
                .isEmpty();
    }

    @Test
    void rules_that_this_Kubernetes_does_not_take_block() {
        String rule = "a: {type: 'string', x-kubernetes-validations: [{rule: 'isCIDR(self)'}]}";
        ManifestDocuments before = documents(definition(GROUP, "a: {type: 'string'}"));
        ManifestDocuments after = documents(definition(GROUP, rule));

        assertThat(dangers(before, after, cluster(before)))
                .containsExactly(
                        "blocks: The file of v3.2.0 has rules of definitions that use ip() or cidr() (Kubernetes"
                                + " v1.31 and later); this cluster has v1.28, whose API server refuses them. Upgrade Kubernetes first,"
                                + " or choose another target.");
        for (OptionalInt minor : List.of(OptionalInt.of(31), OptionalInt.empty())) {
            assertThat(dangers(
                            before, after, new Dangers.Cluster(before, before.objects(), Set.of(), List.of(), minor)))
                    .isEmpty();
        }
    }

    @Test
    void a_default_that_moves_warns_where_nobody_set_the_field() {
        String form = "a: {type: 'string', description: 'It. [Default: %s]'}";
        ManifestDocuments before = documents(definition(GROUP, String.format(form, "x")));
        ManifestDocuments after = documents(definition(GROUP, String.format(form, "y")));

        assertThat(dangers(before, after, cluster(before, felix(GROUP, ""))))
                .containsExactly("warns: spec.a of felixes." + GROUP
                        + " is y instead of x where nobody sets it, as here. Set it to stay with what it was.");
        assertThat(dangers(before, after, cluster(before, felix(GROUP, "a: 'x'"))))
                .isEmpty();
    }

    @Test
    void what_blocks_comes_first_and_a_definition_that_goes_warns() {
        ManifestDocuments before = documents(definition(GROUP, ""), role("'get'"));
        ManifestDocuments after = documents(role("'get', 'watch'"));

        assertThat(dangers(before, after, cluster(before, felix(GROUP, ""))).stream()
                        .flatMap(danger -> Stream.of(danger.substring(0, danger.indexOf(' ', 10)))))
                .containsExactly("blocks: ClusterRole", "warns: CustomResourceDefinition");
    }
}
