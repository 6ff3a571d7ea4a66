package io.calicofleet.cli.chaos;

import java.util.List;

/**
 * Something that was not as it must be.
 *
 * @param subject the cluster or campaign
 * @param what in one sentence
 * @param evidence what was seen, a line each
 */
record Finding(String subject, String what, List<String> evidence) {

    Finding {
        evidence = List.copyOf(evidence);
    }

    static Finding of(Object subject, String what, String... evidence) {
        return new Finding(String.valueOf(subject), what, List.of(evidence));
    }
}
