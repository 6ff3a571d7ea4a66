package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.model.release.ObjectKey;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TextDocumentTest {

    private static final int LONG = 1_000_000;

    @Test
    void a_very_long_string_in_it_is_read_with_its_placeholders_and_written_as_it_was() {
        String text = "{\"mtu\": __CNI_MTU__, \"long\": \"" + "x\\\"__IN_A_STRING__".repeat(LONG / 18) + "\"}";

        var tree = TextDocument.tree(text).orElseThrow();

        assertThat(tree.path("long").asText()).hasSizeGreaterThan(LONG / 2).contains("\"__IN_A_STRING__x");
        assertThat(TextDocument.text(tree)).contains("\"mtu\": __CNI_MTU__,").contains("__IN_A_STRING__x");
        assertThat(TextDocument.tree(TextDocument.text(tree))).contains(tree);
    }

    @Test
    void people_are_shown_its_placeholders_as_they_are_written() {
        var tree = TextDocument.tree("{\"mtu\": __CNI_MTU__, \"node\": \"__KUBERNETES_NODE_NAME__\"}")
                .orElseThrow();
        ObjectKey object = new ObjectKey("", "ConfigMap", "kube-system", "calico-config");

        assertThat(Redaction.text(object, FieldPath.ROOT, tree))
                .isEqualTo("{\"mtu\":__CNI_MTU__,\"node\":\"__KUBERNETES_NODE_NAME__\"}");
        assertThat(Redaction.redacted(tree.path("mtu"))).isEqualTo("__CNI_MTU__");
    }

    @Test
    void very_long_text_that_ends_in_a_string_or_is_no_document_is_text_like_any_other() {
        assertThat(TextDocument.tree("{\"open\": \"" + "a".repeat(LONG))).isEmpty();
        assertThat(TextDocument.tree("{\"open\": \"" + "\\\"".repeat(LONG))).isEmpty();
        assertThat(TextDocument.tree("{" + "_".repeat(LONG) + "}")).isEmpty();
        assertThat(TextDocument.tree("a".repeat(LONG))).isEmpty();
    }

    @RepeatedTest(20)
    void whatever_a_string_holds_it_is_the_same_after_it_was_read_and_written(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        StringBuilder string = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            string.append(new String[] {"\\\"", "\\\\", "__A__", "b", " ", "{", "}", ":", "\\n"}[random.nextInt(9)]);
        }

        var tree =
                TextDocument.tree("{\"a\": \"" + string + "\", \"n\": __N__}").orElseThrow();

        assertThat(TextDocument.text(tree)).contains("\"" + string + "\"", "\"n\": __N__");
    }
}
