package io.calicofleet.planner.core.list;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a page ended: the next one begins behind it, whether or not that entry is still there.
 *
 * @param order the order of the list, as in {@code sort}
 * @param key of the last entry in that order
 * @param id of the last entry
 */
record Cursor(String order, String key, String id) {

    private static final int MOST = 2000;
    private static final String BETWEEN = "\n";

    /** As it goes to the client, who is not to look into it. */
    String encode() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(BETWEEN, order, key, id).getBytes(StandardCharsets.UTF_8));
    }

    /** Empty where it is none. */
    static Optional<Cursor> decode(String text) {
        if (text.length() > MOST) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(BETWEEN, -1);
            return parts.length == 3 ? Optional.of(new Cursor(parts[0], parts[1], parts[2])) : Optional.empty();
        } catch (IllegalArgumentException expected) {
            return Optional.empty();
        }
    }
}
