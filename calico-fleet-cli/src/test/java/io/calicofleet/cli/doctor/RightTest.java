package io.calicofleet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RightTest {

    private static JsonNode yaml(String text) throws Exception {
        return new YAMLMapper().readTree(text);
    }

    @Test
    void a_role_gives_each_verb_on_each_resource() throws Exception {
        assertThat(Right.of(yaml("""
                        metadata: {name: a, namespace: kube-system}
                        rules:
                        - {apiGroups: [apps], resources: [daemonsets], verbs: [get, update]}
                        - {apiGroups: [""], resources: [secrets], resourceNames: [a, b], verbs: [get]}
                        """)))
                .extracting(Right::toString)
                .containsExactly(
                        "get daemonsets.apps in kube-system",
                        "update daemonsets.apps in kube-system",
                        "get secrets a in kube-system",
                        "get secrets b in kube-system");
        assertThat(Right.of(yaml("kind: ServiceAccount"))).isEmpty();
    }

    @Test
    void a_rule_allows_what_it_names_and_by_a_star_everything() throws Exception {
        Right bind = new Right("bind", "rbac.authorization.k8s.io", "clusterroles", "calico-node", "");
        Right any = new Right("bind", "rbac.authorization.k8s.io", "clusterroles", "", "");
        for (String rules : List.of(
                "[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]",
                "[{verbs: [get]}, {verbs: [bind], apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles]}]")) {
            assertThat(bind.isIn(yaml(rules))).as(rules).isTrue();
            assertThat(any.isIn(yaml(rules))).as(rules).isTrue();
        }
        JsonNode named = yaml("[{verbs: [bind], apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles],"
                + " resourceNames: [calico-node]}]");
        assertThat(bind.isIn(named)).isTrue();
        assertThat(any.isIn(named)).isFalse();
        assertThat(bind.isIn(yaml("[{verbs: [bind], apiGroups: [''], resources: [clusterroles]}]")))
                .isFalse();
        assertThat(bind.isIn(yaml("[]"))).isFalse();
    }
}
