package io.calicofleet.executor.step.hostendpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.lockout.CalicoState;
import io.calicofleet.executor.core.lockout.Enforcement;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.model.release.ReleaseTrait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the temporary policy can go, with another in its place or without: asked before a person approves that other, and
 * again by the release, before its first write. Reads only.
 *
 * @param unreadable why the policy cannot be put there; empty where it can
 * @param closed the host endpoints nothing would open any more
 * @param lockouts what would be cut
 */
public record ReleaseCheck(String unreadable, List<String> closed, LockoutGuard.Findings lockouts) {

    /** The name of the policy that takes the place of the temporary one. */
    public static final String POLICY = TemporaryPolicy.SUCCESSOR;

    /** The label of the host endpoints it selects; its value is empty. */
    public static final String LABEL = "calico-fleet.io/host-endpoint";

    private static final CalicoVersion FIRST_TO_DENY = ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.from();

    /** With the policy the step is asked about, if any, in the place of the temporary one. */
    static ReleaseCheck of(StepContext context, CalicoDatastore calico) {
        Optional<ObjectNode> policy;
        try {
            policy = policy(context);
        } catch (IOException e) {
            return new ReleaseCheck(
                    "the policy cannot be read: " + e.getMessage(), List.of(), LockoutGuard.Findings.NONE);
        }
        String faults =
                policy.map(added -> validation(context).policy(added).why()).orElse("");
        if (!faults.isEmpty()) {
            return new ReleaseCheck(
                    "Felix would not do what the policy says: " + faults, List.of(), LockoutGuard.Findings.NONE);
        }
        VoidedPolicy voided = VoidedPolicy.of(context);
        Optional<LockoutCheck.Change> release =
                LockoutCheck.change(context, calico, state -> after(state, policy, voided));
        return new ReleaseCheck(
                "",
                release.map(change -> Enforcement.closed(change.needs(), change.before(), change.after()))
                        .orElse(List.of()),
                release.map(LockoutCheck.Change::findings).orElse(LockoutGuard.Findings.NONE));
    }

    private static Validation validation(StepContext context) {
        CalicoVersion target = context.parameters().target();
        CalicoVersion source = context.parameters().source();
        return new Validation(target == null ? source == null ? FIRST_TO_DENY : source : target, true);
    }

    private static CalicoState after(CalicoState state, Optional<ObjectNode> policy, VoidedPolicy voided) {
        return state.withPolicies(with(state.policies(), policy, voided))
                .withHostEndpoints(labelled(state.hostEndpoints(), policy.isPresent()))
                .afterRelease();
    }

    private static List<ObjectNode> with(List<ObjectNode> policies, Optional<ObjectNode> policy, VoidedPolicy voided) {
        if (policy.isEmpty()) {
            return voided.without(policies);
        }
        List<ObjectNode> all = new ArrayList<>(policies);
        all.removeIf(known -> Objects.name(known).equals(POLICY));
        all.add(policy.get());
        return all;
    }

    private static List<ObjectNode> labelled(List<ObjectNode> endpoints, boolean label) {
        return endpoints.stream()
                .map(endpoint -> label && HostEndpoints.fact(endpoint).labelled()
                        ? HostEndpoints.withLabel(endpoint, LABEL, "")
                        : endpoint)
                .toList();
    }

    /** The failure of a release that is not possible; empty where it is. */
    Optional<StepOutcome.Failed> failed() {
        if (!unreadable.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(FailureReason.INVALID_OBJECT, unreadable));
        }
        if (!closed.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED,
                    "nothing but " + TemporaryPolicy.NAME + " opens " + closed.size()
                            + " host endpoints: give them a policy of their own, or approve with the suggested one",
                    closed.stream().map(ReleaseCheck::object).toList()));
        }
        return LockoutCheck.failed(lockouts, "without the temporary policy; it stays where it is");
    }

    /** The same for a review. */
    PolicyCheck said() {
        List<String> refusals = new ArrayList<>();
        if (!unreadable.isEmpty()) {
            refusals.add(unreadable);
        }
        closed.forEach(name -> refusals.add("nothing would open " + object(name)));
        lockouts.facts().forEach(fact -> refusals.add(LockoutCheck.line(fact) + " would be cut"));
        return new PolicyCheck(refusals, lockouts.notes());
    }

    /**
     * The policy to put in place, by the name it gets here; empty where none is asked for.
     *
     * @throws IOException where it cannot be read
     */
    static Optional<ObjectNode> policy(StepContext context) throws IOException {
        if (!context.parameters().applySuggestedPolicy()) {
            return Optional.empty();
        }
        @Nullable String text = context.parameters().suggestedPolicy();
        List<JsonNode> documents = text == null ? List.of() : Yaml.read(text);
        if (documents.size() != 1 || !documents.getFirst().path("spec").isObject()) {
            throw new IOException("one GlobalNetworkPolicy with a spec was expected");
        }
        ObjectNode policy = documents.getFirst().deepCopy();
        policy.put("apiVersion", "projectcalico.org/v3");
        policy.put("kind", CalicoKind.GLOBAL_NETWORK_POLICY.kind());
        policy.putObject("metadata").put("name", POLICY);
        policy.remove("status");
        return Optional.of(policy);
    }

    static String object(HostEndpointFact fact) {
        return object(fact.name());
    }

    private static String object(String name) {
        return CalicoKind.HOST_ENDPOINT.kind() + " " + name;
    }
}
