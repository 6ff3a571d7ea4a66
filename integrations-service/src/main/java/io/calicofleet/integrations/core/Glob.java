package io.calicofleet.integrations.core;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names by a pattern: {@code *} is anything, {@code ?} one letter, as in the file of access.
 *
 * @param text the pattern
 */
public record Glob(String text) {

    /** Whether it is one of them. */
    public boolean matches(String name) {
        return Pattern.matches(
                text.chars()
                        .mapToObj(letter ->
                                letter == '*' ? ".*" : letter == '?' ? "." : Pattern.quote("" + (char) letter))
                        .collect(Collectors.joining()),
                name);
    }
}
