package io.calicofleet.integrations.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often something has been tried. It is kept beside the position in Kafka, so that a restart neither begins anew nor forgets a pause.
 *
 * @param count how often
 * @param first when it was first tried
 * @param due when it is tried again
 */
public record Tries(int count, Instant first, Instant due) {

    private static final Pattern ENCODED = Pattern.compile("tries=(\\d{1,9}) first=(\\S+) due=(\\S+)");

    public Tries {
        requireNonNull(first, "first");
        requireNonNull(due, "due");
    }

    /** Something that was never tried. */
    public static Tries none(Instant now) {
        return new Tries(0, now, now);
    }

    /** One try more, after which it is to be tried again. */
    public Tries failed(Answer.Later answer, Backoff backoff, Instant now, double dice) {
        Duration pause = backoff.pause(count + 1, dice);
        Duration asked = answer.earliest().orElse(Duration.ZERO);
        return new Tries(count + 1, count == 0 ? now : first, now.plus(asked.compareTo(pause) > 0 ? asked : pause));
    }

    /** As it is kept; empty where it was never tried. */
    public String encode() {
        return count == 0 ? "" : "tries=" + count + " first=" + first + " due=" + due;
    }

    /** Reads what {@link #encode()} writes; empty where it is something else. */
    public static Optional<Tries> parse(String text) {
        Matcher parts = ENCODED.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Tries(
                    Integer.parseInt(parts.group(1)), Instant.parse(parts.group(2)), Instant.parse(parts.group(3))));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
