package io.calicofleet.executor.step.manifest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.merge.MergeAction;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Objects;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Has the API server try every write before the first one is made ({@code dryRun=All}: rights, admission, validation),
 * so that what it refuses leaves the cluster as it was. Stores nothing; may be repeated.
 *
 * <p>What cannot be tried is left out: objects whose definition or namespace comes with the same release, objects that are
 * deleted and created anew, and those that an admission webhook without dry runs looks at.
 */
public final class Rehearsal {

    private Rehearsal() {}

    /**
     * What the API server would refuse of these writes; empty where nothing.
     *
     * @throws ClusterException where it gives no answer
     */
    public static Optional<StepOutcome.Failed> refused(StepContext context, List<MergedObject> changes) {
        Set<String> defined = new HashSet<>();
        changes.stream()
                .filter(change -> change.key().kind().equals("CustomResourceDefinition"))
                .forEach(change -> defined.add(kind(requireNonNull(change.write()))));
        List<String> refused = new ArrayList<>();
        Problem worst = null;
        for (MergedObject change : changes) {
            JsonNode write = change.write();
            if (change.action() == MergeAction.RECREATE || write == null || defined.contains(ofKind(write))) {
                continue;
            }
            Optional<ClusterException> refusal = tried(context, change);
            if (refusal.isPresent()) {
                worst = worst == Problem.FORBIDDEN ? worst : refusal.get().problem();
                refused.add(change.key().object() + ": " + refusal.get().message());
            }
        }
        if (worst == null) {
            return Optional.empty();
        }
        return Optional.of(new StepOutcome.Failed(
                worst.reason(),
                "the API server would refuse " + refused.size() + " of " + changes.size() + " writes: "
                        + refused.getFirst() + ". Nothing was written",
                refused));
    }

    private static Optional<ClusterException> tried(StepContext context, MergedObject change) {
        try {
            ObjectNode write = requireNonNull(change.write());
            ObjectNode unused = context.cluster()
                    .rehearse(change.action() == MergeAction.CREATE ? Objects.creatable(write) : write);
            return Optional.empty();
        } catch (ClusterException e) {
            return switch (e.problem()) {
                case FORBIDDEN, REFUSED -> Optional.of(e);
                // A webhook with side effects; the API server does not even ask it.
                case INVALID -> e.message().contains("does not support dry run") ? Optional.empty() : Optional.of(e);
                // Its namespace comes first, or somebody was faster: the write itself finds out, and merges again.
                case NOT_FOUND, CONFLICT, ALREADY_EXISTS -> Optional.empty();
                case UNAVAILABLE, DATASTORE_UNAVAILABLE, UNEXPECTED -> throw e;
            };
        }
    }

    private static String kind(JsonNode definition) {
        return definition.at("/spec/group").asText() + " "
                + definition.at("/spec/names/kind").asText();
    }

    private static String ofKind(JsonNode object) {
        String apiVersion = object.path("apiVersion").asText();
        int slash = apiVersion.indexOf('/');
        return (slash < 0 ? "" : apiVersion.substring(0, slash)) + " "
                + object.path("kind").asText();
    }
}
