package io.calicofleet.verifier.adapter;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TraceContext;
import io.calicofleet.event.TrafficLine;
import io.calicofleet.verifier.core.gate.Blindness;
import io.calicofleet.verifier.core.gate.Check;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a record holds. */
sealed interface Inbound permits Inbound.Checked, Inbound.Heard, Inbound.Lost, Inbound.Requested, DeadLetter {

    /** A step was asked for. */
    record Requested(StepRequested request, @Nullable TraceContext trace, Instant at) implements Inbound {}

    /** A cluster was observed. */
    record Checked(StepId step, Check check) implements Inbound {}

    /** An executor does not see a cluster. */
    record Lost(StepId step, Blindness lost) implements Inbound {}

    /** A line of a node's log arrived. */
    record Heard(TrafficLine line) implements Inbound {}
}
