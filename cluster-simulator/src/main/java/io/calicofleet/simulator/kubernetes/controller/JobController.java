package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;

/** Runs a Job's pods until as many as it wants have succeeded. */
final class JobController {

    private final Kube kube;

    JobController(Kube kube) {
        this.kube = kube;
    }

    void sync(ObjectKey key) {
        ObjectNode job = kube.get(Kube.JOBS, key);
        if (job == null || Kube.isDeleted(job) || Kube.isTrue(job, "Complete")) {
            return;
        }
        List<ObjectNode> pods = kube.ownedBy(Kube.PODS, job);
        int wanted = job.path("spec").path("completions").asInt(1);
        int parallel = job.path("spec").path("parallelism").asInt(1);
        int succeeded = (int) pods.stream().filter(Pods::isOver).count();
        int active = pods.size() - succeeded;
        for (; active < parallel && active + succeeded < wanted; active++) {
            kube.create(
                    Kube.PODS,
                    Pods.ofTemplate(job, job.path("spec").path("template"), key.name() + "-" + ObjectApi.suffix()));
        }
        int running = active;
        kube.status(Kube.JOBS, key, status -> {
            if (!status.has("startTime")) {
                status.put("startTime", Times.now());
            }
            status.remove("active");
            if (running > 0) {
                status.put("active", running);
            }
            if (succeeded > 0) {
                status.put("succeeded", succeeded);
            }
            if (succeeded >= wanted) {
                PodStatus.condition(status, "Complete", true, "");
                status.put("completionTime", Times.now());
            }
        });
    }
}
