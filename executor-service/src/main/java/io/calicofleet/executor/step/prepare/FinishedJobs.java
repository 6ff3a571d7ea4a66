package io.calicofleet.executor.step.prepare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.merge.MergeAction;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes the finished Jobs of a manifest whose template the target changes: it is immutable, an apply would be refused
 * (configure-canal, from v3.23 on).
 *
 * <p>They are not made anew. What the Job had to do is done, and to do it again would set flannel's network in etcd to
 * whatever the manifest says. A Job that still runs is left alone: nobody knows how far it is.
 */
final class FinishedJobs implements Preparation {

    private static final String JOB = "Job";
    private static final Duration DELETION = Duration.ofMinutes(2);

    @Override
    public boolean isFor(InstallMethod method) {
        return method == InstallMethod.MANIFEST_CANAL_ETCD;
    }

    @Override
    public Prepared prepare(StepContext context) {
        ClusterApi cluster = context.cluster();
        Manifests manifests = Manifests.of(context);
        List<String> deleted = new ArrayList<>();
        Plan plan = Planning.of(context, manifests).plan();
        for (ResourceRef ref : manifests.refs()) {
            Optional<ObjectNode> job = ref.kind().equals(JOB) ? cluster.find(ref) : Optional.empty();
            if (job.isEmpty() || !mustGo(plan, ref.key())) {
                continue;
            }
            if (!isFinished(job.get())) {
                return Prepared.refused(
                        deleted,
                        ref.object()
                                + " has not finished, and its template cannot be changed: wait until it is complete,"
                                + " or delete it if it never will be, then retry");
            }
            cluster.delete(job.get());
            String old = uid(job.get());
            boolean gone = context.rollouts()
                    .await(
                            () -> ref.object() + " is being deleted, so that the release's can be created",
                            ref.apiVersion(),
                            ref.kind(),
                            ref.namespace(),
                            () -> cluster.find(ref)
                                    .map(now -> !uid(now).equals(old))
                                    .orElse(true),
                            DELETION);
            if (!gone) {
                return Prepared.refused(
                        deleted, ref.object() + " is being deleted for " + DELETION.toMinutes() + " minutes");
            }
            deleted.add(ref.object() + " deleted");
        }
        return Prepared.changed(deleted);
    }

    /** Whether only another Job could be what the target wants. */
    private static boolean mustGo(Plan plan, ObjectKey key) {
        return plan.merge().objects().stream()
                .filter(object -> object.key().equals(key))
                .map(MergedObject::action)
                .anyMatch(MergeAction.RECREATE::equals);
    }

    private static boolean isFinished(ObjectNode job) {
        return Json.elements(job.path("status").get("conditions"))
                .filter(condition -> Json.text(condition, "status").equals("True"))
                .map(condition -> Json.text(condition, "type"))
                .anyMatch(type -> type.equals("Complete") || type.equals("Failed"));
    }

    private static String uid(ObjectNode object) {
        return object.path("metadata").path("uid").asText();
    }
}
