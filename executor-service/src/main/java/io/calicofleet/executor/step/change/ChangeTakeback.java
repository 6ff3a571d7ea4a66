package io.calicofleet.executor.step.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.executor.core.change.FelixChange;
import io.calicofleet.executor.core.change.FelixDefinition;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
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

    /** The key of what the object was. */
    public static final ObjectKey KEY =
            new ObjectKey(CalicoKind.GROUP, CalicoKind.FELIX_CONFIGURATION.kind(), "", FelixChange.NAME);

    private static final String TEXT = "change";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChangeSpec change;
    private final JsonNode before;
    private final NodesReady ready;

    private ChangeTakeback(ChangeSpec change, JsonNode before, NodesReady ready) {
        this.change = change;
        this.before = before;
        this.ready = requireNonNull(ready, "ready");
    }

    /** Keeps beside the backup of a campaign which fields it changes; before that is complete. */
    public static void keep(Backups backups, CampaignName campaign, ChangeSpec change) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        change.felixConfiguration().forEach(setting -> fields.put(setting.field(), setting.value()));
        backups.keepText(campaign, TEXT, Json.written(fields));
    }

    /** Of a backup that was taken before a change; empty of any other. */
    public static Optional<ChangeTakeback> of(Backups backups, Backup backup, NodesReady ready) {
        if (!backup.objects().containsKey(KEY)) {
            return Optional.empty();
        }
        return backups.text(backup.campaign(), TEXT)
                .map(text -> new ChangeTakeback(
                        read(text),
                        requireNonNull(backup.objects().get(KEY))
                                .map(object -> object.path("spec"))
                                .orElse(MissingNode.getInstance()),
                        ready));
    }

    /** Takes it back, and waits until calico-node is ready again. */
    public StepOutcome run(StepContext context, Backup backup) {
        CalicoDatastore calico = context.datastore();
        List<String> notes = new ArrayList<>();
        Optional<ObjectNode> present = calico.find(CalicoKind.FELIX_CONFIGURATION, FelixChange.NAME);
        if (present.isEmpty() && before.isObject()) {
            notes.add(
                    FelixChange.OBJECT
                            + " was there before and is not now; the campaign did not delete it, so the restore does not bring it back");
        }
        boolean changed = Edits.edit(calico, CalicoKind.FELIX_CONFIGURATION, FelixChange.NAME, now -> {
            notes.clear();
            return takenBack(now, notes);
        });
        Optional<ObjectNode> left = calico.find(CalicoKind.FELIX_CONFIGURATION, FelixChange.NAME);
        if (!before.isObject()
                && left.isPresent()
                && saysNothing(context, left.get().path("spec"))) {
            calico.delete(left.get());
            changed = true;
        }
        boolean written = changed;
        return ready.failure(context)
                .orElseGet(() -> new StepOutcome.Succeeded(
                        null,
                        written ? List.of(FelixChange.OBJECT) : List.of(),
                        notes,
                        "the fields are as the backup of " + backup.campaign() + " of " + backup.takenAt()
                                + " has them"));
    }

    private ObjectNode takenBack(ObjectNode now, List<String> notes) {
        ObjectNode back = now.deepCopy();
        ObjectNode spec = Json.child(back, "spec");
        FelixChange.values(change).forEach((field, wanted) -> {
            JsonNode is = Json.get(spec, field);
            JsonNode was = Json.get(before, field);
            if (Objects.equals(is, was)) {
                return;
            }
            if (!Objects.equals(is, wanted)) {
                notes.add("spec." + field
                        + " is not what the campaign made it: others changed it since, and it stays theirs");
            } else if (was == null) {
                spec.remove(field);
            } else {
                spec.set(field, was);
            }
        });
        return back;
    }

    /** Whether it has nothing but what the API server fills in. */
    private static boolean saysNothing(StepContext context, JsonNode spec) {
        List<JsonNode> definitions = List.copyOf(context.cluster().list(Kinds.CRDS, Kinds.CRD));
        JsonNode known =
                FelixDefinition.properties(new ClusterSnapshot("", definitions, Set.of(), List.of()), Optional.empty());
        return spec.properties().stream()
                .allMatch(field -> field.getValue().equals(Json.get(known.path(field.getKey()), "default")));
    }

    private static ChangeSpec read(String text) {
        try {
            List<FieldSetting> settings = new ArrayList<>();
            JSON.readTree(text)
                    .properties()
                    .forEach(field -> settings.add(new FieldSetting(
                            field.getKey(),
                            field.getValue().isNull() ? null : field.getValue().asText())));
            return new ChangeSpec(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was kept of a change is no JSON", e);
        }
    }
}
