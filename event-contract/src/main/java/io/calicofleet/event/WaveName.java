package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a wave, unique in its campaign.
 *
 * @param value the encoded form; lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit
 */
public record WaveName(@JsonValue String value) implements Comparable<WaveName> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException where the value has another form; the message says which one is right */
    @JsonCreator
    public WaveName {
        requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "'" + value
                            + "' is no wave name: lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit");
        }
    }

    /** Same as the constructor; reads better at the call. */
    public static WaveName of(String value) {
        return new WaveName(value);
    }

    @Override
    public int compareTo(WaveName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
