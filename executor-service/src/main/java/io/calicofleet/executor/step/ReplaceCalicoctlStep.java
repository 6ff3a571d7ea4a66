package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
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
        Optional<Manifests> assumed = assumed(context, manifests, pod);
        OnConflict asked = context.parameters().onConflict();
        // Without a base each difference in the rights of calicoctl would be a conflict; the target's are what it
        // needs.
        OnConflict rule = assumed.isPresent() ? OnConflict.TAKE_NEW : asked == null ? OnConflict.HOLD : asked;
        Applier applier = new Applier(context, assumed.orElse(manifests), rule);
        applier.finishRecreations();
        MergePlan plan = applier.plan();
        if (!plan.conflicts().isEmpty()) {
            return Optional.of(new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, plan.conflicts()));
        }
        for (MergedObject object : plan.changes()) {
            if (object.key().equals(pod.key())) {
                ObjectNode wanted = object.write();
                if (wanted != null && !isOf(context, pod)) {
                    ObjectNode present = context.cluster().find(pod).orElse(null);
                    applier.recreate(present, Objects.creatable(wanted));
                    changes.add(pod.object());
                }
            } else if (applier.apply(object)) {
                changes.add(object.key().object());
            }
        }
        notes.addAll(plan.notes());
        return Optional.empty();
    }

    /** Whether the pod runs the target's calicoctl: then it is done, however else it differs from the release's. */
    private static boolean isOf(StepContext context, ResourceRef pod) {
        CalicoVersion target = Manifests.target(context);
        return context.cluster()
                .find(pod)
                .map(present -> present.path("spec").path("containers").valueStream())
                .orElse(Stream.empty())
                .map(container -> container.path("image").asText())
                .filter(CalicoImages::isCalicoctl)
                .anyMatch(image ->
                        CalicoVersion.ofImage(image).filter(target::equals).isPresent());
    }

    /**
     * Where nothing tells what the pod was made from, it is taken for the target's but for image, command and arguments:
     * these must follow the target, newer images have no shell for an older command. All else that differs is then what
     * people changed, the way to an etcd and its certificates among it. Empty where its origin is known.
     */
    private static Optional<Manifests> assumed(StepContext context, Manifests manifests, ResourceRef pod) {
        Optional<ObjectNode> live = context.cluster().find(pod);
        Optional<ObjectNode> target = manifests.target().find(pod.key());
        boolean based = manifests.source().find(pod.key()).isPresent()
                || live.filter(object -> object.at("/metadata/annotations")
                                .has("kubectl.kubernetes.io/last-applied-configuration"))
                        .isPresent();
        if (based || live.isEmpty() || target.isEmpty()) {
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
        return Optional.of(manifests.from(ManifestDocuments.of(List.of(base))));
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
                        && CalicoVersion.ofImage(image)
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
