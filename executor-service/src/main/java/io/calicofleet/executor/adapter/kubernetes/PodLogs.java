package io.calicofleet.executor.adapter.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.PodLog;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Reads the last lines of the logs of many pods, a few at once: each is a request that the API server passes on to a kubelet. */
final class PodLogs {

    private static final int AT_ONCE = 8;
    private static final int LONGEST_LINE = 512;

    private final KubernetesApi cluster;

    PodLogs(KubernetesApi cluster) {
        this.cluster = requireNonNull(cluster, "cluster");
    }

    List<PodLog> of(String namespace, String labelSelector, int lines) {
        List<ObjectNode> pods = cluster.list("v1", "Pod", namespace, labelSelector);
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<Optional<PodLog>>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ObjectNode pod : pods) {
                if (!Json.text(pod.path("spec"), "nodeName").isEmpty()) {
                    asked.add(threads.submit(() -> {
                        places.acquire();
                        try {
                            return of(pod, lines);
                        } finally {
                            places.release();
                        }
                    }));
                }
            }
        }
        List<PodLog> logs = new ArrayList<>();
        for (Future<Optional<PodLog>> each : asked) {
            try {
                each.get().ifPresent(logs::add);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ClusterException refused) {
                    throw refused;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return logs;
            }
        }
        return logs;
    }

    private Optional<PodLog> of(ObjectNode pod, int lines) {
        String name = Json.text(pod.path("metadata"), "name");
        String path = "/api/v1/namespaces/" + KubernetesApi.encode(Json.text(pod.path("metadata"), "namespace"))
                + "/pods/" + KubernetesApi.encode(name) + "/log?tailLines=" + lines + "&limitBytes="
                + lines * LONGEST_LINE;
        return cluster.text(path)
                .map(text -> new PodLog(
                        name,
                        Json.text(pod.path("spec"), "nodeName"),
                        text.lines().toList()));
    }
}
