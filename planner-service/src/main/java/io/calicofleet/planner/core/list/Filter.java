package io.calicofleet.planner.core.list;

import java.util.List;
import java.util.function.BiPredicate;

/**
 * A way to leave entries out of a list. Several values, repeated or separated by commas, keep what fits one of them.
 *
 * @param name of its parameter
 * @param description for people
 * @param allowed the values there are; empty: any text, unless whoever reads the query knows better
 * @param keeps whether an entry fits a value
 * @param <T> the entries
 */
public record Filter<T>(String name, String description, List<String> allowed, BiPredicate<T, String> keeps) {

    public Filter {
        allowed = List.copyOf(allowed);
    }

    /** One of any text. */
    public static <T> Filter<T> of(String name, String description, BiPredicate<T, String> keeps) {
        return new Filter<>(name, description, List.of(), keeps);
    }
}
