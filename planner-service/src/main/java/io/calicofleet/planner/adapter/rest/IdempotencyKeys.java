package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.document.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}, as the IETF's draft has it (draft-ietf-httpapi-idempotency-key-header): a request that comes
 * again with its key is answered as it was, and another one with the same key is refused. What was refused is not remembered, for it
 * had no effect. This instance remembers its keys for a day, ten thousand of them; that what is created is created
 * once does not rest on it, but on names and ids that follow from key and body.
 */
public final class IdempotencyKeys {

    /** The header. */
    static final String HEADER = "Idempotency-Key";

    private static final Duration KEPT = Duration.ofDays(1);
    private static final int MOST = 10_000;
    private static final Pattern FORM =
            Pattern.compile("\"([\\x20-\\x7e&&[^\"\\\\]]{1,200})\"|([\\x21-\\x7e&&[^\"\\\\,]]{1,200})");

    private final InstantSource clock;
    private final Map<String, Use> uses = new LinkedHashMap<>();

    /** Remembers nothing yet. */
    public IdempotencyKeys(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What a key was used for.
     *
     * @param asked the digest of what was asked
     * @param answer null: it is still under way
     * @param at since when
     */
    private record Use(String asked, @Nullable Accepted answer, Instant at) {}

    /**
     * The key in a header.
     *
     * @return empty: there is none
     * @throws ProblemException where it is none
     */
    static Optional<String> read(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(header.strip());
        if (!matcher.matches()) {
            String message = "A key has 1 to 200 visible letters, in quotes; a UUID is one.";
            throw ProblemDocument.exception(
                    ProblemType.KEY_MALFORMED,
                    message,
                    List.of(new Problem(HEADER, message, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "")));
        }
        String quoted = matcher.group(1);
        return Optional.of(quoted == null ? matcher.group(2) : quoted);
    }

    /**
     * The answer to a request.
     *
     * @param key its key; empty: it is done whatever was done before
     * @param path what it is sent to
     * @param body what is asked there
     * @param work does it
     * @throws ProblemException where the key was used for something else, or by a request that is under way
     */
    Accepted once(Optional<String> key, String path, byte[] body, Supplier<Accepted> work) {
        if (key.isEmpty()) {
            return work.get();
        }
        String asked = digest(path, body);
        Optional<Accepted> known = begin(key.get(), asked);
        if (known.isPresent()) {
            return known.get();
        }
        Accepted answer = null;
        try {
            answer = work.get();
            return answer;
        } finally {
            end(key.get(), asked, answer);
        }
    }

    private synchronized Optional<Accepted> begin(String key, String asked) {
        Instant now = clock.instant();
        uses.values()
                .removeIf(use -> use.answer() != null && use.at().plus(KEPT).isBefore(now));
        Use use = uses.get(key);
        if (use == null) {
            uses.put(key, new Use(asked, null, now));
            return Optional.empty();
        }
        if (!use.asked().equals(asked)) {
            throw refused(
                    ProblemType.KEY_REUSED, "The key '" + key + "' came with another request before. Take a new one.");
        }
        Accepted answer = use.answer();
        if (answer == null) {
            throw refused(
                    ProblemType.KEY_IN_USE,
                    "The request with the key '" + key + "' is under way. Ask again in a moment.");
        }
        return Optional.of(answer);
    }

    private synchronized void end(String key, String asked, @Nullable Accepted answer) {
        uses.remove(key);
        if (answer != null) {
            uses.put(key, new Use(asked, answer, clock.instant()));
            if (uses.size() > MOST) {
                uses.remove(uses.keySet().iterator().next());
            }
        }
    }

    private static ProblemException refused(ProblemType type, String message) {
        return ProblemDocument.exception(type, message, List.of(new Problem(HEADER, message, "", "")));
    }

    /** What was asked, or a name, as so many letters that nobody makes the same of something else. */
    static String digest(String path, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(path.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
