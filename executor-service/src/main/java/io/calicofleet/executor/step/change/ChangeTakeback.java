package io.calicofleet.executor.step.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.change.Definitions;
import io.calicofleet.executor.core.change.NestedField;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way back of a change: each of its fields is what it was before, absent where it was absent. A field that has another value than the campaign gave it
 * was changed by others since and stays theirs, as do all other fields. It knows that it is done by comparing.
 */
public final class ChangeTakeback {

    private static final String TEXT = "change";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<ChangedResource> resources;
    private final NodesReady ready;

    private ChangeTakeback(List<ChangedResource> resources, NodesReady ready) {
        this.resources = List.copyOf(resources);
        this.ready = requireNonNull(ready, "ready");
    }

    /** Keeps beside the backup of a campaign which fields of which resources it changes; before that is complete. */
    public static void keep(Backups backups, CampaignName campaign, List<ChangedResource> resources) {
        Map<String, @Nullable Object> objects = new LinkedHashMap<>();
        for (ChangedResource resource : resources) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            resource.fields().forEach(setting -> fields.put(setting.field(), setting.value()));
            objects.put(resource.object(), fields);
        }
        backups.keepText(campaign, TEXT, Json.written(objects));
    }

    /** Of a backup that was taken before a change; empty of any other. */
    public static Optional<ChangeTakeback> of(Backups backups, Backup backup, NodesReady ready) {
        return backups.text(backup.campaign(), TEXT)
                .map(ChangeTakeback::read)
                .filter(resources ->
                        resources.stream().allMatch(resource -> backup.objects().containsKey(resource.key())))
                .map(resources -> new ChangeTakeback(resources, ready));
    }

    /** Why the change is not made: a pool it is about came after the backup, which does not know what it was. */
    static Optional<StepOutcome> cameAfterTheBackup(StepContext context, List<ChangedResource> resources) {
        return context.backups()
                .of(context.step().campaign())
                .flatMap(backup -> resources.stream()
                        .filter(resource -> !backup.objects().containsKey(resource.key()))
                        .findFirst()
                        .map(resource -> new StepOutcome.Failed(
                                FailureReason.UNEXPECTED_STATE,
                                resource.object()
                                        + " came after the backup of this campaign, which could not take it back: leave it to another campaign, or name"
                                        + " the pools of this one; nothing was changed",
                                List.of())));
    }

    /** Takes it back, the last one first, and waits until calico-node is ready again. */
    public StepOutcome run(StepContext context, Backup backup) {
        List<String> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (ChangedResource resource : resources.reversed()) {
            JsonNode before = requireNonNull(backup.objects().get(resource.key()))
                    .map(object -> object.path("spec"))
                    .orElse(MissingNode.getInstance());
            if (takenBack(context, resource, before, notes)) {
                changes.add(resource.object());
            }
            Optional<StepOutcome> late = ChangeStep.rolledOut(context, resource);
            if (late.isPresent()) {
                return late.get();
            }
        }
        Optional<StepOutcome> stopped = resources.stream().anyMatch(ChangeTakeback::rolls)
                ? ChangeStep.follows(context, resources, ready)
                : ready.failure(context);
        return stopped.orElseGet(() -> new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                "the fields are as the backup of " + backup.campaign() + " of " + backup.takenAt() + " has them"));
    }

    /** Whether nodes roll by it. */
    private static boolean rolls(ChangedResource resource) {
        return resource.kind().equals("DaemonSet") || resource.kind().equals("Installation");
    }

    private static boolean takenBack(
            StepContext context, ChangedResource resource, JsonNode before, List<String> notes) {
        if (ChangeReads.find(context, resource).isEmpty() && before.isObject()) {
            notes.add(
                    resource.object()
                            + " was there before and is not now; the campaign did not delete it, so the restore does not bring it back");
        }
        List<String> theirs = new ArrayList<>();
        boolean changed = ChangeReads.edit(context, resource, now -> {
            theirs.clear();
            return takenBack(NodeHold.released(now), resource, before, theirs);
        });
        theirs.forEach(field -> notes.add("spec." + field + " of " + resource.object()
                + " is not what the campaign made it: others changed it since, and it stays theirs"));
        Optional<ObjectNode> left = ChangeReads.find(context, resource);
        Optional<CalicoKind> created = resource.calicos().filter(kind -> kind != CalicoKind.IP_POOL);
        if (created.isPresent()
                && !before.isObject()
                && left.isPresent()
                && saysNothing(context, created.get(), left.get().path("spec"))) {
            context.datastore().delete(left.get());
            return true;
        }
        return changed;
    }

    private static ObjectNode takenBack(
            ObjectNode now, ChangedResource resource, JsonNode before, List<String> theirs) {
        ObjectNode back = now.deepCopy();
        ObjectNode spec = Json.child(back, "spec");
        resource.values().forEach((field, wanted) -> {
            NestedField at = NestedField.of(field);
            JsonNode is = at.get(spec);
            if (Objects.equals(is, at.get(before))) {
                return;
            }
            if (Objects.equals(is, wanted)) {
                at.putBack(spec, before);
            } else {
                theirs.add(field);
            }
        });
        return back;
    }

    /** Whether it has nothing but what the API server fills in. */
    private static boolean saysNothing(StepContext context, CalicoKind kind, JsonNode spec) {
        List<JsonNode> definitions = List.copyOf(context.cluster().list(Kinds.CRDS, Kinds.CRD));
        JsonNode known =
                Definitions.properties(new ClusterSnapshot("", definitions, Set.of(), List.of()), List.of(), kind);
        return spec.properties().stream()
                .allMatch(field -> field.getValue().equals(Json.get(known.path(field.getKey()), "default")));
    }

    private static List<ChangedResource> read(String text) {
        try {
            List<ChangedResource> resources = new ArrayList<>();
            JSON.readTree(text).properties().forEach(object -> {
                List<FieldSetting> settings = new ArrayList<>();
                object.getValue()
                        .properties()
                        .forEach(field -> settings.add(new FieldSetting(
                                field.getKey(),
                                field.getValue().isNull()
                                        ? null
                                        : field.getValue().asText())));
                resources.add(ChangedResource.named(object.getKey(), settings));
            });
            return resources;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was kept of a change is no JSON", e);
        }
    }
}
