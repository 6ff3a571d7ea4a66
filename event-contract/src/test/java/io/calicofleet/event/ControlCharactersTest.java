package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ControlCharactersTest {

    @ParameterizedTest
    @ValueSource(ints = {0, '\n', 0x1b, 0x7f, 0x85, 0x9f, 0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069})
    void what_moves_a_cursor_or_turns_text_is_one(int letter) {
        assertThat(ControlCharacters.is((char) letter)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {' ', '~', 'é', 0x2065, 0x202f, 0x206a, '…'})
    void what_is_seen_as_itself_is_none(int letter) {
        assertThat(ControlCharacters.is((char) letter)).isFalse();
    }

    @Test
    void each_is_replaced_and_all_else_stays() {
        assertThat(ControlCharacters.replaced("a\u001b[1mb\n\u202e", letter -> "<" + (int) letter + ">"))
                .isEqualTo("a<27>[1mb<10><8238>");
        String plain = "plain";
        assertThat(ControlCharacters.replaced(plain, letter -> "x")).isSameAs(plain);
    }
}
