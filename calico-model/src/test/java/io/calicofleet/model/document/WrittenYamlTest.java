package io.calicofleet.model.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrittenYamlTest {

    private static final String TEXT = """
            # a comment
            name: calico-3-22
            waves:
              - {name: canary, clusters: {names: [a]}}
              - name: rest
                soak: PT1H
            gates:
              hostEndpointTraffic: {mode: off}
            """;

    @Test
    void what_stands_there_is_read_in_its_order() {
        assertThat(document(TEXT).tree())
                .isEqualTo(Map.of(
                        "name",
                        "calico-3-22",
                        "waves",
                        List.of(
                                Map.of("name", "canary", "clusters", Map.of("names", List.of("a"))),
                                Map.of("name", "rest", "soak", "PT1H")),
                        "gates",
                        Map.of("hostEndpointTraffic", Map.of("mode", "off"))));
        assertThat(((Map<?, ?>) document(TEXT).tree()).keySet().stream().map(Object::toString))
                .containsExactly("name", "waves", "gates");
    }

    @ParameterizedTest
    @CsvSource({
        "name, 2",
        "waves, 3",
        "waves[0].clusters.names, 4",
        "waves[1].soak, 6",
        "/waves/1/name, 5",
        "$.gates.hostEndpointTraffic.mode, 8",
        "gates.hostEndpointTraffic.observe, 8",
        "waves[7].name, 3",
    })
    void the_line_of_a_field_or_of_what_is_nearest_is_known(String field, int line) {
        assertThat(document(TEXT).line(field)).hasValue(line);
    }

    @Test
    void a_field_that_is_not_there_has_no_line() {
        assertThat(document(TEXT).line("target")).isEmpty();
    }

    @Test
    void texts_stay_texts_whatever_yaml_1_1_takes_them_for() {
        Map<?, ?> read = (Map<?, ?>) document(
                        "{a: 0123, b: off, c: 1e3, d: 2026-01-01, e: 0x10, f: '7', g: 7, h: 1.10, i: true, j: ~, k: 12:30}")
                .tree();

        assertThat(read.get("a")).isEqualTo("0123");
        assertThat(read.get("b")).isEqualTo("off");
        assertThat(read.get("c")).isEqualTo("1e3");
        assertThat(read.get("d")).isEqualTo("2026-01-01");
        assertThat(read.get("e")).isEqualTo("0x10");
        assertThat(read.get("f")).isEqualTo("7");
        assertThat(read.get("g")).isEqualTo(7);
        assertThat(read.get("h")).isEqualTo(new BigDecimal("1.10"));
        assertThat(read.get("i")).isEqualTo(true);
        assertThat(read.get("j")).isNull();
        assertThat(read.get("k")).isEqualTo("12:30");
    }

    @Test
    void a_key_that_stands_twice_is_told_with_both_lines() {
        assertThat(unreadable("name: a\ntarget: x\nname: b\n"))
                .isEqualTo(new WrittenYaml.Unreadable(
                        3, 1, "'name' stands here for the second time, first in line 1: keep one of them"));
        assertThat(unreadable("waves:\n  - {name: a,\n     name: b}\n").line()).isEqualTo(3);
    }

    @Test
    void anchors_and_aliases_are_refused_where_they_stand() {
        assertThat(unreadable("a: 1\nb: &x [1]\nc: *x\n"))
                .satisfies(fault -> assertThat(fault.line()).isEqualTo(2))
                .satisfies(fault -> assertThat(fault.message()).contains("'&x' is an anchor", "write out"));
        assertThat(unreadable("a:\n  <<: *x\n").message()).contains("'*x' is an alias");
    }

    @Test
    void a_few_lines_that_stand_for_gigabytes_are_refused_at_once() {
        String bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
                + IntStream.range(1, 20)
                        .mapToObj(i -> "a%d: &a%d [%s]\n"
                                .formatted(
                                        i,
                                        i,
                                        IntStream.range(0, 9)
                                                .mapToObj(j -> "*a" + 0)
                                                .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining());

        assertThat(unreadable(bomb).line()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: !!binary aGk=", "a: !x {}", "!!java.io.File [x]", "!!set {a, b}", "? !x a\n: b"})
    void tags_are_refused(String text) {
        assertThat(unreadable(text).message()).contains("is a tag");
    }

    @Test
    void depth_is_bounded() {
        assertThat(unreadable("[".repeat(100_000)).message()).contains("more than 32 levels");
        assertThat(unreadable("{a: ".repeat(40) + "1" + "}".repeat(40)).message())
                .contains("more than 32 levels");
        assertThat(read("[".repeat(30) + "]".repeat(30))).isInstanceOf(WrittenYaml.Documents.class);
    }

    @Test
    void length_is_bounded() {
        assertThat(unreadable("a: " + "x".repeat(WrittenYaml.MAX_CHARACTERS)).message())
                .contains("at most 4194304 may be there");
    }

    @Test
    void a_name_of_a_field_is_a_text() {
        assertThat(unreadable("? [a, b]\n: c\n").message()).contains("the name of a field is expected");
        assertThat(unreadable("{[a]: b}").message()).contains("the name of a field is expected");
    }

    @Test
    void a_control_character_is_told_by_its_number_and_its_place() {
        assertThat(unreadable("name: a\ntarget: \"\u001b[31m\"\n"))
                .isEqualTo(new WrittenYaml.Unreadable(
                        2, 10, "the character U+001B may not stand here: only text, tabs and line ends"));
    }

    @Test
    void bytes_that_are_no_text_are_told_with_their_place() {
        assertThat(WrittenYaml.read(new byte[] {'a', '\n', 'b', ':', (byte) 0xc3, '('}))
                .isEqualTo(new WrittenYaml.Unreadable(2, 3, "this is no text in UTF-8"));
        assertThat(WrittenYaml.read("a: é".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        WrittenYaml.Documents.class,
                        read -> assertThat(read.documents().getFirst().tree()).isEqualTo(Map.of("a", "é")));
    }

    @Test
    void a_field_is_found_by_parts_with_any_letters_in_them() {
        assertThat(document("a.b:\n  x/y: 1\n").line(List.of("a.b", "x/y"))).hasValue(2);
        assertThat(document("a.b:\n  x/y: 1\n").line(List.of("a.b", "z"))).hasValue(1);
        assertThat(document("a: 1").line(List.of())).isEmpty();
    }

    @Test
    void a_syntax_error_says_what_was_expected_and_where() {
        WrittenYaml.Unreadable fault = unreadable("name: [a\n b");

        assertThat(fault.message())
                .isEqualTo("while parsing a flow sequence, expected ',' or ']', but got <stream end>");
        assertThat(fault.line()).isEqualTo(2);
    }

    @Test
    void documents_that_hold_nothing_do_not_count() {
        assertThat(((WrittenYaml.Documents) read("# nothing\n---\nname: b\n---\n")).documents())
                .hasSize(1);
        assertThat(((WrittenYaml.Documents) read("")).documents()).isEmpty();
    }

    /** Whatever it is, it is answered, and no message takes a control character to a terminal. */
    @Test
    void no_text_makes_it_throw() {
        Random random = new Random(20261128);
        String letters = "ab:-[]{},&*!?|>'\"%@#\n\n  \t\r\u0000\u001b\ud800\uffff1.~";
        for (int i = 0; i < 50_000; i++) {
            String text = IntStream.range(0, random.nextInt(40))
                    .mapToObj(at -> String.valueOf(letters.charAt(random.nextInt(letters.length()))))
                    .collect(Collectors.joining());

            WrittenYaml read = read(text);

            if (read instanceof WrittenYaml.Unreadable fault) {
                assertThat(fault.line()).as(text).isPositive();
                assertThat(fault.message().chars().noneMatch(Character::isISOControl))
                        .as(Arrays.toString(text.toCharArray()) + fault)
                        .isTrue();
            }
        }
    }

    private static WrittenYaml read(String text) {
        return WrittenYaml.read(text);
    }

    private static WrittenDocument document(String text) {
        return ((WrittenYaml.Documents) read(text)).documents().getFirst();
    }

    private static WrittenYaml.Unreadable unreadable(String text) {
        return (WrittenYaml.Unreadable) read(text);
    }
}
