package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.lockout.CalicoState;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.ReleaseGuard;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Removes the temporary policy, under every name it may have, and its label.
 *
 * <pre>
 *   1. asked to: label the endpoints for the suggested policy and put that in place
 *   2. guard: would an endpoint be closed, or somebody be locked out, without the temporary policy? Then refuse, nothing
 *      removed
 *   3. remove the policy, then the labels
 * </pre>
 *
 * <p>Labels of automatic host endpoints are those of their nodes, so they are given and taken there.
 *
 * <p>It knows that it is done by neither being there. Undone by protecting the host endpoints again.
 */
public final class ReleaseHostEndpointsStep implements StepHandler {

    /** The name of the policy that takes the place of the temporary one. */
    static final String POLICY = TemporaryPolicy.SUCCESSOR;

    /** The label of the host endpoints it selects; its value is empty. */
    static final String LABEL = "calico-fleet.io/host-endpoint";

    /** kube-controllers looks over everything every five minutes. */
    private static final Duration ARRIVAL = Duration.ofMinutes(10);

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
        List<String> changes = new ArrayList<>();
        if (context.parameters().applySuggestedPolicy()) {
            Optional<StepOutcome> refused = applySuggested(context, calico, changes);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        List<ObjectNode> endpoints = calico.list(CalicoKind.HOST_ENDPOINT);
        List<ObjectNode> policies = calico.list(CalicoKind.GLOBAL_NETWORK_POLICY);
        List<String> closed = ReleaseGuard.wouldBeClosed(endpoints, policies, profiles(calico));
        if (!closed.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED,
                    "nothing but " + TemporaryPolicy.NAME + " opens " + closed.size()
                            + " host endpoints: give them a policy of their own, or approve with the suggested one",
                    closed.stream().map(name -> "HostEndpoint " + name).toList());
        }
        LockoutGuard.Findings lockouts = LockoutCheck.atTarget(context, calico, CalicoState::afterRelease);
        Optional<StepOutcome.Failed> lockedOut =
                LockoutCheck.failed(lockouts, "without the temporary policy; it stays where it is");
        if (lockedOut.isPresent()) {
            return lockedOut.get();
        }
        if (Edits.delete(calico, CalicoKind.GLOBAL_NETWORK_POLICY, TemporaryPolicy.NAME)) {
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + TemporaryPolicy.NAME);
        }
        NodeNames names = NodeNames.of(calico);
        for (HostEndpointFact fact : endpoints.stream()
                .map(HostEndpoints::fact)
                .filter(HostEndpointFact::labelled)
                .toList()) {
            boolean changed = fact.automatic()
                    ? NodeLabels.remove(context.cluster(), names.inKubernetes(fact.node()), TemporaryPolicy.LABEL)
                    : relabel(calico, fact, endpoint -> HostEndpoints.withoutLabel(endpoint, TemporaryPolicy.LABEL));
            if (changed) {
                changes.add(object(fact));
            }
        }
        return new StepOutcome.Succeeded(
                null, changes, lockouts.notes(), "the policy " + TemporaryPolicy.NAME + " and its label are gone");
    }

    private static Optional<StepOutcome> applySuggested(
            StepContext context, CalicoDatastore calico, List<String> changes) {
        ObjectNode policy;
        try {
            policy = suggested(context);
        } catch (IOException e) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.INVALID_OBJECT, "the suggested policy cannot be read: " + e.getMessage()));
        }
        NodeNames names = NodeNames.of(calico);
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            HostEndpointFact fact = HostEndpoints.fact(endpoint);
            boolean changed = fact.labelled()
                    && (fact.automatic()
                            ? NodeLabels.copy(context.cluster(), names.inKubernetes(fact.node()), Map.of(LABEL, ""))
                            : relabel(calico, fact, now -> HostEndpoints.withLabel(now, LABEL, "")));
            if (changed) {
                changes.add(object(fact) + " labelled " + LABEL);
            }
        }
        if (Edits.put(calico, policy)) {
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + POLICY);
        }
        // An automatic host endpoint gets its labels from its node, by kube-controllers.
        boolean arrived = context.rollouts()
                .await(
                        changed -> calico.watch(CalicoKind.HOST_ENDPOINT, changed),
                        () -> unlabelled(calico).isEmpty(),
                        ARRIVAL);
        return arrived
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "kube-controllers has not brought the label " + LABEL
                                + " from the nodes to their host endpoints within " + ARRIVAL.toMinutes()
                                + " minutes; the temporary policy stays",
                        unlabelled(calico)));
    }

    private static List<String> unlabelled(CalicoDatastore calico) {
        return calico.list(CalicoKind.HOST_ENDPOINT).stream()
                .filter(endpoint -> HostEndpoints.fact(endpoint).labelled()
                        && !HostEndpoints.labels(endpoint).containsKey(LABEL))
                .map(endpoint -> object(HostEndpoints.fact(endpoint)))
                .toList();
    }

    private static boolean relabel(CalicoDatastore calico, HostEndpointFact fact, UnaryOperator<ObjectNode> change) {
        return Edits.edit(calico, CalicoKind.HOST_ENDPOINT, fact.name(), change);
    }

    private static String object(HostEndpointFact fact) {
        return CalicoKind.HOST_ENDPOINT.kind() + " " + fact.name();
    }

    /** The suggested policy, by the name it gets here. */
    private static ObjectNode suggested(StepContext context) throws IOException {
        String text = context.parameters().suggestedPolicy();
        List<JsonNode> documents = text == null ? List.of() : Yaml.read(text);
        if (documents.size() != 1 || !documents.getFirst().path("spec").isObject()) {
            throw new IOException("one GlobalNetworkPolicy with a spec was expected");
        }
        ObjectNode policy = documents.getFirst().deepCopy();
        policy.put("apiVersion", "projectcalico.org/v3");
        policy.put("kind", CalicoKind.GLOBAL_NETWORK_POLICY.kind());
        policy.putObject("metadata").put("name", POLICY);
        policy.remove("status");
        return policy;
    }

    private static List<String> profiles(CalicoDatastore calico) {
        return calico.list(CalicoKind.PROFILE).stream().map(Objects::name).toList();
    }
}
