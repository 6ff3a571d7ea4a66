package io.calicofleet.cli.doctor;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a clock showed.
 *
 * @param kind whose it is
 * @param whose for people, such as {@code the planner}
 * @param ahead of this machine's; negative: behind
 * @param atLeast whether it may be further off than that
 */
public record ClockReading(Kind kind, String whose, Duration ahead, boolean atLeast) {

    /** What a clock is off by before anybody is told: the header Date has whole seconds, and answers take their time. */
    static final Duration TOLERATED = Duration.ofSeconds(15);

    private static final String PART = "clocks";

    /** Whose clock it is, and what comes of one that is off. */
    public enum Kind {
        PLANNER(
                "windows and freezes begin and end by it, and the times people see are its",
                Duration.ofMinutes(2),
                "executors are taken for silent after three minutes"),
        EXECUTOR(
                "an approval or a step ends by it, and it is taken for silent later or sooner than it is",
                Duration.ofMinutes(2),
                "it is taken for silent after three minutes, and its clusters for unknown"),
        KAFKA(
                "it keeps records for so much longer or shorter",
                Duration.ofHours(1),
                "it refuses records from more than an hour after its own time (message.timestamp.after.max.ms)"),
        HERE(
                "a time you type, such as --until, is another one there, and a login seems to have ended, or not to",
                Duration.ofDays(1),
                "certificates seem to have ended, or not to be valid yet"),
        CLUSTER(
                "it takes certificates and tokens by its own time",
                Duration.ofDays(1),
                "certificates and tokens that are valid are refused");

        private final String effect;
        private final Duration harmful;
        private final String harm;

        Kind(String effect, Duration harmful, String harm) {
            this.effect = effect;
            this.harmful = harmful;
            this.harm = harm;
        }
    }

    public ClockReading {
        requireNonNull(kind, "kind");
        requireNonNull(whose, "whose");
        requireNonNull(ahead, "ahead");
    }

    /** This machine's, which the others are held against. */
    static ClockReading here() {
        return new ClockReading(Kind.HERE, "this machine", Duration.ZERO, false);
    }

    /**
     * What a server showed in its answer; empty where that has no time that can be read.
     *
     * @param date the header
     * @param asked when it was asked, by the clock of this machine
     * @param answered when it had answered
     */
    static Optional<ClockReading> of(Kind kind, String whose, Optional<String> date, Instant asked, Instant answered) {
        try {
            // The header is cut to the second: what it shows is half a second later, on average.
            return date.map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                            .plusMillis(500))
                    .map(shown -> new ClockReading(
                            kind,
                            whose,
                            Duration.between(
                                    asked.plus(Duration.between(asked, answered).dividedBy(2)), shown),
                            false));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /**
     * Which clocks are off: those that differ from the one in the middle; of two, nobody can tell which.
     *
     * @param readings this machine's among them
     */
    static List<Finding> judged(List<ClockReading> readings) {
        if (readings.size() < 2) {
            return List.of();
        }
        List<Duration> sorted =
                readings.stream().map(ClockReading::ahead).sorted().toList();
        boolean two = readings.size() == 2;
        Duration middle = two ? Duration.ZERO : sorted.get((sorted.size() - 1) / 2);
        List<Finding> findings = new ArrayList<>();
        for (ClockReading reading : readings) {
            Duration off = reading.ahead().minus(middle);
            if (off.abs().compareTo(TOLERATED) > 0) {
                findings.add(reading.finding(off, two ? "this machine; one of the two is wrong" : "the others"));
            }
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        PART,
                        "agree to " + TOLERATED.toSeconds() + " s: "
                                + Finding.some(readings.stream()
                                        .map(ClockReading::whose)
                                        .toList())))
                : findings;
    }

    private Finding finding(Duration off, String than) {
        boolean harm = off.abs().compareTo(kind.harmful) >= 0;
        return new Finding(
                PART,
                harm ? Finding.State.BAD : Finding.State.LOOK,
                whose + ": " + (atLeast ? "at least " : "") + Durations.shortly(off.abs())
                        + (off.isNegative() ? " behind " : " ahead of ") + than + ": "
                        + (harm ? kind.harm : kind.effect),
                "Let its machine take the time from your NTP server");
    }
}
