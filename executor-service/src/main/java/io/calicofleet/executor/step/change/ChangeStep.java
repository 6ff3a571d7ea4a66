package io.calicofleet.executor.step.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.change.SettingsChange;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.upgrade.CanaryRollout;
import io.calicofleet.executor.step.upgrade.DeploymentRollout;
import io.calicofleet.executor.step.upgrade.RolloutPause;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives fields of FelixConfiguration default, BGPConfiguration default, IPPools, the Installation and workloads the values of the campaign, and leaves all
 * others as they are.
 *
 * <pre>
 *   1. what is so already is not touched; nothing left: done
 *   2. what speaks against it, by the definition, the environment of calico-node and the nodes: fail
 *   3. what interrupts traffic or closes a way to the nodes: hold until a person has said yes; until here nothing is written
 *   4. one write of each whole object, under its resourceVersion: what is turned on before the pools, what is turned off after them
 *   5. wait for each Deployment that was written before the next write; calico-node, whose nodes roll, is the last one ({@link CanaryRollout})
 *   6. wait until calico-node is ready on all nodes and stays so ({@link NodesReady}). Where nodes roll the gates do, and this is over when they have begun to
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
    public Optional<String> unpausable(StepParameters parameters) {
        ChangeSpec change = parameters.change();
        boolean byOperator = parameters.installMethod() == InstallMethod.OPERATOR
                || parameters.installMethod() == InstallMethod.HELM;
        if (change == null || !change.rolls()) {
            return Optional.of("settings are those of all nodes at once");
        }
        return byOperator ? StepHandler.super.unpausable(parameters) : Optional.empty();
    }

    @Override
    public String pause(StepParameters parameters, ClusterApi cluster, String why) {
        return unpausable(parameters).isPresent()
                ? StepHandler.super.pause(parameters, cluster, why)
                : RolloutPause.pause(cluster, why);
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
        for (ChangedResource resource : resources) {
            Optional<StepOutcome> stopped = hold(context, resource);
            if (stopped.isPresent()) {
                return stopped.get();
            }
            if (!found.fields().isEmpty() && write(context, resource)) {
                written.add(resource.object());
            }
            stopped = rolledOut(context, resource);
            if (stopped.isPresent()) {
                return stopped.get();
            }
        }
        Optional<StepOutcome> stopped = change.rolls()
                ? new CanaryRollout(context)
                        .finish(key -> before(context, key), notes)
                        .or(() -> follows(context, resources, ready))
                : ready.failure(context);
        return stopped.orElseGet(() -> new StepOutcome.Succeeded(
                null,
                written,
                notes,
                written.isEmpty()
                        ? "all fields have their values already"
                        : "changed " + String.join(", ", found.fields()) + (change.rolls() ? "; the nodes roll" : "")));
    }

    /** Nodes go one by one where the campaign has canary nodes, and calico-node is about to be written. */
    private static Optional<StepOutcome> hold(StepContext context, ChangedResource resource) {
        return resource.kind().equals("DaemonSet")
                ? ChangeReads.find(context, resource)
                        .filter(now -> !resource.changed(now).equals(now))
                        .flatMap(new CanaryRollout(context)::hold)
                : Optional.empty();
    }

    /** Whoever was interrupted may have written it and not waited. */
    static Optional<StepOutcome> rolledOut(StepContext context, ChangedResource resource) {
        return resource.kind().equals("Deployment")
                ? DeploymentRollout.await(context, ChangeReads.ref(resource))
                : Optional.empty();
    }

    /** What an operator does by itself is begun when this is over; nodes of manifests roll from the write on. */
    static Optional<StepOutcome> follows(StepContext context, List<ChangedResource> resources, NodesReady ready) {
        return resources.stream().anyMatch(resource -> resource.kind().equals("Installation"))
                ? OperatorFollows.failure(context, ready.limit())
                : Optional.empty();
    }

    private static Optional<ObjectNode> before(StepContext context, ObjectKey key) {
        return context.backups()
                .of(context.step().campaign())
                .flatMap(backup -> backup.objects().getOrDefault(key, Optional.empty()));
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
