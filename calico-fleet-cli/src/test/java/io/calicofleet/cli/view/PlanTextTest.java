package io.calicofleet.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanTextTest {

    @Test
    void a_value_that_changes_is_two_lines_and_one_that_comes_or_goes_is_one() {
        assertThat(PlanText.lines("\"a:1\"", "\"a:2\"")).containsExactly("-a:1", "+a:2");
        assertThat(PlanText.lines("", "7")).containsExactly("+7");
        assertThat(PlanText.lines("true", "")).containsExactly("-true");
    }

    @Test
    void of_a_text_only_what_is_near_a_change_is_shown() {
        assertThat(PlanText.lines("\"1\\n2\\n3\\n4\\n5\\n6\\n7\"", "\"1\\n2\\n3\\n4\\n5\\nsix\\n7\""))
                .containsExactly(" ...", " 4", " 5", "-6", "+six", " 7");
    }

    @Test
    void a_value_that_was_cut_is_shown_as_it_is() {
        assertThat(PlanText.lines("{\"a\": ... and 12 characters more", ""))
                .containsExactly("-{\"a\": ... and 12 characters more");
    }
}
