package io.calicofleet.cli.doctor;

import java.util.List;

/**
 * What a look at one part brought.
 *
 * @param findings about the part itself
 * @param clocks what clocks showed
 * @param certificates that were seen
 */
record Seen(List<Finding> findings, List<ClockReading> clocks, List<Certificate> certificates) {

    Seen {
        findings = List.copyOf(findings);
        clocks = List.copyOf(clocks);
        certificates = List.copyOf(certificates);
    }

    static Seen of(List<Finding> findings) {
        return new Seen(findings, List.of(), List.of());
    }
}
