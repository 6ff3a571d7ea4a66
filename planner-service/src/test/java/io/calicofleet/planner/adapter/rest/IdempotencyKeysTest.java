package io.calicofleet.planner.adapter.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class IdempotencyKeysTest {

    private static final Optional<String> KEY = Optional.of("k");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final IdempotencyKeys keys = new IdempotencyKeys(now::get);
    private final AtomicInteger done = new AtomicInteger();

    @SuppressWarnings("UnnecessaryLambda") // handed on as it is, several times
    private final Supplier<Accepted> work = () -> Accepted.sent("c", "event-" + done.incrementAndGet());

    @Test
    void the_same_request_with_the_same_key_is_done_once_and_answered_alike() {
        Accepted first = once(KEY, "a");

        assertThat(once(KEY, "a")).isEqualTo(first);
        assertThat(done).hasValue(1);
    }

    @Test
    void without_a_key_each_request_is_done() {
        once(Optional.empty(), "a");
        once(Optional.empty(), "a");

        assertThat(done).hasValue(2);
    }

    @Test
    void another_body_or_another_path_with_the_same_key_is_422() {
        once(KEY, "a");

        refused(() -> once(KEY, "b"), 422, "idempotency-key-reused");
        refused(() -> keys.once(KEY, "elsewhere", "a".getBytes(UTF_8), work), 422, "idempotency-key-reused");
        assertThat(done).hasValue(1);
    }

    @Test
    void the_same_request_while_the_first_one_is_under_way_is_409() {
        keys.once(KEY, "path", "a".getBytes(UTF_8), () -> {
            refused(() -> once(KEY, "a"), 409, "idempotency-key-in-use");
            return work.get();
        });

        assertThat(done).hasValue(1);
    }

    @Test
    void what_was_refused_can_be_asked_again_with_its_key() {
        assertThatThrownBy(() -> keys.once(KEY, "path", "a".getBytes(UTF_8), () -> {
                    throw ProblemDocument.unavailable("no");
                }))
                .isInstanceOf(ProblemException.class);

        once(KEY, "b");

        assertThat(done).hasValue(1);
    }

    @Test
    void a_key_is_forgotten_after_a_day() {
        once(KEY, "a");
        now.set(Instant.EPOCH.plus(Duration.ofDays(1)).plusSeconds(1));

        once(KEY, "b");

        assertThat(done).hasValue(2);
    }

    @Test
    void of_too_many_keys_the_oldest_are_forgotten() {
        for (int i = 0; i <= 10_000; i++) {
            once(Optional.of("k" + i), "a");
        }

        once(Optional.of("k10000"), "a");
        assertThat(done).hasValue(10_001);
        once(Optional.of("k0"), "b");
        assertThat(done).hasValue(10_002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "8e03978e", "\"a b\"", " k "})
    void a_key_is_quoted_or_one_word(String header) {
        assertThat(IdempotencyKeys.read(header)).contains(header.strip().replace("\"", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\"\"", "a b", "\"a", "a,b", "\u00e4", "\"\u00e4\""})
    void anything_else_is_400(String header) {
        refused(() -> IdempotencyKeys.read(header), 400, "idempotency-key-malformed");
    }

    private Accepted once(Optional<String> key, String body) {
        return keys.once(key, "path", body.getBytes(UTF_8), work);
    }

    private static void refused(ThrowingCallable asked, int status, String problem) {
        assertThatThrownBy(asked)
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::document)
                .satisfies(document -> {
                    assertThat(document.status()).isEqualTo(status);
                    assertThat(document.type()).endsWith(":" + problem);
                });
    }
}
