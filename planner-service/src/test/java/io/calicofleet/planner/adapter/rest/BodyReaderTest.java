package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.calicofleet.planner.core.document.Problem;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BodyReaderTest {

    private static final MediaType YAML = MediaType.valueOf(BodyReader.YAML);

    @Test
    void a_key_twice_is_told_with_its_line_in_both_forms() {
        assertThat(refused("{\"name\": 1,\n\"name\": 2}", MediaType.APPLICATION_JSON_TYPE)
                        .detail())
                .startsWith("The body is no JSON, at line 2")
                .contains("Duplicate field 'name'");
        assertThat(refused("name: 1\nname: 2", YAML).detail())
                .isEqualTo(
                        "The body is no YAML, at line 2, column 1: 'name' stands here for the second time, first in line 1:"
                                + " keep one of them");
    }

    @Test
    void depth_is_bounded_in_both_forms() {
        String deep = "[".repeat(40) + "]".repeat(40);

        assertThat(refused(deep, MediaType.APPLICATION_JSON_TYPE).status()).isEqualTo(400);
        assertThat(refused(deep, YAML).status()).isEqualTo(400);
    }

    @Test
    void an_alias_and_a_second_document_are_refused() {
        assertThat(refused("a: &x 1\nb: *x", YAML).detail()).contains("'&x' is an anchor");
        assertThat(refused("a: 1\n---\nb: 1", YAML).detail()).contains("2 documents");
    }

    @Test
    void numbers_keep_their_digits_in_both_forms() {
        Map<String, BigDecimal> expected = Map.of("version", new BigDecimal("1.10"));

        assertThat(tree("{\"version\": 1.10}", MediaType.APPLICATION_JSON_TYPE)).isEqualTo(expected);
        assertThat(tree("version: 1.10", YAML)).isEqualTo(expected);
    }

    @Test
    void bytes_that_are_no_text_are_refused() {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> BodyReader.tree(new byte[] {'a', ':', (byte) 0xff}, YAML));

        assertThat(refused.document().detail())
                .isEqualTo("The body is no YAML, at line 1, column 3: this is no text in UTF-8");
    }

    @Test
    void problems_with_fields_of_a_yaml_body_are_told_with_their_lines() {
        BodyReader.Body body = BodyReader.body(bytes("name: a\nwaves:\n- {nme: b}\n"), YAML);

        assertThat(body.located().apply(new Problem("waves[0].nme", "is no field of this.", "", "name")))
                .hasToString("line 3: waves[0].nme: is no field of this. Did you mean 'name'?");
        assertThat(body.located()
                        .apply(new Problem("target", "is missing.", "", ""))
                        .line())
                .isNull();
    }

    private static Object tree(String text, MediaType type) {
        return BodyReader.tree(bytes(text), type);
    }

    private static ProblemDocument refused(String text, MediaType type) {
        return catchThrowableOfType(ProblemException.class, () -> tree(text, type))
                .document();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
