package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What to do with a cluster whose upgrade did not pass its gates. */
public enum OnGateFailure {
    /** Leave it as it is, failed, for a person to look at. */
    HOLD("Leave it as it is, failed, for a person to look at."),

    /** Put back what the backup holds; the cluster counts as failed. */
    ROLLBACK("Put back what the backup holds; the cluster counts as failed.");

    private final String sentence;

    OnGateFailure(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** The form in events and files: lower case with hyphens. */
    @JsonValue
    public String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads what {@link #encode()} writes.
     *
     * @throws IllegalArgumentException where no constant is encoded so; the message lists those there are
     */
    @JsonCreator
    public static OnGateFailure parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values()).map(OnGateFailure::encode).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return encode();
    }
}
