package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CalicoVersionTest {

    @Test
    void releases_are_ordered_by_number_and_a_pre_release_comes_before_its_release() {
        List<String> inOrder = List.of(
                "v3.9.6", "v3.13.4", "v3.22.0-0.dev", "v3.22.0-1.dev", "v3.22.0", "v3.22.5", "v3.100.0", "v4.0.0");

        assertThat(inOrder.reversed().stream()
                        .map(CalicoVersion::parse)
                        .sorted()
                        .map(CalicoVersion::toString))
                .containsExactlyElementsOf(inOrder);
    }

    @Test
    void the_order_agrees_with_equality() {
        assertThat(CalicoVersion.parse("v3.22.5")).isEqualByComparingTo(CalicoVersion.of(3, 22, 5));
        assertThat(CalicoVersion.parse("v3.22.5")).isEqualTo(CalicoVersion.of(3, 22, 5));
    }

    @ParameterizedTest
    @CsvSource({"v3.22.5,v3.22.5", "3.22.5,v3.22.5", "v3.28.0-0.dev-12-gabc,v3.28.0-0.dev-12-gabc"})
    void reads_a_version_with_or_without_its_v(String text, String encoded) {
        assertThat(CalicoVersion.parse(text)).hasToString(encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "latest", "v3", "v3.22", "v3.22.5.1", "v3.22.x", " v3.22.5", "v3.22.5-", "v3.22.99999999"})
    void refuses_anything_else_and_says_how_to_write_it(String text) {
        assertThat(CalicoVersion.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> CalicoVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write it like v3.22.5");
    }

    @Test
    void is_before_compares_release_lines_and_counts_pre_releases_to_theirs() {
        assertThat(CalicoVersion.parse("v3.13.5").isBefore(3, 14)).isTrue();
        assertThat(CalicoVersion.parse("v3.14.0-0.dev").isBefore(3, 14)).isFalse();
        assertThat(CalicoVersion.parse("v3.14.0").isBefore(3, 14)).isFalse();
        assertThat(CalicoVersion.parse("v2.99.0").isBefore(3, 14)).isTrue();
        assertThat(CalicoVersion.parse("v4.0.0").isBefore(3, 14)).isFalse();
        assertThat(CalicoVersion.parse("v3.22.5").line()).isEqualTo("v3.22");
    }
}
