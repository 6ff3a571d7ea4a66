package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadyCountTest {

    @Test
    void a_count_is_read_as_kubectl_prints_it_and_printed_so_again() {
        for (String text : new String[] {"0/1", "1/2", "12/34"}) {
            assertThat(ReadyCount.parse(text)).hasToString(text);
        }
        assertThat(ReadyCount.parse("1/2")).isEqualTo(new ReadyCount(1, 2));
    }

    @Test
    void what_has_another_form_is_none() {
        for (String text : new String[] {"", "/", "/1", "1/", "1", "all", "a/b", "-1/2", "1/2/3", "99999999999/1"}) {
            assertThat(ReadyCount.parse(text)).as(text).isNull();
        }
    }

    @Test
    void all_are_ready_where_none_is_missing() {
        assertThat(new ReadyCount(2, 2).isAll()).isTrue();
        assertThat(new ReadyCount(1, 2).isAll()).isFalse();
    }

    @Test
    void an_expected_count_is_met_by_as_many_containers_of_which_at_least_as_many_are_ready() {
        ReadyCount expected = new ReadyCount(1, 2);
        assertThat(new ReadyCount(1, 2).meets(expected)).isTrue();
        assertThat(new ReadyCount(2, 2).meets(expected)).isTrue();
        assertThat(new ReadyCount(0, 2).meets(expected)).isFalse();
        assertThat(new ReadyCount(1, 1).meets(expected)).isFalse();
        assertThat(new ReadyCount(3, 3).meets(expected)).isFalse();
    }
}
