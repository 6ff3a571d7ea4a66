package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Keys and values as they are on Kafka: ours are bytes, or text in UTF-8. */
final class Bytes {

    private Bytes() {}

    static byte @Nullable [] of(@Nullable Object part) {
        return switch (part) {
            case null -> null;
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(UTF_8);
            default -> throw new IllegalArgumentException("neither bytes nor text: " + part.getClass());
        };
    }
}
