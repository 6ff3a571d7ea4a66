package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What to do with a field that both a person and the target release changed. */
public enum OnConflict {
    /** Stop before the first write and list the conflicts. */
    HOLD("Stop before the first write and list the conflicts."),

    /** Keep what is in the cluster. */
    KEEP_MINE("Keep what is in the cluster."),

    /** Take what the target release says. */
    TAKE_NEW("Take what the target release says.");

    private final String sentence;

    OnConflict(String sentence) {
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
    public static OnConflict parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values()).map(OnConflict::encode).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return encode();
    }
}
