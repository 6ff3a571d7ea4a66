package io.calicofleet.event;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The encoded forms of an enum: lower case with hyphens. Made once, for every record is read and written with several of
 * them.
 *
 * @param <E> the enum
 */
final class Vocabulary<E extends Enum<E>> {

    private final Map<E, String> encoded;
    private final Map<String, E> values;

    private Vocabulary(Map<E, String> encoded) {
        this.encoded = encoded;
        this.values = encoded.entrySet().stream().collect(toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /** The forms of this enum's constants. */
    static <E extends Enum<E>> Vocabulary<E> of(Class<E> type) {
        Map<E, String> encoded = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            encoded.put(constant, constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return new Vocabulary<>(encoded);
    }

    String encode(E value) {
        return requireNonNull(encoded.get(value), "an enum has no other constants");
    }

    /** @throws IllegalArgumentException where no constant is encoded so; the message lists those there are */
    E parse(String text) {
        E value = values.get(text);
        if (value == null) {
            throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", encoded.values()));
        }
        return value;
    }
}
