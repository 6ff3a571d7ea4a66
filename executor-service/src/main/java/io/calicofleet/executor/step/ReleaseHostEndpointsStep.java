package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.PolicyNames;
import io.calicofleet.executor.core.policy.ReleaseGuard;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes the temporary policy, under every name it may have, and its label.
 *
 * <pre>
 *   1. asked to: label the endpoints for the suggested policy and put that in place
 *   2. guard: would an endpoint be less open without the temporary policy? Then refuse, nothing removed
 *   3. remove the policy, then the labels
 * </pre>
 *
 * <p>It knows that it is done by neither being there. Undone by protecting the host endpoints again.
 */
public final class ReleaseHostEndpointsStep implements StepHandler {

    /** The name of the policy that takes the place of the temporary one. */
    static final String POLICY = "calico-fleet-host-endpoints";

    /** The label of the host endpoints it selects; its value is empty. */
    static final String LABEL = "calico-fleet.io/host-endpoint";

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
        ClusterApi cluster = context.cluster();
        List<String> changes = new ArrayList<>();
        if (context.parameters().applySuggestedPolicy()) {
            Optional<StepOutcome> refused = applySuggested(context, changes);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        List<ObjectNode> endpoints = cluster.list(Kinds.CALICO, Kinds.HOST_ENDPOINT);
        List<ObjectNode> policies = cluster.list(Kinds.CALICO, Kinds.POLICY);
        List<String> closed = ReleaseGuard.wouldBeClosed(endpoints, policies, profiles(cluster));
        if (!closed.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED,
                    "nothing but " + TemporaryPolicy.NAME + " opens " + closed.size()
                            + " host endpoints: give them a policy of their own, or approve with the suggested one",
                    closed.stream().map(name -> "HostEndpoint " + name).toList());
        }
        for (String name : PolicyNames.candidates(TemporaryPolicy.NAME)) {
            if (Edits.delete(cluster, Kinds.policy(name))) {
                changes.add(Kinds.policy(name).object());
            }
        }
        for (HostEndpointFact fact : endpoints.stream()
                .map(HostEndpoints::fact)
                .filter(HostEndpointFact::labelled)
                .toList()) {
            ResourceRef ref = Kinds.hostEndpoint(fact.name());
            if (Edits.edit(cluster, ref, endpoint -> HostEndpoints.withoutLabel(endpoint, TemporaryPolicy.LABEL))) {
                changes.add(ref.object());
            }
        }
        return new StepOutcome.Succeeded(
                null, changes, List.of(), "the policy " + TemporaryPolicy.NAME + " and its label are gone");
    }

    private static Optional<StepOutcome> applySuggested(StepContext context, List<String> changes) {
        ClusterApi cluster = context.cluster();
        ObjectNode policy;
        try {
            policy = suggested(context);
        } catch (IOException e) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.INVALID_OBJECT, "the suggested policy cannot be read: " + e.getMessage()));
        }
        for (ObjectNode endpoint : cluster.list(Kinds.CALICO, Kinds.HOST_ENDPOINT)) {
            HostEndpointFact fact = HostEndpoints.fact(endpoint);
            ResourceRef ref = Kinds.hostEndpoint(fact.name());
            if (fact.labelled() && Edits.edit(cluster, ref, now -> HostEndpoints.withLabel(now, LABEL, ""))) {
                changes.add(ref.object() + " labelled " + LABEL);
            }
        }
        ResourceRef ref = ResourceRef.of(policy);
        boolean written = Edits.create(cluster, policy)
                || Edits.edit(cluster, ref, present -> {
                    ObjectNode changed = present.deepCopy();
                    changed.set("spec", policy.path("spec"));
                    return changed;
                });
        if (written) {
            changes.add(ref.object());
        }
        return Optional.empty();
    }

    /** The suggested policy as the datastore keeps it. */
    private static ObjectNode suggested(StepContext context) throws IOException {
        String text = context.parameters().suggestedPolicy();
        List<JsonNode> documents = text == null ? List.of() : Yaml.read(text);
        if (documents.size() != 1 || !documents.getFirst().path("spec").isObject()) {
            throw new IOException("one GlobalNetworkPolicy with a spec was expected");
        }
        CalicoVersion version = context.parameters().target() == null
                ? context.parameters().source()
                : context.parameters().target();
        if (version == null) {
            throw new IOException("neither source nor target release is known, so that its stored name is not either");
        }
        ObjectNode policy = documents.getFirst().deepCopy();
        policy.put("apiVersion", Kinds.CALICO);
        policy.put("kind", Kinds.POLICY);
        policy.putObject("metadata").put("name", PolicyNames.stored(POLICY, version));
        policy.remove("status");
        return policy;
    }

    /** The profiles Calico makes of namespaces and service accounts, and its own. */
    private static List<String> profiles(ClusterApi cluster) {
        List<String> profiles = new ArrayList<>();
        profiles.add("projectcalico-default-allow");
        cluster.list(Kinds.CORE, "Namespace").forEach(namespace -> profiles.add("kns." + Objects.name(namespace)));
        cluster.list(Kinds.CORE, "ServiceAccount")
                .forEach(account -> profiles.add(
                        "ksa." + account.path("metadata").path("namespace").asText() + "." + Objects.name(account)));
        return profiles;
    }
}
