package io.calicofleet.executor.step;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergeAction;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes merged objects, each under the resourceVersion it was merged from. Whoever was faster is not overwritten: the
 * object is read and merged again.
 *
 * <pre>
 *   CREATE    create; is it there by now, merge again
 *   UPDATE    replace; has it changed, merge again
 *   RECREATE  remember what is to come, delete, wait until it is gone, create, forget
 * </pre>
 */
final class Applier {

    /** How often an object is merged again before it is given up; each time somebody else was faster. */
    private static final int ATTEMPTS = 12;

    private static final Duration DELETION = Duration.ofMinutes(5);

    private final StepContext context;
    private final Manifests manifests;
    private final OnConflict onConflict;

    Applier(StepContext context, Manifests manifests, OnConflict onConflict) {
        this.context = requireNonNull(context, "context");
        this.manifests = requireNonNull(manifests, "manifests");
        this.onConflict = requireNonNull(onConflict, "onConflict");
    }

    /** The plan for what is there now. What the step itself has deleted to create it anew counts as being there. */
    MergePlan plan() {
        return ManifestMerge.plan(
                manifests.source(), manifests.live(context.cluster()), manifests.target(), onConflict);
    }

    /**
     * Brings one object to where the plan wants it.
     *
     * @return whether something was written; false where it had become so by itself
     * @throws ClusterException where the cluster refuses it
     */
    boolean apply(MergedObject planned) {
        ClusterException last = null;
        MergedObject merged = planned;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!merged.changes()) {
                // Where an answer was lost it was us, and nobody can tell.
                return last != null;
            }
            try {
                write(merged);
                return true;
            } catch (ClusterException e) {
                switch (e.problem()) {
                    case CONFLICT, ALREADY_EXISTS, NOT_FOUND -> {
                        last = e;
                        merged = again(planned.key(), e);
                    }
                    case INVALID, FORBIDDEN, UNAVAILABLE, DATASTORE_UNAVAILABLE, UNEXPECTED -> throw e;
                }
            }
        }
        throw new ClusterException(
                Problem.CONFLICT, planned.key().object() + " changes faster than it can be merged", last);
    }

    /** Goes on where a step was interrupted between the deletion of an object and its creation. */
    void finishRecreations() {
        for (ResourceRef ref : manifests.refs()) {
            Optional<ObjectNode> replacement = context.intents().recreating(ref.key());
            if (replacement.isPresent()) {
                recreate(context.cluster().find(ref).orElse(null), replacement.get());
            }
        }
    }

    private MergedObject again(ObjectKey key, ClusterException why) {
        Manifests one = manifests.only(key);
        ManifestDocuments live = one.live(context.cluster());
        MergePlan plan = ManifestMerge.plan(one.source(), live, one.target(), onConflict);
        if (!plan.conflicts().isEmpty()) {
            throw new ClusterException(
                    Problem.UNEXPECTED,
                    key.object() + " was changed while it was upgraded, so that it conflicts with the release now; "
                            + "a retry lists the fields",
                    why);
        }
        return plan.objects().stream()
                .filter(object -> object.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the merge of " + key + " does not name it"));
    }

    private void write(MergedObject merged) {
        ObjectNode wanted = requireNonNull(merged.write(), "a change without what to write");
        MergeAction action = merged.action();
        switch (action) {
            case CREATE -> context.cluster().create(Objects.creatable(wanted));
            case UPDATE -> context.cluster().replace(wanted);
            case RECREATE -> {
                ObjectNode present =
                        context.cluster().find(ResourceRef.of(wanted)).orElse(null);
                recreate(present, Objects.creatable(wanted));
            }
            case NONE, LEAVE_DELETED, OBSOLETE ->
                throw new IllegalStateException(action + " of " + merged.key() + " is nothing to write");
        }
    }

    /** Deletes what is there and creates {@code replacement}; continues where it was interrupted. */
    void recreate(@Nullable ObjectNode present, ObjectNode replacement) {
        ClusterApi cluster = context.cluster();
        ResourceRef ref = ResourceRef.of(replacement);
        if (context.intents().recreating(ref.key()).isEmpty()) {
            context.intents().recreate(replacement);
        }
        if (present != null && !Objects.isSo(replacement, present)) {
            cluster.delete(present);
            String old = present.path("metadata").path("uid").asText();
            boolean gone = context.rollouts()
                    .await(
                            ref.apiVersion(),
                            ref.kind(),
                            ref.namespace(),
                            () -> cluster.find(ref)
                                    .map(now -> !now.path("metadata")
                                            .path("uid")
                                            .asText()
                                            .equals(old))
                                    .orElse(true),
                            DELETION);
            if (!gone) {
                throw new ClusterException(
                        Problem.UNEXPECTED, ref + " is being deleted for " + DELETION.toMinutes() + " minutes", null);
            }
        }
        if (cluster.find(ref).isEmpty()) {
            cluster.create(replacement);
        }
        context.intents().recreated(ref.key());
    }

    /** Waits until the API server serves what these definitions define. */
    boolean awaitEstablished(List<ResourceRef> definitions, Duration limit) {
        if (definitions.isEmpty()) {
            return true;
        }
        ResourceRef first = definitions.getFirst();
        return context.rollouts()
                .await(
                        first.apiVersion(),
                        first.kind(),
                        "",
                        () -> definitions.stream().allMatch(this::established),
                        limit);
    }

    private boolean established(ResourceRef definition) {
        return context.cluster()
                .find(definition)
                .map(object -> {
                    for (var condition : object.path("status").path("conditions")) {
                        if ("Established".equals(condition.path("type").asText())) {
                            return "True".equals(condition.path("status").asText());
                        }
                    }
                    return false;
                })
                .orElse(false);
    }
}
