package io.calicofleet.simulator.kubernetes.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JsonPatchTest {

    private static String patched(String target, String patch) throws PatchException {
        JsonNode before = Json.parse(target);
        JsonNode copy = before.deepCopy();
        String after = JsonPatch.apply(before, Json.parse(patch)).toString();
        assertThat(before).isEqualTo(copy);
        return after;
    }

    @Test
    void adds_replaces_and_removes() throws PatchException {
        assertThat(patched("{\"a\":1,\"l\":[1,3]}", """
                        [{"op":"add","path":"/l/1","value":2},{"op":"add","path":"/l/-","value":4},
                         {"op":"replace","path":"/a","value":{"b":1}},{"op":"add","path":"/a/c~1d","value":2},
                         {"op":"remove","path":"/a/b"}]""")).isEqualTo("{\"a\":{\"c/d\":2},\"l\":[1,2,3,4]}");
    }

    @Test
    void moves_and_copies() throws PatchException {
        assertThat(
                        patched(
                                "{\"a\":1}",
                                "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/c\"}]"))
                .isEqualTo("{\"b\":1,\"c\":1}");
    }

    @Test
    void refuses_a_failed_test_and_a_missing_path() {
        assertThatThrownBy(() -> patched("{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":2}]"))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining("test failed");
        assertThatThrownBy(() -> patched("{}", "[{\"op\":\"replace\",\"path\":\"/a/b\",\"value\":2}]"))
                .isInstanceOf(PatchException.class);
        assertThatThrownBy(() -> patched("{}", "[{\"op\":\"remove\",\"path\":\"/a\"}]"))
                .isInstanceOf(PatchException.class);
    }

    @Test
    void merge_patch_removes_by_null_and_replaces_lists() {
        assertThat(MergePatch.apply(
                                Json.parse("{\"a\":{\"b\":1,\"c\":[1,2]},\"d\":1}"),
                                Json.parse("{\"a\":{\"b\":null,\"c\":[3]},\"e\":{\"f\":null}}"))
                        .toString())
                .isEqualTo("{\"a\":{\"c\":[3]},\"d\":1,\"e\":{}}");
    }
}
