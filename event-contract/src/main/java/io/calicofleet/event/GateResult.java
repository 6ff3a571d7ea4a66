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
 * @param paths each kind of path that was measured, in figures; only the continuity gate has it
 */
public record GateResult(
        GateKind gate, Outcome outcome, String reason, List<String> evidence, List<ContinuityFact> paths) {

    /** One that measured no paths. */
    public GateResult(GateKind gate, Outcome outcome, String reason, List<String> evidence) {
        this(gate, outcome, reason, evidence, List.of());
    }

    public GateResult {
        requireNonNull(gate, "gate");
        requireNonNull(outcome, "outcome");
        reason = Lines.shortened(requireNonNull(reason, "reason"));
        evidence = Lines.few(evidence);
        paths = Copies.list(paths);
    }
}
