package io.calicofleet.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LastAppliedTest {

    @Test
    void an_item_that_is_applied_no_more_goes_by_the_merge_key_of_its_list() {
        String before = """
                {"spec": {"containers": [{"name": "c", "volumeMounts":
                  [{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/b"}]}]}}""";
        String wanted = """
                {"spec": {"containers": [{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/a"}]}]}}""";

        assertThat(LastApplied.mergePatch(Json.parse(before), Json.parse(wanted), TypeCatalog.ofKind("Pod"))
                        .at("/spec/containers/0/volumeMounts"))
                .isEqualTo(Json.parse("""
                        [{"name": "v", "mountPath": "/a"}, {"$patch": "delete", "mountPath": "/b"}]"""));
    }

    @Test
    void a_list_nothing_is_known_of_is_replaced() {
        assertThat(LastApplied.mergePatch(Json.parse("""
                                {"spec": {"rules": [{"name": "a"}, {"name": "b"}]}}"""), Json.parse("""
                                {"spec": {"rules": [{"name": "a"}]}}"""), TypeInfo.ANY))
                .isEqualTo(Json.parse("""
                        {"spec": {"rules": [{"name": "a"}]}}"""));
    }
}
