package io.calicofleet.executor.step.manifest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.Lines;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergeAction;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.core.plan.PlannedObject;
import io.calicofleet.executor.core.plan.WhoChanged;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Objects;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries a plan out, object by object; each write under the resourceVersion that was read for it, marked with the plan.
 *
 * <pre>
 *   as it was when the plan was made     what the plan says:  CREATE    create
 *                                                             UPDATE    replace
 *                                                             RECREATE  remember what is to come, delete, wait until
 *                                                                       it is gone, create, forget
 *   changed since, not written by us     the plan's changes are laid over what is there; a field that both changed
 *                                        stops the step
 *   written by us                        done; a field of the plan that somebody undid is put back, once, and told;
 *                                        undone again it stops the step, with who does it. All else stays as it is
 * </pre>
 */
public final class Applier {

    /** How often an object is read again before it is given up; each time somebody else was faster. */
    private static final int ATTEMPTS = 12;

    private static final Duration DELETION = Duration.ofMinutes(5);

    /** What became of an object. */
    public sealed interface Applied permits Applied.Written, Applied.AsItShouldBe, Applied.Stopped {

        /** Something was written; with what a person should know of it. */
        record Written(List<String> notes) implements Applied {
            public Written {
                notes = List.copyOf(notes);
            }
        }

        /**
         * It had become so by itself, or was so.
         *
         * @param notes what somebody should know
         */
        record AsItShouldBe(List<String> notes) implements Applied {
            public AsItShouldBe {
                notes = List.copyOf(notes);
            }
        }

        /** It cannot go on. */
        record Stopped(StepOutcome.Failed why) implements Applied {
            public Stopped {
                requireNonNull(why, "why");
            }
        }
    }

    private final StepContext context;
    private final Plan plan;
    private final Set<String> putBack;
    private final Set<String> told = new LinkedHashSet<>();

    public Applier(StepContext context, Plan plan) {
        this.context = requireNonNull(context, "context");
        this.plan = requireNonNull(plan, "plan");
        this.putBack = new LinkedHashSet<>(context.plans().putBack(context.step()));
    }

    /** Whether an object is not yet as the plan left it. */
    public boolean isLeft(PlannedObject planned) {
        return context.cluster()
                .find(ref(planned))
                .filter(live -> PlanMark.isOf(live, plan.digest()))
                .isEmpty();
    }

    /**
     * Brings one object to where the plan wants it.
     *
     * @throws ClusterException where the cluster refuses it
     */
    public Applied apply(PlannedObject planned) {
        ClusterException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectNode live = context.cluster().find(ref(planned)).orElse(null);
            try {
                Applied applied = apply(planned, live);
                // Where an answer was lost it was us, and nobody can tell.
                return last != null && applied instanceof Applied.AsItShouldBe
                        ? new Applied.Written(List.of())
                        : applied;
            } catch (ClusterException e) {
                switch (e.problem()) {
                    case CONFLICT, ALREADY_EXISTS, NOT_FOUND -> last = e;
                    case INVALID, FORBIDDEN, REFUSED, UNAVAILABLE, DATASTORE_UNAVAILABLE, UNEXPECTED -> throw e;
                }
            }
        }
        throw new ClusterException(
                Problem.CONFLICT, planned.merged().key().object() + " changes faster than it can be written", last);
    }

    private Applied apply(PlannedObject planned, @Nullable ObjectNode live) {
        boolean written = live != null && PlanMark.isOf(live, plan.digest());
        if (!written && asPlanned(planned.before(), live)) {
            write(planned.merged(), live);
            return new Applied.Written(List.of());
        }
        MergedObject again = ManifestMerge.again(planned.merged(), planned.before(), live, written);
        if (!again.conflicts().isEmpty()) {
            return new Applied.Stopped(changedMeanwhile(again.conflicts()));
        }
        if (!again.changes()) {
            return new Applied.AsItShouldBe(List.of());
        }
        if (!written) {
            write(again, live);
            if (live != null && NodeHold.isHeld(live)) {
                return new Applied.Written(List.of());
            }
            return new Applied.Written(List.of(planned.merged().key().object()
                    + " was changed by somebody while it was upgraded; what they" + " changed is kept"));
        }
        return putBack(again, requireNonNull(live));
    }

    private Applied putBack(MergedObject again, ObjectNode live) {
        String object = again.key().object();
        List<Differences.Field> undone = Differences.between(requireNonNull(again.write()), live);
        if (undone.isEmpty()) {
            return new Applied.AsItShouldBe(List.of()); // what was last applied, say
        }
        if (keptSo(again, live, undone)) {
            return new Applied.AsItShouldBe(
                    told.add(object)
                            ? List.of("the API server itself keeps " + object
                                    + " otherwise than the release has it, by what"
                                    + " its version does not know or by its admission: " + paths(undone))
                            : List.of());
        }
        String who = WhoChanged.of(live, undone);
        List<String> fields =
                undone.stream().map(field -> object + " " + field.path()).toList();
        if (fields.stream().anyMatch(putBack::contains)) {
            return new Applied.Stopped(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    object + " is changed back by " + who + " again and again; it was put in place once more and is not"
                            + " fought for. Have " + who
                            + " take the new release, or leave this object alone, then retry",
                    fields));
        }
        write(again, live);
        context.plans().putBack(context.step(), new LinkedHashSet<>(fields));
        putBack.addAll(fields);
        return new Applied.Written(
                List.of(object + " was changed back by " + who + " and was put in place again: " + paths(undone)));
    }

    /**
     * Whether these fields are what the API server makes of the release's by itself: it would store them so again. Fields its version
     * does not know are dropped (k8s.io/apimachinery, fieldValidation is Ignore for PUT), and admission webhooks change others.
     */
    private boolean keptSo(MergedObject again, ObjectNode live, List<Differences.Field> undone) {
        try {
            ObjectNode stored = context.cluster()
                    .rehearse(plan.marked(requireNonNull(again.write(), "a change without what to write")));
            Set<Differences.Field> others = new LinkedHashSet<>(Differences.between(stored, live));
            return undone.stream().noneMatch(others::contains);
        } catch (ClusterException e) {
            return switch (e.problem()) {
                // It cannot be tried, so nothing tells.
                case INVALID, FORBIDDEN, REFUSED -> false;
                case CONFLICT, ALREADY_EXISTS, NOT_FOUND, UNAVAILABLE, DATASTORE_UNAVAILABLE, UNEXPECTED -> throw e;
            };
        }
    }

    private static String paths(List<Differences.Field> fields) {
        return String.join(", ", fields.stream().map(Differences.Field::path).toList());
    }

    private static StepOutcome.Failed changedMeanwhile(List<FieldConflict> conflicts) {
        String object = conflicts.getFirst().object();
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                object
                        + " was changed by somebody while it was upgraded, in fields the release changes, too. Nothing of"
                        + " that is overwritten; a retry lists the fields to decide on",
                conflicts.stream()
                        .map(conflict -> conflict.object() + " " + conflict.path() + ": has " + conflict.mine()
                                + ", the release has " + conflict.target())
                        .toList());
    }

    /** Whether nobody has touched it since the plan was made. */
    private static boolean asPlanned(@Nullable ObjectNode before, @Nullable ObjectNode live) {
        if (before == null || live == null) {
            return before == null && live == null;
        }
        return version(before).equals(version(live));
    }

    private static List<String> version(ObjectNode object) {
        return List.of(
                object.at("/metadata/uid").asText(),
                object.at("/metadata/resourceVersion").asText());
    }

    private static ResourceRef ref(PlannedObject planned) {
        return ResourceRef.of(requireNonNull(planned.merged().write(), "a change without what to write"));
    }

    /** Goes on where a step was interrupted between the deletion of an object and its creation. */
    public static void finishRecreations(StepContext context, Plan plan) {
        for (PlannedObject planned : plan.changes()) {
            ResourceRef ref = ref(planned);
            Optional<ObjectNode> replacement = context.intents().recreating(ref.key());
            if (replacement.isPresent()) {
                recreate(context, context.cluster().find(ref).orElse(null), replacement.get());
            }
        }
    }

    private void write(MergedObject merged, @Nullable ObjectNode live) {
        ObjectNode wanted = plan.marked(requireNonNull(merged.write(), "a change without what to write"));
        MergeAction action = merged.action();
        switch (action) {
            case CREATE -> context.cluster().create(Objects.creatable(wanted));
            case UPDATE -> context.cluster().replace(wanted);
            case RECREATE -> recreate(context, live, Objects.creatable(wanted));
            case NONE, LEAVE_DELETED, OBSOLETE ->
                throw new IllegalStateException(action + " of " + merged.key() + " is nothing to write");
        }
    }

    /** Deletes what is there and creates {@code replacement}; continues where it was interrupted. */
    public static void recreate(StepContext context, @Nullable ObjectNode present, ObjectNode replacement) {
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
                            () -> ref.object() + " is being deleted, so that it can be created anew",
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
    public static boolean awaitEstablished(StepContext context, List<ResourceRef> definitions, Duration limit) {
        if (definitions.isEmpty()) {
            return true;
        }
        ResourceRef first = definitions.getFirst();
        return context.rollouts()
                .await(
                        () -> "the API server does not serve yet what is defined by "
                                + Lines.some(definitions.stream()
                                        .filter(definition -> !established(context, definition))
                                        .map(ResourceRef::name)
                                        .toList()),
                        first.apiVersion(),
                        first.kind(),
                        "",
                        () -> definitions.stream().allMatch(definition -> established(context, definition)),
                        limit);
    }

    private static boolean established(StepContext context, ResourceRef definition) {
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
