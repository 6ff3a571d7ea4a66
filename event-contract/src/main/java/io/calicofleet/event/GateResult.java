package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What became of one gate.
 *
 * @param gate which gate
 * @param outcome what became of it
 * @param reason one sentence
 * @param evidence what was seen, a line each
 */
public record GateResult(GateKind gate, Outcome outcome, String reason, List<String> evidence) {

    public GateResult {
        requireNonNull(gate, "gate");
        requireNonNull(outcome, "outcome");
        reason = Lines.shortened(requireNonNull(reason, "reason"));
        evidence = Lines.few(evidence);
    }
}
