package io.calicofleet.model.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
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
                "&& all()"
            })
    void refuses_what_is_none(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
        assertThat(Selector.matches(selector, LABELS)).isFalse();
    }
}
