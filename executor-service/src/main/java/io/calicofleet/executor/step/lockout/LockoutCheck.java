package io.calicofleet.executor.step.lockout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.event.PolicyFaultKind;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.lockout.CalicoState;
import io.calicofleet.executor.core.lockout.ClusterNeeds;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.core.lockout.LockoutGuard.Findings;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the {@link LockoutGuard} asks for and has it look. A cluster without a host endpoint of all interfaces, where Felix
 * takes no interface of a node for that of a pod either, costs a few lists. What the kubeconfig may not read is said in a note.
 */
public final class LockoutCheck {

    private static final CalicoVersion OLDEST = CalicoVersion.of(0, 0, 0);

    private final CalicoDatastore calico;
    private final NeedsReader reader;

    private LockoutCheck(StepContext context, CalicoDatastore calico) {
        this.calico = calico;
        this.reader = new NeedsReader(context.cluster(), calico, context.names());
    }

    /**
     * For every step that makes the nodes roll, right before its first write: fails where something that is reached today
     * would not be once the nodes run the target. Call it as {@code LockoutCheck.beforeNodesRoll(context)} and return what
     * it has.
     *
     * @return empty where the nodes may roll
     */
    public static Optional<StepOutcome.Failed> beforeNodesRoll(StepContext context) {
        CalicoVersion target = context.parameters().target();
        if (target == null || !ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(target)) {
            return Optional.empty();
        }
        CalicoVersion source = known(context.parameters().source());
        Findings findings = new LockoutCheck(context, context.datastore()).compare(source, target, state -> state);
        return failed(findings, "once the nodes run " + target);
    }

    /**
     * For the preflight: what the upgrade would cut, with the host endpoints protected as they will be by then.
     *
     * @param calico the datastore, as it is open already
     * @param source the version that runs; null where unknown
     */
    public static Findings afterProtection(
            StepContext context, CalicoDatastore calico, @Nullable CalicoVersion source, CalicoVersion target) {
        CalicoVersion from = known(source);
        boolean protects = ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.comesBetween(from, target);
        return !ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(target)
                ? Findings.NONE
                : new LockoutCheck(context, calico)
                        .compare(from, target, state -> protects ? state.afterProtection() : state);
    }

    /**
     * What another state of Calico's resources would cut, while the target runs.
     *
     * @param calico the datastore, as it is open already
     */
    static Findings atTarget(StepContext context, CalicoDatastore calico, UnaryOperator<CalicoState> change) {
        CalicoVersion target = context.parameters().target();
        return at(context, calico, target == null ? context.parameters().source() : target, change);
    }

    /** What another state of Calico's resources would cut, while a release runs; null where it is not known which. */
    public static Findings at(
            StepContext context,
            CalicoDatastore calico,
            @Nullable CalicoVersion runs,
            UnaryOperator<CalicoState> change) {
        return new LockoutCheck(context, calico).compare(known(runs), known(runs), change);
    }

    /**
     * For what brings a Typha to any node: fails where a host endpoint of all interfaces would
     * keep nodes from it, whatever is cut today already, for today nobody needs it.
     *
     * @return empty where nothing would
     */
    public static Optional<StepOutcome.Failed> ofNewTypha(StepContext context, String when) {
        CalicoVersion target = context.parameters().target();
        CalicoVersion runs = known(target == null ? context.parameters().source() : target);
        if (!ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(runs)) {
            return Optional.empty();
        }
        LockoutCheck check = new LockoutCheck(context, context.datastore());
        Findings findings = check.read(runs, runs, true, state -> state)
                .map(change -> LockoutGuard.compare(
                        change.needs(), change.before().withHostEndpoints(List.of()), change.after()))
                .orElse(Findings.NONE);
        return failed(
                new Findings(
                        findings.facts().stream()
                                .filter(fact -> fact.service().startsWith("Typha "))
                                .toList(),
                        List.of(),
                        List.of()),
                when + ". Allow it by a policy, or leave it among the failsafe ports; nothing was written");
    }

    private static CalicoVersion known(@Nullable CalicoVersion version) {
        return version == null ? OLDEST : version;
    }

    public static Optional<StepOutcome.Failed> failed(Findings findings, String when) {
        List<PolicyFault> refusing = findings.faults().stream()
                .filter(fault -> fault.kind().refuses())
                .toList();
        if (!refusing.isEmpty()) {
            PolicyFault fault = refusing.getFirst();
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.WOULD_LOCK_OUT,
                    (fault.kind() == PolicyFaultKind.POISON
                                    ? "Felix would panic over " + fault.object()
                                            + ", start again for ever and program nothing " + when
                                    : "what " + fault.object() + " is about cannot be told")
                            + ": " + fault.why()
                            + (refusing.size() > 1 ? ", and " + (refusing.size() - 1) + " more" : ""),
                    refusing.stream()
                            .map(one -> one.object() + ": " + one.why())
                            .toList()));
        }
        if (findings.facts().isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(
                findings.facts().stream().map(LockoutCheck::line).toList());
        lines.addAll(findings.notes());
        LockoutFact first = findings.facts().getFirst();
        int more = findings.facts().size() - 1;
        return Optional.of(new StepOutcome.Failed(
                FailureReason.WOULD_LOCK_OUT,
                line(first) + " would be cut " + when + (more > 0 ? ", and " + more + " more" : ""),
                lines));
    }

    /** A finding as a person reads it. */
    public static String line(LockoutFact fact) {
        return fact.service() + " on " + fact.node() + ", used by " + fact.from() + ", by " + fact.rule()
                + (fact.hostEndpoint().isEmpty() ? "" : " (HostEndpoint " + fact.hostEndpoint() + ")");
    }

    /**
     * The state of Calico's resources as it is and as a change would have it, both at the target.
     *
     * @param needs who has to reach what
     * @param before as it is
     * @param after as it would be
     * @param unread what could not be read, as notes
     */
    public record Change(ClusterNeeds needs, CalicoState before, CalicoState after, List<String> unread) {

        /** What of what has to be reached would be cut. */
        public Findings findings() {
            Findings findings = LockoutGuard.compare(needs, before, after);
            List<String> notes = new ArrayList<>(findings.notes());
            notes.addAll(unread);
            return new Findings(findings.facts(), findings.faults(), notes);
        }
    }

    /**
     * Another state of Calico's resources while the target runs, to be looked at; one that denies by default where it is not
     * known which runs. Empty where no host endpoint of all interfaces is there or would be, and Felix takes
     * no interface of a node for that of a pod.
     */
    public static Optional<Change> change(
            StepContext context, CalicoDatastore calico, UnaryOperator<CalicoState> change) {
        CalicoVersion target = context.parameters().target();
        CalicoVersion source = context.parameters().source();
        CalicoVersion runs =
                target == null ? source == null ? ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.from() : source : target;
        return new LockoutCheck(context, calico).read(runs, runs, change);
    }

    private Findings compare(CalicoVersion before, CalicoVersion after, UnaryOperator<CalicoState> change) {
        return read(before, after, change).map(Change::findings).orElse(Findings.NONE);
    }

    private Optional<Change> read(CalicoVersion before, CalicoVersion after, UnaryOperator<CalicoState> change) {
        return read(before, after, false, change);
    }

    private Optional<Change> read(
            CalicoVersion before, CalicoVersion after, boolean typhas, UnaryOperator<CalicoState> change) {
        NodeNames names = calico.nodeNames();
        List<ObjectNode> endpoints = calico.list(CalicoKind.HOST_ENDPOINT).stream()
                .map(names::inKubernetes)
                .toList();
        CalicoState state = new CalicoState(
                before, endpoints, List.of(), List.of(), List.of(), List.of(), reader.felixConfigurations(names));
        // The change may bring some, such as automatic ones.
        CalicoState changed = change.apply(state.at(after));
        if (!state.hasAllInterfaces() && !changed.hasAllInterfaces() && !changed.mayTakeForPods(reader.environment())) {
            return Optional.empty();
        }
        List<ObjectNode> sets = new ArrayList<>(reader.read(CalicoKind.GLOBAL_NETWORK_SET));
        sets.addAll(reader.read(CalicoKind.NETWORK_SET));
        boolean named = endpoints.stream()
                .anyMatch(endpoint -> !endpoint.at("/spec/profiles").isEmpty());
        List<ObjectNode> profiles = named ? reader.read(CalicoKind.PROFILE) : List.of();
        List<ObjectNode> policies = new ArrayList<>(calico.list(CalicoKind.GLOBAL_NETWORK_POLICY));
        if (isInNamespace(endpoints, "/metadata/labels") || isInNamespace(profiles, "/spec/labelsToApply")) {
            policies.addAll(reader.read(CalicoKind.NETWORK_POLICY));
        }
        CalicoState now = new CalicoState(
                before, endpoints, policies, reader.read(CalicoKind.TIER), sets, profiles, state.felixConfigurations());
        ClusterNeeds needs = reader.needs(now.felixConfigurations(), typhas);
        return Optional.of(new Change(needs, now, change.apply(now.at(after)), List.copyOf(reader.unread())));
    }

    /** Whether a label says that something is in a namespace: then NetworkPolicies select it. */
    private static boolean isInNamespace(List<ObjectNode> objects, String labels) {
        return objects.stream().anyMatch(object -> object.at(labels).has(JoinedSelectors.NAMESPACE));
    }
}
