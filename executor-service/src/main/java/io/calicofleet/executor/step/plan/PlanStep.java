package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedManifest;
import io.calicofleet.event.PlannedStepFact;
import io.calicofleet.event.PlannedWrite;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out what the steps of an upgrade would write: it runs the very same steps, one after the other, against the cluster
 * with what they write laid over it. So a plan is what will be done, as long as nothing changes; its digest tells.
 *
 * <p>Where a step would be held or fail, so does this one, in its words. What people decide about once the upgrade has been done,
 * and what waits for the cluster to make objects by itself, is known only then: those steps are named without their writes.
 * Where the plan of an earlier time was accepted, and this is another one, it is held. Writes nothing; done anew each time.
 */
public final class PlanStep implements StepHandler {

    private static final Set<StepKind> KNOWN_LATER = Set.of(
            StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
            StepKind.RELEASE_HOST_ENDPOINTS,
            StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);

    /** As the digest of a review: to be typed, and of a strength that a person's mistakes need. */
    private static final int SHORT = 16;

    private final Map<StepKind, StepHandler> handlers = new EnumMap<>(StepKind.class);
    private final InstantSource clock;

    /** One for upgrades that these handlers carry out. */
    public PlanStep(Collection<? extends StepHandler> handlers, InstantSource clock) {
        handlers.forEach(handler -> this.handlers.put(handler.kind(), handler));
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public StepKind kind() {
        return StepKind.PLAN;
    }

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Writes writes = new Writes();
        Preview preview = new Preview(context, writes);
        List<String> notes = new ArrayList<>();
        List<StepToPlan> steps = context.parameters().planned();
        int done = 0;
        for (StepToPlan step : steps) {
            if (!KNOWN_LATER.contains(step.kind())) {
                writes.begin(step.kind());
                StepOutcome outcome = handler(step.kind()).run(preview.context(step));
                if (!(outcome instanceof StepOutcome.Succeeded succeeded)) {
                    return outcome;
                }
                notes.addAll(succeeded.notes());
            }
            done++;
            context.progress()
                    .progressed(
                            done,
                            steps.size(),
                            "steps",
                            context.step().cluster() + ": " + done + " of " + steps.size() + " steps are worked out");
        }
        return told(context, writes, preview.manifest(), notes);
    }

    private StepOutcome told(
            StepContext context, Writes writes, @Nullable PlannedManifest manifest, List<String> notes) {
        List<PlannedWrite> planned = writes.planned();
        Optional<JsonNode> node = calicoNode(context);
        ClusterPlan plan = new ClusterPlan(
                digest(context, context.parameters().planned(), planned),
                context.parameters().planned().stream()
                        .map(step -> new PlannedStepFact(step.kind(), step.gates(), count(step.kind(), planned)))
                        .toList(),
                planned.size(),
                restarts(context, writes.restarted(), node, planned),
                node.map(PlanStep::pods).orElse(0),
                clock.instant(),
                digest(
                        context,
                        context.parameters().planned().stream()
                                .filter(step -> step.kind().upgrades())
                                .toList(),
                        planned.stream()
                                .filter(write -> write.step().upgrades())
                                .toList()));
        String summary = planned.isEmpty()
                ? "nothing would be written"
                : planned.size() + (planned.size() == 1 ? " object" : " objects") + " would be written";
        context.progress()
                .planned(new PlanMade(
                        context.step(),
                        plan,
                        planned,
                        context.parameters().planned().stream()
                                        .anyMatch(step -> step.parameters().byOthers())
                                ? manifest
                                : null,
                        context.step().cluster() + ": " + summary));
        String accepted = context.parameters().acceptedPlan();
        if (accepted != null && !accepted.equals(plan.digest()) && !accepted.equals(plan.ofUpgrade())) {
            return new StepOutcome.Held(
                    HoldReason.PLAN_CHANGED,
                    List.of(),
                    List.of("the plan that was accepted is " + accepted, "what would be done now is " + plan.digest()),
                    plan);
        }
        return new StepOutcome.Succeeded(null, List.of(), notes, null, plan, summary);
    }

    private static @Nullable Integer count(StepKind kind, List<PlannedWrite> planned) {
        return KNOWN_LATER.contains(kind)
                ? null
                : (int) planned.stream().filter(write -> write.step() == kind).count();
    }

    private StepHandler handler(StepKind kind) {
        return Objects.requireNonNull(handlers.get(kind), () -> "nothing carries out " + kind);
    }

    private static Optional<JsonNode> calicoNode(StepContext context) {
        List<JsonNode> sets = List.copyOf(context.cluster().list(Kinds.APPS, "DaemonSet"));
        return CalicoNode.find(new ClusterSnapshot("", sets, Set.of(), List.of()))
                .map(CalicoNode::daemonSet);
    }

    private static List<String> restarts(
            StepContext context, List<ObjectNode> workloads, Optional<JsonNode> node, List<PlannedWrite> planned) {
        List<String> restarts = new ArrayList<>();
        if (planned.stream()
                .anyMatch(write -> write.step() == StepKind.CHANGE
                        && write.object().startsWith(CalicoKind.FELIX_CONFIGURATION.kind()))) {
            node.ifPresent(set -> restarts.add("Felix on " + pods(set) + " nodes at once, in the same pods"));
        }
        workloads.forEach(workload -> restarts.add(restart(workload)));
        InstallMethod method = context.parameters().installMethod();
        boolean byOperator = method == InstallMethod.OPERATOR || method == InstallMethod.HELM;
        boolean told = planned.stream()
                .anyMatch(write ->
                        write.step() == StepKind.CHANGE && write.object().startsWith("Installation "));
        if (byOperator && (told || !workloads.isEmpty())) {
            node.ifPresent(set -> restarts.add(restart(set) + ", and what else of Calico the operator keeps, by it"));
        }
        return restarts;
    }

    private static String restart(JsonNode workload) {
        String object =
                ObjectKey.of(workload).object() + ": " + pods(workload) + (pods(workload) == 1 ? " pod" : " pods");
        if (!workload.path("kind").asText().equals("DaemonSet")) {
            return object;
        }
        JsonNode strategy = NodeHold.strategy(workload);
        if (Json.text(strategy, "type").equals("OnDelete")) {
            return object + ", each once a person deletes it";
        }
        String atOnce = strategy.at("/rollingUpdate/maxUnavailable").asText("1");
        return object + ", " + (atOnce.isEmpty() ? "1" : atOnce) + " at a time";
    }

    private static int pods(JsonNode workload) {
        return workload.path("kind").asText().equals("DaemonSet")
                ? workload.at("/status/desiredNumberScheduled").asInt()
                : workload.at("/spec/replicas").asInt(1);
    }

    /** Over which cluster it is, what was asked with, and every write: how the object is, and how it will be. */
    private static String digest(StepContext context, List<StepToPlan> steps, List<PlannedWrite> planned) {
        StringBuilder all = new StringBuilder(context.cluster().uid());
        for (StepToPlan step : steps) {
            StepParameters asked = step.parameters();
            all.append('\n')
                    .append(String.join(
                            " ",
                            step.kind().encode(),
                            String.valueOf(asked.installMethod()),
                            String.valueOf(asked.source()),
                            String.valueOf(asked.target()),
                            String.valueOf(asked.onConflict()),
                            String.valueOf(asked.withoutBase()),
                            String.valueOf(asked.answers()),
                            String.valueOf(asked.chart()),
                            String.valueOf(asked.maxConcurrent()),
                            String.valueOf(asked.acceptPolicies()),
                            String.valueOf(asked.targetImages()),
                            asked.canaryNodes() == null ? "" : String.valueOf(asked.canaryNodes())));
            if (asked.continuity() != null) {
                all.append(' ').append(asked.continuity());
            }
        }
        for (PlannedWrite write : planned) {
            // It names its step, which is another one each time; what makes it was asked above.
            if (write.object().contains("/" + Prober.NAME)) {
                continue;
            }
            all.append('\n')
                    .append(String.join(
                            " ",
                            write.step().encode(),
                            write.action().encode(),
                            write.object(),
                            write.before(),
                            write.after()));
        }
        return Digests.sha256(all.toString()).substring(0, SHORT);
    }
}
