package io.calicofleet.executor.step.applicationlayer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.Quantity;
import io.calicofleet.executor.core.istio.Restart;
import io.calicofleet.executor.core.observe.Dikastes;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Restarts the workloads whose pods run an older Dikastes, a batch at a time.
 *
 * <p>The first batch is one workload, whatever is allowed: istiod sees its changed ConfigMap only when the kubelet has
 * brought it there, up to a minute and a half later, and until then pods get the older Dikastes again. Such a workload is
 * restarted again. A workload that is rolling already, because this step or somebody restarted it, is waited for first.
 */
final class DikastesRestarts {

    private static final Duration ROLLOUT = Duration.ofMinutes(15);
    private static final int ATTEMPTS = 8;
    private static final int NAMED = 50;

    private final StepContext context;
    private final ClusterApi cluster;
    private final CalicoVersion target;
    private final Duration injectorLag;
    private final List<String> changes;
    private final List<String> notes;

    /**
     * Restarts for one step.
     *
     * @param changes and
     * @param notes are added to
     */
    DikastesRestarts(
            StepContext context, CalicoVersion target, Duration injectorLag, List<String> changes, List<String> notes) {
        this.context = requireNonNull(context, "context");
        this.cluster = context.cluster();
        this.target = requireNonNull(target, "target");
        this.injectorLag = requireNonNull(injectorLag, "injectorLag");
        this.changes = requireNonNull(changes, "changes");
        this.notes = requireNonNull(notes, "notes");
    }

    /** @param injected whether a sidecar injector gives new pods the target's Dikastes; else a restart would bring none */
    StepOutcome run(boolean injected) {
        List<ResourceRef> workloads = workloads();
        if (!injected && !workloads.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "pods run an older Dikastes, but there is no sidecar injector that would give them another",
                    workloads.stream().map(ResourceRef::object).toList());
        }
        Quantity allowed = context.parameters().maxConcurrent();
        int atOnce = allowed == null ? 1 : Math.max(1, allowed.atMostOf(workloads.size()));
        progress(0, workloads.size());
        for (int done = 0; done < workloads.size(); ) {
            List<ResourceRef> batch =
                    workloads.subList(done, done == 0 ? 1 : Math.min(workloads.size(), done + atOnce));
            Optional<StepOutcome> failed = restart(batch);
            if (failed.isPresent()) {
                return failed.get();
            }
            done += batch.size();
            progress(done, workloads.size());
        }
        return new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                workloads.isEmpty()
                        ? "no workload runs an older Dikastes"
                        : workloads.size() + " workloads run the Dikastes of " + target + " now");
    }

    /** The workloads to restart; what cannot be restarted is noted. */
    private List<ResourceRef> workloads() {
        Map<ObjectKey, String> older = new TreeMap<>();
        for (ObjectNode pod : cluster.list(Kinds.CORE, "Pod")) {
            if (Dikastes.runsOlder(pod, target)) {
                ObjectKey key = ObjectKey.of(pod);
                older.putIfAbsent(Dikastes.owner(pod).filter(Restart::canBe).orElse(key), key.object());
            }
        }
        List<ResourceRef> workloads = new ArrayList<>();
        List<String> left = new ArrayList<>();
        older.forEach((key, pod) -> {
            ResourceRef ref = new ResourceRef(Kinds.APPS, key.kind(), key.namespace(), key.name());
            Optional<ObjectNode> workload = Restart.canBe(key) ? cluster.find(ref) : Optional.empty();
            if (workload.isEmpty()) {
                left.add(pod + " runs an older Dikastes, and nothing makes it anew: restart it");
                return;
            }
            Optional<String> hindrance = Restart.hindrance(workload.get(), target);
            hindrance.ifPresentOrElse(
                    why -> left.add(key.object() + " runs an older Dikastes and " + why), () -> workloads.add(ref));
        });
        notes.addAll(left.subList(0, Math.min(NAMED, left.size())));
        if (left.size() > NAMED) {
            notes.add("and " + (left.size() - NAMED) + " more that run an older Dikastes");
        }
        return workloads;
    }

    /** Until all of the batch run the target's; the failure where one does not come to. */
    private Optional<StepOutcome> restart(List<ResourceRef> batch) {
        List<ResourceRef> left = batch;
        for (int attempt = 1; ; attempt++) {
            for (ResourceRef workload : left) {
                if (isRolledOut(workload)) {
                    touch(workload);
                }
            }
            for (ResourceRef workload : left) {
                if (!context.rollouts()
                        .await(
                                () -> workload.object() + " has not rolled out with its new Dikastes yet",
                                workload.apiVersion(),
                                workload.kind(),
                                workload.namespace(),
                                () -> isRolledOut(workload),
                                ROLLOUT)) {
                    return Optional.of(new StepOutcome.Failed(
                            FailureReason.UNEXPECTED_STATE,
                            workload.object() + " has not rolled out within " + ROLLOUT.toMinutes()
                                    + " minutes; no other is restarted",
                            changes));
                }
            }
            left = left.stream().filter(this::runsOlder).toList();
            if (left.isEmpty()) {
                return Optional.empty();
            }
            if (attempt == ATTEMPTS) {
                return Optional.of(new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "the sidecar injector keeps giving new pods a Dikastes older than " + target,
                        left.stream().map(ResourceRef::object).toList()));
            }
            // Nothing tells when the kubelet has brought the ConfigMap to istiod.
            context.rollouts()
                    .await(
                            () -> "the sidecar injector gives new pods a Dikastes older than " + target,
                            Kinds.CORE,
                            "Pod",
                            left.getFirst().namespace(),
                            () -> false,
                            injectorLag);
        }
    }

    private void touch(ResourceRef workload) {
        String now = Instant.now().toString();
        if (Edits.edit(cluster, workload, present -> Restart.with(present, now))
                && !changes.contains(workload.object())) {
            changes.add(workload.object());
        }
    }

    /** One that is gone has nothing left to roll out. */
    private boolean isRolledOut(ResourceRef workload) {
        return cluster.find(workload).map(Restart::isRolledOut).orElse(true);
    }

    private boolean runsOlder(ResourceRef workload) {
        return cluster.find(workload)
                .filter(present -> Restart.hindrance(present, target).isEmpty())
                .map(present -> cluster.list(Kinds.CORE, "Pod", workload.namespace(), "").stream()
                        .anyMatch(pod -> Dikastes.runsOlder(pod, target)
                                && Dikastes.owner(pod)
                                        .filter(workload.key()::equals)
                                        .isPresent()))
                .orElse(false);
    }

    private void progress(int done, int total) {
        if (total > 0) {
            context.progress()
                    .progressed(
                            done,
                            total,
                            "workloads",
                            context.step().cluster() + ": " + done + " of " + total + " workloads restarted");
        }
    }
}
