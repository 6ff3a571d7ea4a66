package io.calicofleet.simulator.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SelectorTest {

    private static final Map<String, String> LABELS =
            Map.of("host-endpoint-upgrade", "", "role", "worker", "calico-fleet.io/host-endpoint", "");

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "all() => true",
                "`` => true",
                "has(host-endpoint-upgrade) => true",
                "has(calico-fleet.io/host-endpoint) => true",
                "!has(host-endpoint-upgrade) => false",
                "role == 'worker' => true",
                "role == \"worker\" => true",
                "role != 'worker' => false",
                "other != 'worker' => true",
                "role in {'a', 'worker'} => true",
                "role not in {'a', 'worker'} => false",
                "has(nothing) || (role == 'worker' && has(host-endpoint-upgrade)) => true",
                "!(role == 'worker') => false",
                "role starts with 'work' => true",
                "role ends with 'x' => false",
                "role contains 'ork' => true"
            })
    void selects(String selector, boolean expected) {
        assertThat(Selector.of(selector).test(LABELS)).isEqualTo(expected);
    }

    @Test
    void refuses_what_is_no_selector() {
        assertThatThrownBy(() -> Selector.of("role = 'x'")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Selector.of("has(")).isInstanceOf(IllegalArgumentException.class);
    }
}
