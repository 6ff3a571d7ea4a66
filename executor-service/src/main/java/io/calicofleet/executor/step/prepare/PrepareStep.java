package io.calicofleet.executor.step.prepare;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees to what must be right before the upgrade writes anything: every {@link Preparation} of the install method, one
 * after the other, and no further where one refuses.
 *
 * <p>Each knows by looking whether it is done, so the step continues wherever it was interrupted. Undone by the restore.
 */
public final class PrepareStep implements StepHandler {

    private final List<Preparation> preparations;

    /** All preparations there are; a new one is named here. */
    public PrepareStep() {
        this(List.of(new StoredVersions(), new FinishedJobs()));
    }

    PrepareStep(List<Preparation> preparations) {
        this.preparations = List.copyOf(preparations);
    }

    @Override
    public StepKind kind() {
        return StepKind.PREPARE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        InstallMethod method = requireNonNull(context.parameters().installMethod(), "installMethod");
        List<String> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Preparation preparation : preparations) {
            if (!preparation.isFor(method)) {
                continue;
            }
            Preparation.Prepared prepared = preparation.prepare(context);
            changes.addAll(prepared.changes());
            notes.addAll(prepared.notes());
            if (prepared.refused().isPresent()) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE, prepared.refused().get(), changes);
            }
        }
        return new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                changes.isEmpty()
                        ? "nothing stands in the way of the upgrade"
                        : "out of the way of the upgrade: " + String.join(", ", changes));
    }
}
