package io.calicofleet.model.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.CalicoVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SelectorTest {

    private static final Map<String, String> LABELS = Map.of(
            "role", "k8s-worker", "env", "prod", "host-endpoint-upgrade", "", "kubernetes.io/os", "linux", "in", "x");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "``                                             ; true",
                "all()                                          ; true",
                "global()                                       ; true",
                "!all()                                         ; false",
                "has(host-endpoint-upgrade)                     ; true",
                "has( kubernetes.io/os )                        ; true",
                "has(missing)                                   ; false",
                "!has(missing)                                  ; true",
                "!!has(missing)                                 ; false",
                "role == 'k8s-worker'                           ; true",
                "role==\"k8s-worker\"                           ; true",
                "role == 'other'                                ; false",
                "missing == 'x'                                 ; false",
                "role != 'k8s-worker'                           ; false",
                "role != 'other'                                ; true",
                "missing != 'x'                                 ; true",
                "env in {'prod', 'dev'}                         ; true",
                "env in {'dev',}                                ; false",
                "env in {}                                      ; false",
                "missing in {'x'}                               ; false",
                "env not in {'prod'}                            ; false",
                "missing not in {'x'}                           ; true",
                "in in {'x'}                                    ; true",
                "role contains '8s-w'                           ; true",
                "role starts with 'k8s'                         ; true",
                "role ends with 'worker'                        ; true",
                "role ends with 'k8s'                           ; false",
                "missing contains ''                            ; false",
                "has(role) && env == 'dev'                      ; false",
                "has(role) || env == 'dev'                      ; true",
                "env == 'dev' || has(role) && has(missing)      ; false",
                "(env == 'dev' || has(role)) && !has(missing)   ; true",
                "!(env == 'prod' && has(role))                  ; false",
                "role startswith 'k8s'                          ; true",
                "role endswith'worker'                          ; true",
                "env notin{'prod'}                              ; false",
                "env not  in {'dev'}                            ; true",
                "all( )                                         ; true",
                "env in {'dev', 'prod' ,}                       ; true",
                "!role == 'other'                               ; true",
                "role == \"it's\"                               ; false",
                "in == 'x' && has(in)                           ; true",
                "contains == 'x' || all == 'x' || not == 'x'    ; false",
                "  ((has(role)))                                ; true",
            })
    void selects(String selector, boolean selected) {
        assertThat(Selector.parse(selector).matches(LABELS)).isEqualTo(selected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "has(",
                "has()",
                "role = 'x'",
                "role ==",
                "role == x",
                "all",
                "a == 'b' c == 'd'",
                "(all()",
                "&& all()",
                "has (role)",
                "all ()",
                "global ()",
                "\nall()",
                "has(role) &&\n has(env)",
                "has(role)\r\n",
                "has(role\n)",
                "role\u00a0== 'x'",
                "role == `x`",
                "env in ('x')",
                "env in {'a' 'b'}",
                "env in {'a',,'b'}",
                "role startswith('x')",
                "role == 'x' & has(env)",
                "role == 'x' | has(env)",
                "has('role')",
                "role containsx 'a'",
                "ALL()",
                "()",
                "not has(role)",
                "role == 'x"
            })
    void refuses_what_is_none(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
        assertThat(Selector.matches(selector, LABELS)).isFalse();
    }

    @Test
    void a_line_end_inside_a_word_was_white_space_up_to_v3_29() {
        CalicoVersion old = CalicoVersion.of(3, 29, 7);
        for (String selector : List.of("has(role\n)", "role starts\nwith 'k8s'", "all(\n)")) {
            assertThat(Selector.parse(selector, old).matches(LABELS))
                    .as(selector)
                    .isTrue();
            assertThatThrownBy(() -> Selector.parse(selector, CalicoVersion.of(3, 30, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Selector.parse("has(role) &&\n has(env)", old))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_label_of_more_than_512_characters_is_refused() {
        assertThat(Selector.parse("has(" + "a".repeat(512) + ")").matches(LABELS))
                .isFalse();
        assertThatThrownBy(() -> Selector.parse("has(" + "a".repeat(513) + ")"))
                .hasMessageContaining("longer than 512");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "a=='b'&&!has(c)||all()              ; ((pcns.a == \"b\" && !has(pcns.c)) || all())",
                "a in {'y', 'x','x'}                 ; pcns.a in {\"x\", \"y\"}",
                "a notin {}                          ; pcns.a not in {}",
                "a startswith 'b\"'                  ; pcns.a starts with 'b\"'",
                "!!(a != 'b')                        ; pcns.a != \"b\"",
                "! (a contains '')                   ; !pcns.a contains \"\"",
                "global()                            ; global()",
            })
    void is_written_out_again_as_Calico_writes_it(String selector, String written) {
        assertThat(Selector.parse(selector).prefixed("pcns.").text()).isEqualTo(written);
    }
}
