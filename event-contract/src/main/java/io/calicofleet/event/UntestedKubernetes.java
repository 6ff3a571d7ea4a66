package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What to do where the target release is not tested with the Kubernetes of a cluster. */
public enum UntestedKubernetes {
    /** Refuse the upgrade before anything is written. */
    REFUSE("Refuse the upgrade before anything is written."),

    /** Upgrade all the same, with a note; hard limits stay refusals. */
    ALLOW("Upgrade all the same, with a note; hard limits stay refusals.");

    private final String sentence;

    UntestedKubernetes(String sentence) {
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
    public static UntestedKubernetes parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values())
                                .map(UntestedKubernetes::encode)
                                .collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return encode();
    }
}
