package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.merge.ObjectKey;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the calicoctl pod of a release's calicoctl.yaml by the target's, local changes kept. A bare pod cannot be
 * upgraded in place, so it is deleted and created anew. What else runs an older calicoctl is reported, not touched: it
 * belongs to somebody.
 *
 * <p>It knows that it is done by the pod running the target's image, or by there being none. Undone by the restore.
 */
public final class ReplaceCalicoctlStep implements StepHandler {

    private static final Pattern IMAGE =
            Pattern.compile("(?<registry>.*?)(?<rest>(?:calico/)?(?:ctl|calicoctl)[:@].+)");
    private static final Set<String> PUBLIC = Set.of("", "docker.io/", "quay.io/");

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
        Applier applier = new Applier(context, manifests, rule(context, manifests, pod));
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
                    ObjectNode replacement = Objects.creatable(wanted);
                    if (present != null) {
                        keepRegistry(present, replacement);
                    }
                    applier.recreate(present, replacement);
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
                .filter(ReplaceCalicoctlStep::isCalicoctl)
                .anyMatch(image ->
                        CalicoVersion.ofImage(image).filter(target::equals).isPresent());
    }

    /**
     * Where nothing tells what the pod was made from, every difference would be a conflict; its command must then be the
     * target's, since newer images have no shell for the older one.
     */
    private static OnConflict rule(StepContext context, Manifests manifests, ResourceRef pod) {
        boolean based = manifests.source().find(pod.key()).isPresent()
                || context.cluster()
                        .find(pod)
                        .map(live -> live.path("metadata")
                                .path("annotations")
                                .has("kubectl.kubernetes.io/last-applied-configuration"))
                        .orElse(false);
        OnConflict rule = context.parameters().onConflict();
        if (!based) {
            return OnConflict.TAKE_NEW;
        }
        return rule == null ? OnConflict.HOLD : rule;
    }

    /**
     * A pod that was applied from a private registry has that in its last-applied annotation, too, where it looks like the
     * release's own; the registry is kept all the same.
     */
    private static void keepRegistry(ObjectNode present, ObjectNode replacement) {
        for (JsonNode container : replacement.path("spec").path("containers")) {
            for (JsonNode before : present.path("spec").path("containers")) {
                String was = before.path("image").asText();
                if (container instanceof ObjectNode changed
                        && before.path("name").equals(container.path("name"))
                        && isCalicoctl(was)) {
                    Matcher old = IMAGE.matcher(was);
                    Matcher now = IMAGE.matcher(container.path("image").asText());
                    if (old.matches() && now.matches() && !PUBLIC.contains(old.group("registry"))) {
                        changed.put("image", old.group("registry") + now.group("rest"));
                    }
                }
            }
        }
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
                if (isCalicoctl(image)
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

    /** Whether an image is calicoctl's: calico/ctl, whatever registry it comes from. */
    static boolean isCalicoctl(String image) {
        String repository = image.split("@", 2)[0];
        int colon = repository.lastIndexOf(':');
        if (colon > repository.lastIndexOf('/')) {
            repository = repository.substring(0, colon);
        }
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        return name.equals("calicoctl") || (name.equals("ctl") && repository.contains("calico"));
    }
}
