package io.calicofleet.planner.core.list;

import java.time.Instant;
import java.util.function.Function;

/**
 * An order of a list; entries that are alike in it stand by their ids.
 *
 * @param name as in the parameter {@code sort}
 * @param lasting whether an entry keeps its place for as long as it is in the list. Only then can a list be read page by
 *     page: what moves while it is read would be seen twice, or never
 * @param key what is compared, as text
 * @param <T> the entries
 */
public record Order<T>(String name, boolean lasting, Function<T, String> key) {

    /** A time as text that sorts as times do. */
    public static String text(Instant time) {
        return "%019d.%09d".formatted(time.getEpochSecond() - Instant.MIN.getEpochSecond(), time.getNano());
    }
}
