package io.calicofleet.executor.step.change;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.change.SettingsChange;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.upgrade.Typha;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives fields of FelixConfiguration default, BGPConfiguration default, IPPools and the Deployment of Typha the values of the campaign, and leaves all others as they are.
 *
 * <pre>
 *   1. what is so already is not touched; nothing left: done
 *   2. what speaks against it, by the definition, the environment of calico-node and the nodes: fail
 *   3. what interrupts traffic or closes a way to the nodes: hold until a person has said yes; until here nothing is written
 *   4. one write of each whole object, under its resourceVersion: what is turned on before the pools, what is turned off after them
 *   5. wait until calico-node is ready on all nodes and stays so ({@link NodesReady})
 * </pre>
 *
 * <p>It knows that it is done by the fields being so and calico-node ready. Undone by the restore, field by field ({@link ChangeTakeback}).
 */
public final class ChangeStep implements StepHandler {

    private final NodesReady ready;

    /** With the times calico-node may take. */
    public ChangeStep(NodesReady ready) {
        this.ready = requireNonNull(ready, "ready");
    }

    @Override
    public StepKind kind() {
        return StepKind.CHANGE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        ChangeSpec change = requireNonNull(context.parameters().change(), "change");
        CalicoDatastore calico = context.datastore();
        SettingsChange found = ChangeReads.of(context, calico, change);
        if (!found.refusals().isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    found.refusals().getFirst()
                            + (found.refusals().size() > 1
                                    ? ". And " + (found.refusals().size() - 1) + " more"
                                    : "")
                            + "; nothing was changed",
                    found.refusals());
        }
        List<FieldConflict> open = found.questions().stream()
                .filter(question -> !question.takes(context.decisions().on(question)))
                .toList();
        if (!open.isEmpty()) {
            return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, open);
        }
        List<String> notes = new ArrayList<>(found.effects());
        found.questions().forEach(question -> notes.add(question.path() + ": accepted"));
        List<ChangedResource> resources = ChangeReads.resources(context, change);
        Optional<StepOutcome> came = ChangeTakeback.cameAfterTheBackup(context, resources);
        if (came.isPresent()) {
            return came.get();
        }
        List<String> written = new ArrayList<>();
        if (!found.fields().isEmpty()) {
            for (ChangedResource resource : resources) {
                if (write(context, resource)) {
                    written.add(resource.object());
                }
            }
        }
        return Typha.await(context)
                .or(() -> ready.failure(context))
                .orElseGet(() -> new StepOutcome.Succeeded(
                        null,
                        written,
                        notes,
                        written.isEmpty()
                                ? "all fields have their values already"
                                : "changed " + String.join(", ", found.fields())));
    }

    private static boolean write(StepContext context, ChangedResource resource) {
        CalicoDatastore calico = context.datastore();
        // A pool that is gone is not brought back: it would have a CIDR that nobody said.
        if (resource.calicos().filter(kind -> kind != CalicoKind.IP_POOL).isPresent()
                && ChangeReads.find(context, resource).isEmpty()) {
            try {
                calico.create(resource.created());
                return true;
            } catch (ClusterException e) {
                if (e.problem() != Problem.ALREADY_EXISTS) {
                    throw e;
                }
            }
        }
        return ChangeReads.edit(context, resource, resource::changed);
    }
}
