package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The name of a cluster, unique in the fleet: the name of its kubeconfig file without its ending.
 *
 * @param value the encoded form; lower-case letters, digits, '-' and '.', at most 253, starting and ending with a letter or digit
 */
public record ClusterId(@JsonValue String value) implements Comparable<ClusterId> {

    private static final int LONGEST = 253;

    /** @throws IllegalArgumentException where the value has another form; the message says which one is right */
    @JsonCreator
    public ClusterId {
        requireNonNull(value, "value");
        if (!Form.isName(value, LONGEST, true)) {
            throw new IllegalArgumentException(
                    "'" + value
                            + "' is no cluster id: lower-case letters, digits, '-' and '.', at most 253, starting and ending with a letter or digit");
        }
    }

    /** Same as the constructor; reads better at the call. */
    public static ClusterId of(String value) {
        return new ClusterId(value);
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    /** Written out, as in {@link StepId}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClusterId same && value.equals(same.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
