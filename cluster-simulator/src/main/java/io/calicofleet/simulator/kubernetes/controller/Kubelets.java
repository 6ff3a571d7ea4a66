package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kubelets of a cluster: a pod on a ready node is created, runs, gets ready, in three steps; a pod that is deleted is
 * gone after its time. An image that cannot be pulled, or a pod that never gets ready, stays where it is until the fault
 * is taken back. A container that does not answer its probes is not ready, and with a liveness probe it is started again
 * and again, each time later.
 */
final class Kubelets {

    /** A container that fails again and again is started again after at most so many doublings of its first wait. */
    private static final int LONGEST_BACK_OFF = 3;

    private final Kube kube;
    private final EventLoop loop;
    private final Timing timing;
    private final Faults faults;
    private final Consumer<ObjectNode> onStarted;
    private final Probes probes;

    /** How far each pod is, by uid; pods that have not been begun are not in it. */
    private final Map<String, PodStatus.Stage> stages = new HashMap<>();

    /** Pods, by uid, that a fault keeps where they are. */
    private final Set<String> stuck = new HashSet<>();

    /** Pods, by uid, whose probes fail and are looked at again. */
    private final Set<String> failing = new HashSet<>();

    Kubelets(Kube kube, EventLoop loop, Timing timing, Faults faults, Consumer<ObjectNode> onStarted, Probes probes) {
        this.kube = kube;
        this.loop = loop;
        this.timing = timing;
        this.faults = faults;
        this.onStarted = onStarted;
        this.probes = probes;
    }

    /** Looks at one pod. */
    void sync(ObjectKey key) {
        ObjectNode pod = kube.get(Kube.PODS, key);
        if (pod == null) {
            return;
        }
        ObjectNode node = nodeOf(pod);
        if (node == null) {
            if (Kube.isDeleted(pod) && !Json.text(pod, "spec", "nodeName").isEmpty()) {
                remove(pod); // as the controller podgc does it, which waits a while
            }
            return;
        }
        if (Kube.isDeleted(pod)) {
            stop(pod, node);
        } else if (Kube.isTrue(node, "Ready") && !stages.containsKey(Kube.uid(pod))) {
            begin(pod, node);
        }
    }

    private @Nullable ObjectNode nodeOf(JsonNode pod) {
        String node = Json.text(pod, "spec", "nodeName");
        return node.isEmpty() ? null : kube.get(Kube.NODES, new ObjectKey("", node));
    }

    private void begin(ObjectNode pod, ObjectNode node) {
        if (Pods.isOver(pod)) {
            return;
        }
        stages.put(Kube.uid(pod), PodStatus.Stage.CREATING);
        if (Pods.isReady(pod)) {
            stages.put(Kube.uid(pod), PodStatus.Stage.READY);
            return;
        }
        write(pod, node, PodStatus.Stage.CREATING);
        later(pod, timing.podStart().multipliedBy(2).dividedBy(5), this::pullAndRun);
    }

    private void later(JsonNode pod, Duration delay, Consumer<ObjectNode> next) {
        ObjectKey key = ObjectKey.of(pod);
        String uid = Kube.uid(pod);
        loop.after(delay, () -> {
            ObjectNode now = kube.get(Kube.PODS, key);
            if (now != null && Kube.uid(now).equals(uid) && !Kube.isDeleted(now)) {
                next.accept(now);
            }
        });
    }

    private void write(JsonNode pod, JsonNode node, PodStatus.Stage stage) {
        kube.status(Kube.PODS, ObjectKey.of(pod), status -> PodStatus.write(status, pod, node, stage));
    }

    private void pullAndRun(ObjectNode pod) {
        if (stages.get(Kube.uid(pod)) != PodStatus.Stage.CREATING) {
            return;
        }
        ObjectNode node = nodeOf(pod);
        if (node == null || !Kube.isTrue(node, "Ready")) {
            stages.remove(Kube.uid(pod));
            return;
        }
        String nodeName = Json.text(node, "metadata", "name");
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                String image = container.path("image").asText();
                if (matches(faults.now().imagePullFails(), nodeName, image)) {
                    pullFailed(pod, list, container, image);
                    return;
                }
            }
        }
        stages.put(Kube.uid(pod), PodStatus.Stage.RUNNING);
        write(pod, node, PodStatus.Stage.RUNNING);
        onStarted.accept(pod);
        later(pod, timing.podStart().multipliedBy(3).dividedBy(5), this::ready);
    }

    private void pullFailed(ObjectNode pod, String list, JsonNode container, String image) {
        String quoted = "\"" + image + "\"";
        String error = "rpc error: code = NotFound desc = failed to pull and unpack image " + quoted
                + ": failed to resolve reference " + quoted + ": " + image + ": not found";
        String statuses = list.equals("containers") ? "containerStatuses" : "initContainerStatuses";
        String name = container.path("name").asText();
        kube.event(pod, "Normal", "Pulling", "Pulling image " + quoted, "kubelet");
        kube.event(pod, "Warning", "Failed", "Failed to pull image " + quoted + ": " + error, "kubelet");
        waitForImage(pod, statuses, name, "ErrImagePull", error);
        later(pod, timing.podStart().dividedBy(5), now -> {
            String uid = Kube.uid(now);
            if (stages.get(uid) == PodStatus.Stage.CREATING) {
                stuck.add(uid);
                String message = "Back-off pulling image " + quoted;
                kube.event(now, "Normal", "BackOff", message, "kubelet");
                waitForImage(now, statuses, name, "ImagePullBackOff", message);
            }
        });
    }

    private void waitForImage(ObjectNode pod, String statuses, String container, String reason, String message) {
        kube.status(
                Kube.PODS,
                ObjectKey.of(pod),
                status -> PodStatus.waiting(status, statuses, container, reason, message));
        kube.event(pod, "Warning", "Failed", "Error: " + reason, "kubelet");
    }

    private static boolean matches(List<FaultSpec.PodFault> all, String node, String image) {
        return all.stream().anyMatch(fault -> fault.matches(node, image));
    }

    private void ready(ObjectNode pod) {
        ObjectNode node = nodeOf(pod);
        if (node == null || !Kube.isTrue(node, "Ready")) {
            stuck.add(Kube.uid(pod));
            failing.remove(Kube.uid(pod));
            return;
        }
        JsonNode unwell = failing(pod, "readinessProbe");
        if (unwell != null) {
            unready(pod, node, unwell);
            return;
        }
        failing.remove(Kube.uid(pod));
        String name = Json.text(node, "metadata", "name");
        for (JsonNode container : pod.path("spec").path("containers")) {
            if (matches(faults.now().neverReady(), name, container.path("image").asText())) {
                stuck.add(Kube.uid(pod));
                kube.event(
                        pod,
                        "Warning",
                        "Unhealthy",
                        "Readiness probe failed: calico/node is not ready: BIRD is not ready: BGP not established with"
                                + " 10.0.0.1",
                        "kubelet");
                return;
            }
        }
        if (Kube.owner(pod).startsWith("Job/")
                || Json.text(pod, "spec", "restartPolicy").equals("Never")) {
            stages.put(Kube.uid(pod), PodStatus.Stage.SUCCEEDED);
            write(pod, node, PodStatus.Stage.SUCCEEDED);
        } else {
            stages.put(Kube.uid(pod), PodStatus.Stage.READY);
            write(pod, node, PodStatus.Stage.READY);
        }
    }

    /** A container whose probe of this kind fails; null where none does. */
    private @Nullable JsonNode failing(JsonNode pod, String probe) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            if (container.has(probe) && !probes.failure(pod, container).isEmpty()) {
                return container;
            }
        }
        return null;
    }

    private void unready(ObjectNode pod, ObjectNode node, JsonNode container) {
        String uid = Kube.uid(pod);
        stages.put(uid, PodStatus.Stage.RUNNING);
        write(pod, node, PodStatus.Stage.RUNNING);
        String why = "Readiness probe failed: " + probes.failure(pod, container);
        kube.event(pod, "Warning", "Unhealthy", why, "kubelet");
        if (failing.add(uid)) {
            later(pod, timing.podStart(), this::probeAgain);
        }
    }

    /** Ends a container that still does not answer its liveness probe. */
    private void probeAgain(ObjectNode pod) {
        failing.remove(Kube.uid(pod));
        JsonNode container = failing(pod, "livenessProbe");
        if (container == null) {
            ready(pod);
            return;
        }
        failing.add(Kube.uid(pod));
        String name = container.path("name").asText();
        String killing = "Container " + name + " failed liveness probe, will be restarted";
        kube.event(pod, "Normal", "Killing", killing, "kubelet");
        AtomicInteger restarts = new AtomicInteger();
        kube.status(Kube.PODS, ObjectKey.of(pod), status -> {
            restarts.set(PodStatus.ended(status, name));
            String message = "back-off restarting failed container=" + name + " pod="
                    + Json.text(pod, "metadata", "name") + "_" + Json.text(pod, "metadata", "namespace");
            PodStatus.waiting(status, "containerStatuses", name, "CrashLoopBackOff", message);
        });
        kube.event(pod, "Warning", "BackOff", "Back-off restarting failed container", "kubelet");
        later(pod, timing.podStart().multipliedBy(1L << Math.min(restarts.get() - 1, LONGEST_BACK_OFF)), now -> {
            failing.remove(Kube.uid(now));
            ObjectNode node = nodeOf(now);
            if (node != null) {
                write(now, node, PodStatus.Stage.RUNNING);
                onStarted.accept(now);
            }
            later(now, timing.podStart().multipliedBy(3).dividedBy(5), this::ready);
        });
    }

    /** Probes the containers of every ready pod. */
    void probe() {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            ObjectNode node = nodeOf(pod);
            if (node != null && stages.get(Kube.uid(pod)) == PodStatus.Stage.READY && !Kube.isDeleted(pod)) {
                JsonNode unwell = failing(pod, "readinessProbe");
                if (unwell != null) {
                    unready(pod, node, unwell);
                }
            }
        }
    }

    private void stop(ObjectNode pod, ObjectNode node) {
        boolean forced = pod.path("metadata").path("deletionGracePeriodSeconds").asLong(-1) == 0;
        if (Kube.isTrue(node, "Ready") || forced) {
            remove(pod);
        }
    }

    private void remove(ObjectNode pod) {
        ObjectKey key = ObjectKey.of(pod);
        String uid = Kube.uid(pod);
        loop.after(timing.podStop(), () -> {
            ObjectNode now = kube.get(Kube.PODS, key);
            if (now != null
                    && Kube.uid(now).equals(uid)
                    && now.path("metadata").path("finalizers").isEmpty()) {
                kube.store().remove(Kube.PODS, key);
            }
        });
    }

    /** Forgets a pod that is gone. */
    void gone(JsonNode pod) {
        stages.remove(Kube.uid(pod));
        stuck.remove(Kube.uid(pod));
        failing.remove(Kube.uid(pod));
    }

    /** Looks again at every pod that is not where it should be: a fault may have been taken back. */
    void retry() {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            PodStatus.Stage stage = stages.get(Kube.uid(pod));
            boolean held = stuck.remove(Kube.uid(pod));
            if (held && stage == PodStatus.Stage.CREATING) {
                later(pod, timing.podStart().dividedBy(5), this::pullAndRun);
            } else if (held || (stage == PodStatus.Stage.READY && !Pods.isReady(pod))) {
                later(pod, timing.podStart().dividedBy(5), this::ready);
            } else if (stage == null) {
                sync(ObjectKey.of(pod));
            }
        }
    }

    /** A container ends and is started again: not ready for a while, one restart more. */
    void restart(ObjectKey key, String container) {
        boolean there = kube.status(Kube.PODS, key, status -> {
            PodStatus.ended(status, container);
            PodStatus.condition(status, "Ready", false, "ContainersNotReady");
            PodStatus.condition(status, "ContainersReady", false, "ContainersNotReady");
        });
        ObjectNode pod = kube.get(Kube.PODS, key);
        if (there && pod != null) {
            stages.put(Kube.uid(pod), PodStatus.Stage.RUNNING);
            onStarted.accept(pod);
            later(pod, timing.podStart().multipliedBy(3).dividedBy(5), this::ready);
        }
    }
}
