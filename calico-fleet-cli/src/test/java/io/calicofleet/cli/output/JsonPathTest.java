package io.calicofleet.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What kubectl prints for the same template and document. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JsonPathTest {

    private static final String DOCUMENT = """
            {"kind": "List", "n": null, "items": [
              {"cluster": "a", "phase": "held", "labels": {"example.com/env": "prod", "zone": "1"}, "done": 3, "ok": true},
              {"cluster": "b", "phase": "running", "labels": {}, "done": 0, "ok": false}]}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.kind}                                              | List
            kind is {.kind}, {.items[0].cluster}                 | kind is List, a
            {.items[*].cluster}                                  | a b
            {.items[-1].cluster}                                 | b
            {$.items[1].cluster}                                 | b
            {.items[0].labels.zone}                              | 1
            {.items[0].labels['example.com/env']}                | prod
            {.items[?(@.phase=="held")].cluster}                 | a
            {.items[?(@.phase!='held')].cluster}                 | b
            {.items[?(@.done==3)].cluster}                       | a
            {.items[?(@.labels.zone)].cluster}                   | a
            {..cluster}                                          | a b
            {range .items[*]}{.cluster}={.phase};{end}           | a=held;b=running;
            {range .items[*]}{range .labels.*}{@},{end}/{end}    | prod,1,//
            {range .items[*]}[{.cluster}]{"\\t"}{end}!           | [a]\t[b]\t!
            {.items[0].labels}                                   | {"example.com/env":"prod","zone":"1"}
            {.nothing}{.items[7].cluster}{.n}-                   | -
            {.items[*].ok}                                       | true false
            """)
    void a_template_prints_what_it_names(String template, String printed) throws IOException {
        JsonNode document = new ObjectMapper().readTree(DOCUMENT);

        assertThat(JsonPath.parse(template).print(document)).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{.a", "{range .a}", "{end}", "{.a[}", "{.a[?(]}", "{.a b}", "{\"a}", "{.a[?(@.b=c)]}", "{a}"})
    void what_is_no_template_is_told(String template) {
        assertThatThrownBy(() -> JsonPath.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".+");
    }

    @Test
    void a_brace_inside_of_a_text_is_text() {
        assertThat(JsonPath.parse("{\"}\"}{'{'}").print(new ObjectMapper().createObjectNode()))
                .isEqualTo("}{");
    }
}
