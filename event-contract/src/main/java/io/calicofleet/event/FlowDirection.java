package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which way a logged packet went, seen from the host. */
public enum FlowDirection {
    /** To the host. */
    INGRESS("To the host."),

    /** From the host. */
    EGRESS("From the host."),

    /** Through the host; only policies that apply on forward see it. */
    FORWARDED("Through the host; only policies that apply on forward see it.");

    private final String sentence;

    FlowDirection(String sentence) {
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
    public static FlowDirection parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values()).map(FlowDirection::encode).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return encode();
    }
}
