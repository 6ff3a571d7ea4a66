package io.calicofleet.planner.core.document;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What became of reading a document: a value, or everything that is wrong with it. */
public sealed interface Reading<T> permits Reading.Read, Reading.Refused {

    /**
     * It was read.
     *
     * @param value what it says
     */
    record Read<T>(T value) implements Reading<T> {

        public Read {
            requireNonNull(value, "value");
        }
    }

    /**
     * It was not.
     *
     * @param problems all of them, at least one
     */
    record Refused<T>(List<Problem> problems) implements Reading<T> {

        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
