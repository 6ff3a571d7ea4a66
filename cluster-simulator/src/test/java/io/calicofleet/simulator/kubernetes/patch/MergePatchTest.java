package io.calicofleet.simulator.kubernetes.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MergePatchTest {

    @Test
    void merge_patch_removes_by_null_and_replaces_lists() {
        assertThat(MergePatch.apply(
                                Json.parse("{\"a\":{\"b\":1,\"c\":[1,2]},\"d\":1}"),
                                Json.parse("{\"a\":{\"b\":null,\"c\":[3]},\"e\":{\"f\":null}}"))
                        .toString())
                .isEqualTo("{\"a\":{\"c\":[3]},\"d\":1,\"e\":{}}");
    }
}
