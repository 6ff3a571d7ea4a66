package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number, or a share of a whole: {@code 3} or {@code 25%}.
 *
 * @param value the number, or the percentage from 0 to 100
 * @param percent whether it is a percentage
 */
public record Quantity(int value, boolean percent) {

    /** Every one. */
    public static final Quantity ALL = new Quantity(100, true);

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(%?)");

    /** @throws IllegalArgumentException where the value is negative, or a percentage above 100 */
    public Quantity {
        if (value < 0 || (percent && value > 100)) {
            throw new IllegalArgumentException(
                    value + (percent ? "%" : "") + " is out of range: a number of 0 or more, or 0% to 100%");
        }
    }

    /** So many. */
    public static Quantity of(int value) {
        return new Quantity(value, false);
    }

    /**
     * Reads {@code 3}, {@code "3"} or {@code "25%"}.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Quantity parse(Object text) {
        Matcher matcher = FORM.matcher(text.toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no quantity: write a number such as 3, or a share such as 25%");
        }
        return new Quantity(
                Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
    }

    /** How many of {@code total}: a share is rounded down, but is at least 1 where it is above 0. */
    public int atMostOf(int total) {
        return !percent ? value : value == 0 ? 0 : Math.max(1, (int) ((long) total * value / 100));
    }

    /** How many of {@code total} are needed: a share is rounded up. */
    public int atLeastOf(int total) {
        return !percent ? Math.min(value, total) : (int) (((long) total * value + 99) / 100);
    }

    /** The form in files and events: a number, or text that ends in {@code %}. */
    @JsonValue
    public Object encode() {
        return percent ? (Object) (value + "%") : (Object) value;
    }

    @Override
    public String toString() {
        return encode().toString();
    }
}
