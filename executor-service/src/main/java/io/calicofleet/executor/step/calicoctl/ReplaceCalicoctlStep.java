package io.calicofleet.executor.step.calicoctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlannedObject;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.manifest.Applier;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the calicoctl pod of a release's calicoctl.yaml by the target's, local changes kept. A bare pod cannot be
 * upgraded in place, so it is deleted and created anew. An install on etcd has that of calicoctl-etcd.yaml. What else runs an older calicoctl is reported, not touched: it
 * belongs to somebody.
 *
 * <p>It knows that it is done by the pod running the target's image, or by there being none. Undone by the restore.
 */
public final class ReplaceCalicoctlStep implements StepHandler {

    @Override
    public StepKind kind() {
        return StepKind.REPLACE_CALICOCTL;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        List<ObjectNode> pods = context.cluster().list(Kinds.CORE, "Pod");
        Manifests manifests = Manifests.ofCalicoctl(context);
        Optional<ResourceRef> pod = manifests.refs().stream()
                .filter(ref -> ref.kind().equals("Pod"))
                .findFirst();
        List<String> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (pod.isPresent()) {
            Optional<ObjectNode> interrupted =
                    context.intents().recreating(pod.get().key());
            boolean present = context.cluster().find(pod.get()).isPresent();
            if (present || interrupted.isPresent()) {
                Optional<StepOutcome> held = replace(context, manifests, pod.get(), changes, notes);
                if (held.isPresent()) {
                    return held.get();
                }
            }
        }
        CalicoVersion target = Manifests.target(context);
        notes.addAll(olderElsewhere(pods, target, pod.map(ResourceRef::key).orElse(null)));
        return new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                changes.isEmpty() ? "there is no calicoctl to replace" : "calicoctl is of " + target + " now");
    }

    private static Optional<StepOutcome> replace(
            StepContext context, Manifests manifests, ResourceRef pod, List<String> changes, List<String> notes) {
        Optional<Plan> begun = context.plans().of(context.step());
        if (begun.isEmpty()) {
            Planning planning = Planning.of(context, manifests, live -> assumed(live, manifests, pod));
            Plan made = planning.plan();
            if (!made.merge().conflicts().isEmpty()) {
                return Optional.of(
                        planning.isHeldWithoutBase()
                                ? new StepOutcome.Held(
                                        HoldReason.BASE_UNKNOWN,
                                        made.merge().conflicts(),
                                        planning.basis().why())
                                : new StepOutcome.Held(
                                        HoldReason.CUSTOMISATION_CONFLICTS,
                                        made.merge().conflicts()));
            }
            if (!made.changes().isEmpty()) {
                planning.used().forEach(context.plans()::keep);
                context.plans().keep(manifests.wanted().file());
                context.plans().keep(context.step(), made);
            }
            begun = Optional.of(made);
        }
        Plan plan = begun.get();
        Applier.finishRecreations(context, plan);
        Applier applier = new Applier(context, plan);
        for (PlannedObject object : plan.changes()) {
            if (object.merged().key().equals(pod.key())) {
                ObjectNode wanted = object.merged().write();
                if (wanted != null && !isOf(context, pod)) {
                    ObjectNode present = context.cluster().find(pod).orElse(null);
                    Applier.recreate(context, present, Objects.creatable(wanted));
                    changes.add(pod.object());
                }
                continue;
            }
            switch (applier.apply(object)) {
                case Applier.Applied.Written made -> {
                    changes.add(object.merged().key().object());
                    notes.addAll(made.notes());
                }
                case Applier.Applied.AsItShouldBe known -> notes.addAll(known.notes());
                case Applier.Applied.Stopped stopped -> {
                    return Optional.of(stopped.why());
                }
            }
        }
        notes.addAll(plan.merge().notes());
        return Optional.empty();
    }

    /** Whether the pod runs the target's calicoctl: then it is done, however else it differs from the release's. */
    private static boolean isOf(StepContext context, ResourceRef pod) {
        CalicoVersion target = Manifests.images(context);
        return context.cluster()
                .find(pod)
                .map(present -> present.path("spec").path("containers").valueStream())
                .orElse(Stream.empty())
                .map(container -> container.path("image").asText())
                .filter(CalicoImages::isCalicoctl)
                .anyMatch(image ->
                        CalicoImages.version(image).filter(target::equals).isPresent());
    }

    /**
     * Where nothing tells what the pod was made from, it is taken for the target's but for image, command and arguments:
     * these must follow the target, newer images have no shell for an older command. All else that differs is then what
     * people changed, the way to an etcd and its certificates among it.
     */
    private static Optional<ObjectNode> assumed(ManifestDocuments all, Manifests manifests, ResourceRef pod) {
        Optional<ObjectNode> live = all.find(pod.key());
        Optional<ObjectNode> target = manifests.target().find(pod.key());
        if (live.isEmpty() || target.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode base = target.get().deepCopy();
        for (JsonNode container : base.path("spec").path("containers")) {
            for (JsonNode present : live.get().path("spec").path("containers")) {
                if (container instanceof ObjectNode assumed
                        && container.path("name").equals(present.path("name"))) {
                    ImageReference had =
                            ImageReference.parse(present.path("image").asText());
                    String home = ImageReference.parse(container.path("image").asText())
                            .location();
                    assumed.put("image", had.at(home).toString());
                    for (String field : List.of("command", "args")) {
                        assumed.remove(field);
                        if (present.has(field)) {
                            assumed.set(field, present.get(field));
                        }
                    }
                }
            }
        }
        return Optional.of(base);
    }

    private static List<String> olderElsewhere(
            List<ObjectNode> pods, CalicoVersion target, @Nullable ObjectKey replaced) {
        List<String> notes = new ArrayList<>();
        for (ObjectNode pod : pods) {
            ObjectKey key = ObjectKey.of(pod);
            if (key.equals(replaced)) {
                continue;
            }
            for (JsonNode container : pod.path("spec").path("containers")) {
                String image = container.path("image").asText();
                if (CalicoImages.isCalicoctl(image)
                        && CalicoImages.version(image)
                                .filter(version -> version.compareTo(target) >= 0)
                                .isEmpty()) {
                    notes.add(key.object() + " still runs " + image
                            + ": replace it, an older calicoctl must not be used after the upgrade");
                }
            }
        }
        return notes;
    }
}
