package io.calicofleet.integrations.core;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What came of telling somebody. */
public sealed interface Answer {

    /** It was taken. */
    record Taken() implements Answer {}

    /**
     * It may be taken later.
     *
     * @param reason why not now
     * @param earliest how long the other side asked to be left alone; empty: it did not say
     */
    record Later(String reason, Optional<Duration> earliest) implements Answer {}

    /**
     * It will never be taken.
     *
     * @param reason why
     */
    record Never(String reason) implements Answer {}

    /** Gone, and too large: to say the same again would get the same answer. */
    Set<Integer> FINAL = Set.of(410, 413);

    /** Nobody may ask to be left alone for longer. */
    Duration LONGEST_ASKED = Duration.ofHours(1);

    /**
     * That of HTTP.
     *
     * @param status its status
     * @param retryAfter its header Retry-After in seconds; empty where it has none
     */
    static Answer of(int status, String retryAfter) {
        if (status >= 200 && status < 300) {
            return new Taken();
        }
        String reason = "it answered " + status
                + (status >= 300 && status < 400
                        ? ", a redirect, which is not followed: write down where it leads"
                        : "");
        return FINAL.contains(status) ? new Never(reason) : new Later(reason, seconds(retryAfter));
    }

    private static Optional<Duration> seconds(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(text));
        return Optional.of(asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked);
    }
}
