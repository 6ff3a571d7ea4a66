package io.calicofleet.executor.step.hostendpoints;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.Lines;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.NodeLabels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Removes the temporary policy, under every name it may have, and its label.
 *
 * <pre>
 *   1. guard: would an endpoint be closed, or somebody be locked out, with the approved policy in place of the temporary
 *      one, or without any? Then refuse, nothing written
 *   2. asked to: label the endpoints for the approved policy and put that in place; else take back what an approval that
 *      does not hold any more had put there
 *   3. asked to keep the temporary policy, so that the traffic can be confirmed: done
 *   4. the confirmation is too old: hold, nothing removed
 *   5. remove the policy, then the labels; the approved policy is in force for good, and loses its mark
 * </pre>
 *
 * <p>Labels of automatic host endpoints are those of their nodes, so they are given and taken there.
 *
 * <p>It knows that it is done by neither being there. Undone by protecting the host endpoints again.
 */
public final class ReleaseHostEndpointsStep implements StepHandler {

    /** kube-controllers looks over everything every five minutes. */
    private static final Duration ARRIVAL = Duration.ofMinutes(10);

    private final InstantSource clock;

    /** With the clock that says whether a confirmation still holds. */
    public ReleaseHostEndpointsStep(InstantSource clock) {
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public StepKind kind() {
        return StepKind.RELEASE_HOST_ENDPOINTS;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        CalicoDatastore calico = context.datastore();
        VoidedPolicy voided = VoidedPolicy.of(context);
        if (context.parameters().keepTemporaryPolicy() && !context.parameters().applySuggestedPolicy()) {
            List<String> changes = voided.takeBack(context.cluster(), calico);
            return new StepOutcome.Succeeded(
                    null,
                    changes,
                    List.of(),
                    changes.isEmpty()
                            ? "no policy of an approval is there to take back"
                            : "the policy of the approval that does not hold any more is taken back");
        }
        ReleaseCheck check = ReleaseCheck.of(context, calico);
        Optional<StepOutcome.Failed> failed = check.failed();
        if (failed.isPresent()) {
            return failed.get();
        }
        List<String> changes = new ArrayList<>();
        if (context.parameters().applySuggestedPolicy()) {
            Optional<StepOutcome> refused = putInPlace(context, calico, changes);
            if (refused.isPresent()) {
                return refused.get();
            }
        } else {
            changes.addAll(voided.takeBack(context.cluster(), calico));
        }
        List<String> notes = check.lockouts().notes();
        if (context.parameters().keepTemporaryPolicy()) {
            return new StepOutcome.Succeeded(
                    null,
                    changes,
                    notes,
                    "the approved policy is in place; the temporary one goes once the traffic is confirmed");
        }
        Instant notAfter = context.parameters().notAfter();
        if (notAfter != null && clock.instant().isAfter(notAfter)) {
            return new StepOutcome.Held(
                    HoldReason.TRAFFIC_REVIEW,
                    List.of(),
                    List.of("what was confirmed held until " + notAfter + ", and has to be confirmed again"));
        }
        remove(context, calico, changes);
        return new StepOutcome.Succeeded(
                null, changes, notes, "the policy " + TemporaryPolicy.NAME + " and its label are gone");
    }

    private static void remove(StepContext context, CalicoDatastore calico, List<String> changes) {
        List<ObjectNode> endpoints = calico.list(CalicoKind.HOST_ENDPOINT);
        if (Edits.delete(calico, CalicoKind.GLOBAL_NETWORK_POLICY, TemporaryPolicy.NAME)) {
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + TemporaryPolicy.NAME);
        }
        NodeNames names = calico.nodeNames();
        for (HostEndpointFact fact : endpoints.stream()
                .map(HostEndpoints::fact)
                .filter(HostEndpointFact::labelled)
                .toList()) {
            boolean changed = fact.automatic()
                    ? NodeLabels.remove(context.cluster(), names.inKubernetes(fact.node()), TemporaryPolicy.LABEL)
                    : relabel(calico, fact, endpoint -> HostEndpoints.withoutLabel(endpoint, TemporaryPolicy.LABEL));
            if (changed) {
                changes.add(ReleaseCheck.object(fact));
            }
        }
        if (VoidedPolicy.confirm(calico)) {
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + ReleaseCheck.POLICY);
        }
    }

    private static Optional<StepOutcome> putInPlace(StepContext context, CalicoDatastore calico, List<String> changes) {
        ObjectNode policy;
        try {
            policy = ReleaseCheck.policy(context).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("the check has read it", e);
        }
        if (calico.find(CalicoKind.GLOBAL_NETWORK_POLICY, TemporaryPolicy.NAME).isPresent()) {
            VoidedPolicy.mark(policy, context.step().campaign());
        }
        NodeNames names = calico.nodeNames();
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            HostEndpointFact fact = HostEndpoints.fact(endpoint);
            boolean changed = fact.labelled()
                    && (fact.automatic()
                            ? NodeLabels.copy(
                                    context.cluster(), names.inKubernetes(fact.node()), Map.of(ReleaseCheck.LABEL, ""))
                            : relabel(calico, fact, now -> HostEndpoints.withLabel(now, ReleaseCheck.LABEL, "")));
            if (changed) {
                changes.add(ReleaseCheck.object(fact) + " labelled " + ReleaseCheck.LABEL);
            }
        }
        if (Edits.put(calico, policy)) {
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + ReleaseCheck.POLICY);
        }
        // An automatic host endpoint gets its labels from its node, by kube-controllers.
        boolean arrived = context.rollouts()
                .await(
                        () -> "kube-controllers has not brought the label " + ReleaseCheck.LABEL + " from the nodes to "
                                + Lines.some(unlabelled(calico)),
                        changed -> calico.watch(CalicoKind.HOST_ENDPOINT, changed),
                        () -> unlabelled(calico).isEmpty(),
                        ARRIVAL);
        return arrived
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "kube-controllers has not brought the label " + ReleaseCheck.LABEL
                                + " from the nodes to their host endpoints within " + ARRIVAL.toMinutes()
                                + " minutes; the temporary policy stays",
                        unlabelled(calico)));
    }

    private static List<String> unlabelled(CalicoDatastore calico) {
        return calico.list(CalicoKind.HOST_ENDPOINT).stream()
                .filter(endpoint -> HostEndpoints.fact(endpoint).labelled()
                        && !HostEndpoints.labels(endpoint).containsKey(ReleaseCheck.LABEL))
                .map(endpoint -> ReleaseCheck.object(HostEndpoints.fact(endpoint)))
                .toList();
    }

    private static boolean relabel(CalicoDatastore calico, HostEndpointFact fact, UnaryOperator<ObjectNode> change) {
        return Edits.edit(calico, CalicoKind.HOST_ENDPOINT, fact.name(), change);
    }
}
