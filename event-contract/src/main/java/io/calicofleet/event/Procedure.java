package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/** What a campaign does to its clusters. */
public enum Procedure {
    /** Upgrades Calico to the target release. */
    UPGRADE("Upgrades Calico to the target release."),

    /** Puts back what the newest backup in each cluster holds. */
    RESTORE("Puts back what the newest backup in each cluster holds."),

    /** Works out what an upgrade would write to each cluster; changes nothing. */
    PLAN("Works out what an upgrade would write to each cluster; changes nothing."),

    /** Runs through empty steps and real gates; changes nothing. */
    DRILL("Runs through empty steps and real gates; changes nothing.");

    private static final Vocabulary<Procedure> VOCABULARY = Vocabulary.of(Procedure.class);

    private final String sentence;

    Procedure(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** Whether it is about a way to another release: it has a target, and the settings of an upgrade. */
    public boolean hasTarget() {
        return this == UPGRADE || this == PLAN;
    }

    /**
     * What is done, for people: {@code upgrade to v3.22.5}, {@code change felixConfiguration: logSeverityScreen=Warning}, {@code restore}.
     *
     * @param change what is changed in place of going to a release; null: nothing is
     */
    public String said(@Nullable CalicoVersion target, @Nullable String change) {
        if (change != null) {
            return (this == PLAN ? "plan to change " : "change ") + change;
        }
        return encode() + (target == null ? "" : " to " + target);
    }

    /** The form in events and files: lower case with hyphens. */
    @JsonValue
    public String encode() {
        return VOCABULARY.encode(this);
    }

    /**
     * Reads what {@link #encode()} writes.
     *
     * @throws IllegalArgumentException where no constant is encoded so; the message lists those there are
     */
    @JsonCreator
    public static Procedure parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
