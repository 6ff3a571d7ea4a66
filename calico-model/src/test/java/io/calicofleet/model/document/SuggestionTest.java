package io.calicofleet.model.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SuggestionTest {

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, acb, 1", "abc, ab, 1", "abc, xbc, 1", "abc, ABC, 0", "kitten, sitting, 3"})
    void counts_edits(String first, String second, int distance) {
        assertThat(Suggestion.distance(first, second)).isEqualTo(distance);
        assertThat(Suggestion.distance(second, first)).isEqualTo(distance);
    }

    @Test
    void suggests_the_nearest_and_nothing_where_none_is_near() {
        assertThat(Suggestion.of("deadlin", List.of("deadline", "mode"))).isEqualTo("deadline");
        assertThat(Suggestion.of("c1", List.of("c10", "c01"))).isEqualTo("c01");
        assertThat(Suggestion.of("elsewhere", List.of("c10", "c01"))).isEmpty();
    }

    /** Would take gigabytes, a table of letters by letters, if it were compared. */
    @Test
    void what_is_as_long_as_a_whole_request_is_like_nothing() {
        assertThat(Suggestion.of("x".repeat(200_000_000), List.of("name", "a".repeat(60))))
                .isEmpty();
    }
}
