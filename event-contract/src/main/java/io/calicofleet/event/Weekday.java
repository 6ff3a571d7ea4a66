package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DayOfWeek;

/** A day of the week on which a maintenance window begins. */
public enum Weekday {
    /** It begins on a Monday. */
    MON(DayOfWeek.MONDAY, "It begins on a Monday."),

    /** It begins on a Tuesday. */
    TUE(DayOfWeek.TUESDAY, "It begins on a Tuesday."),

    /** It begins on a Wednesday. */
    WED(DayOfWeek.WEDNESDAY, "It begins on a Wednesday."),

    /** It begins on a Thursday. */
    THU(DayOfWeek.THURSDAY, "It begins on a Thursday."),

    /** It begins on a Friday. */
    FRI(DayOfWeek.FRIDAY, "It begins on a Friday."),

    /** It begins on a Saturday. */
    SAT(DayOfWeek.SATURDAY, "It begins on a Saturday."),

    /** It begins on a Sunday. */
    SUN(DayOfWeek.SUNDAY, "It begins on a Sunday.");

    private static final Vocabulary<Weekday> VOCABULARY = Vocabulary.of(Weekday.class);

    private final DayOfWeek day;
    private final String sentence;

    Weekday(DayOfWeek day, String sentence) {
        this.day = day;
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** The same day as the calendar has it. */
    public DayOfWeek day() {
        return day;
    }

    /** The form in events and files: {@code mon} to {@code sun}. */
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
    public static Weekday parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
