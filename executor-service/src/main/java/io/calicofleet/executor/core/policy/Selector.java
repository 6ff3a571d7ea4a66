package io.calicofleet.executor.core.policy;

import java.util.Map;

/** A selector of Calico. */
@SuppressWarnings("DoNotCallSuggester")
public interface Selector {

    /**
     * Parses a selector.
     *
     * @throws IllegalArgumentException where it is none; the message says where and what was expected
     */
    static Selector parse(String text) {
        throw new UnsupportedOperationException();
    }

    /** Whether it selects what carries these labels. */
    boolean matches(Map<String, String> labels);
}
