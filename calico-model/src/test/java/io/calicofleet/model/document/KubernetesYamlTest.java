package io.calicofleet.model.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesYamlTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "0400, 256",
                "0o400, 256",
                "0x10, 16",
                "yes, true",
                "off, false",
                "~, null",
                "1.10, 1.1",
                "1e3, 1000.0",
                "1_000, 1000",
                "-7, -7",
                "1.2.3.4, \"\"\"1.2.3.4\"\"\"",
                "10.0.0.0/8, \"\"\"10.0.0.0/8\"\"\"",
                "fd00::1, \"\"\"fd00::1\"\"\"",
                "v1, \"\"\"v1\"\"\"",
                "2026-11-29, \"\"\"2026-11-29\"\"\"",
                "12:30, \"\"\"12:30\"\"\"",
                "1:30:00, \"\"\"1:30:00\"\"\"",
            })
    void a_value_is_what_kubectl_takes_it_for(String written, String meant) throws IOException {
        assertThat(KubernetesYaml.read("a: " + written).getFirst().get("a").toString())
                .isEqualTo(meant);
    }

    @Test
    void an_alias_is_what_its_anchor_stands_for() throws IOException {
        JsonNode read = KubernetesYaml.read("""
                        labels: &it {app: x}
                        selector: {matchLabels: *it}
                        again: {<<: *it, tier: y}
                        """).getFirst();

        assertThat(read)
                .hasToString("{\"labels\":{\"app\":\"x\"},\"selector\":{\"matchLabels\":{\"app\":\"x\"}},"
                        + "\"again\":{\"app\":\"x\",\"tier\":\"y\"}}");
    }

    @Test
    void aliases_that_stand_for_too_much_or_for_themselves_are_refused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            laughs.append("a").append(i).append(": &a").append(i).append(" [");
            laughs.append(("*a" + (i - 1) + ", ").repeat(10)).append("x]\n");
        }

        assertThatThrownBy(() -> KubernetesYaml.read(laughs.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its aliases stand for more than");
        assertThatThrownBy(() -> KubernetesYaml.read("a: &a [*a]"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("or for themselves");
    }

    @Test
    void what_is_no_YAML_is_told_with_its_line_and_the_character() {
        assertThatThrownBy(() -> KubernetesYaml.read("a:\n  - b\n\t- c\n"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining("found character '\\t(TAB)' that cannot start any token");
    }

    @Test
    void a_key_that_stands_twice_counts_last_as_kubectl_has_it_and_is_an_error_where_people_write() throws IOException {
        assertThat(KubernetesYaml.read("{a: 1, a: 2}").getFirst().get("a").asInt())
                .isEqualTo(2);
        assertThatThrownBy(() -> KubernetesYaml.readStrictly("a: 1\na: 2"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("duplicate key a");
        assertThatThrownBy(() -> KubernetesYaml.readStrictly("a: &a [1]\nb: *a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("aliases");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '"',
            value = {
                "a:>  # said of it~  b: 1!{'a':{'b':1}}",
                "a:>1~b: 2>~c:>>'x>y'!{'a':1,'b':2,'c':'x>y'}",
                "a: {b:>[1,>2]}!{'a':{'b':[1,2]}}",
                "a: 1~  >~b: |>~  x>y~!{'a':1,'b':'x>y~'}",
            })
    void tabs_may_part_what_stands_in_a_line_as_for_kubectl(String written, String meant) throws IOException {
        assertThat(KubernetesYaml.read(written.replace('>', '\t').replace('~', '\n'))
                        .getFirst()
                        .toString())
                .isEqualTo(meant.replace('\'', '"').replace(">", "\\t").replace("~", "\\n"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"a\": 1}\n{\"b\": 2}",
                "{\n\t\"a\": 1\n}{\"b\":\t2}\n",
                "\uFEFFa: 1\n---\n\uFEFFb: 2\n",
                "a: 1\r\n---\t\r\nb: 2\r\n",
                "{a: 1}\n---\nb: 2\n",
            })
    void what_was_put_together_of_files_in_JSON_and_of_other_systems_is_read_as_kubectl_does(String written)
            throws IOException {
        assertThat(KubernetesYaml.read(written)).hasToString("[{\"a\":1}, {\"b\":2}]");
    }

    @Test
    void a_template_that_is_not_rendered_is_told_with_its_line_and_what_to_do() {
        assertThatThrownBy(() -> KubernetesYaml.read("a: 1\nimage: {{ calico_node_image }}\n"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("line 2: ")
                .hasMessageContaining("render it first");
    }
}
