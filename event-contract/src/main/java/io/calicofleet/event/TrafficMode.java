package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whether the traffic review has to be approved. */
public enum TrafficMode {
    /** The review waits for an approval. */
    REQUIRED("The review waits for an approval."),

    /** The review is reported and goes on by itself, where the remaining policies leave every host endpoint open to what was seen. */
    ADVISORY(
            "The review is reported and goes on by itself, where the remaining policies leave every host endpoint open to what was seen."),

    /** No review: the temporary policy stays in place. */
    OFF("No review: the temporary policy stays in place.");

    private final String sentence;

    TrafficMode(String sentence) {
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
    public static TrafficMode parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values()).map(TrafficMode::encode).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return encode();
    }
}
