package io.calicofleet.executor.adapter.kubernetes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.executor.engine.Journal;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.release.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal in the ConfigMap {@code kube-system/calico-fleet}: {@code journal.json} for us, newest step last, and beside
 * it {@code campaign}, {@code step} and {@code state} of that one for people, and {@code epoch}, the highest grant of the cluster under
 * which a step was started.
 */
public final class ConfigMapJournal implements Journal {

    private static final ResourceRef REF = new ResourceRef("v1", "ConfigMap", ObjectLabels.NAMESPACE, "calico-fleet");
    private static final String JOURNAL = "journal.json";
    private static final String EPOCH = "epoch";
    private static final String SEQUENCE = "sequence";
    private static final int VERSION = 1;
    private static final JsonMapper JSON = EventJson.mapper();
    /** Well below what a ConfigMap may hold (1 MiB). */
    private static final int LARGEST = 700 * 1024;

    private final ClusterApi api;
    private final InstantSource clock;

    public ConfigMapJournal(ClusterApi api, InstantSource clock) {
        this.api = requireNonNull(api, "api");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public Optional<Entry> find(StepId step) {
        return api.find(REF).flatMap(map -> entry(steps(map), step)).map(ConfigMapJournal::read);
    }

    @Override
    public void started(StepId step, long epoch, long sequence) {
        update(step, epoch, sequence, entry -> entry.put("state", "started"));
    }

    @Override
    public void done(StepId step, StepProgress outcome) {
        update(step, entry -> {
            entry.put("state", "done");
            ObjectNode said = entry.putObject("outcome");
            said.put("type", outcome.type().shortName());
            said.set("data", JSON.valueToTree(outcome));
            entry.remove("recreating");
        });
    }

    @Override
    public Intents intents(StepId step) {
        return new Intents() {
            @Override
            public Optional<ObjectNode> recreating(ObjectKey key) {
                return api.find(REF).flatMap(map -> entry(steps(map), step)).flatMap(entry -> {
                    for (JsonNode object : entry.path("recreating")) {
                        if (object instanceof ObjectNode node
                                && ObjectKey.of(object).equals(key)) {
                            return Optional.of(node);
                        }
                    }
                    return Optional.empty();
                });
            }

            @Override
            public void recreate(ObjectNode replacement) {
                update(step, entry -> entry.withArray("recreating").add(replacement));
            }

            @Override
            public void recreated(ObjectKey key) {
                update(step, entry -> {
                    ArrayNode objects = entry.withArray("recreating");
                    for (int i = objects.size() - 1; i >= 0; i--) {
                        if (ObjectKey.of(objects.get(i)).equals(key)) {
                            objects.remove(i);
                        }
                    }
                });
            }
        };
    }

    /** What belongs to a step that was started: its grant is remembered already. */
    private void update(StepId step, Consumer<ObjectNode> change) {
        update(step, Long.MAX_VALUE, 0, change);
    }

    private void update(StepId step, long epoch, long sequence, Consumer<ObjectNode> change) {
        Races.run(() -> write(step, epoch, sequence, change));
    }

    private void write(StepId step, long epoch, long sequence, Consumer<ObjectNode> change) {
        Optional<ObjectNode> present = api.find(REF);
        ObjectNode map = present.orElseGet(ConfigMapJournal::fresh);
        long seen = map.path("data").path(EPOCH).asLong(0);
        if (Journal.isOutranked(
                epoch, sequence, seen, map.path("data").path(SEQUENCE).asLong(0))) {
            throw Journal.outranked(step, epoch, seen, last(map));
        }
        ArrayNode steps = steps(map);
        ObjectNode entry = entry(steps, step)
                .orElseGet(() -> JsonNodeFactory.instance.objectNode().put("step", step.encode()));
        change.accept(entry);
        entry.put("at", clock.instant().toString());
        steps.removeIf(entry::equals);
        steps.add(entry); // The newest is last, since the first ones go where there is no room.
        while (steps.size() > REMEMBERED) {
            steps.remove(0);
        }
        String text = text(steps);
        while (text.getBytes(UTF_8).length > LARGEST && steps.size() > 1) {
            steps.remove(0);
            text = text(steps);
        }
        ObjectNode data = map.get("data") instanceof ObjectNode node ? node : map.putObject("data");
        data.put(JOURNAL, text);
        data.put("campaign", step.campaign().value());
        data.put("step", step.encode());
        data.put("state", entry.path("state").asText());
        if (epoch != Long.MAX_VALUE && epoch != 0) {
            data.put(EPOCH, String.valueOf(epoch));
            data.put(SEQUENCE, String.valueOf(sequence));
        }
        if (present.isPresent()) {
            api.replace(map);
        } else {
            api.create(map);
        }
    }

    private static Optional<StepId> last(ObjectNode map) {
        try {
            return Optional.of(StepId.parse(map.path("data").path("step").asText()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // what people are told by says nothing
        }
    }

    private static String text(ArrayNode steps) {
        ObjectNode journal = JsonNodeFactory.instance.objectNode();
        journal.put("version", VERSION);
        journal.set("steps", steps);
        return journal.toString();
    }

    private static ArrayNode steps(ObjectNode map) {
        String text = map.path("data").path(JOURNAL).asText("");
        if (!text.isEmpty()) {
            try {
                JsonNode journal = JSON.readTree(text);
                if (journal.path("version").asInt(VERSION) > VERSION) {
                    throw new ClusterException(
                            Problem.UNEXPECTED,
                            REF + " is a journal of a newer calico-fleet: upgrade this executor, then retry",
                            null);
                }
                if (journal.path("steps") instanceof ArrayNode steps) {
                    return steps;
                }
                throw notOurs("it has no steps", null);
            } catch (JsonProcessingException e) {
                throw notOurs(e.getOriginalMessage(), e);
            }
        }
        return JsonNodeFactory.instance.arrayNode();
    }

    private static ClusterException notOurs(String why, @Nullable Exception cause) {
        return new ClusterException(
                Problem.UNEXPECTED, REF + " is no journal of ours (" + why + "); remove it if nobody needs it", cause);
    }

    private static Optional<ObjectNode> entry(ArrayNode steps, StepId step) {
        for (JsonNode entry : steps) {
            if (entry instanceof ObjectNode node && entry.path("step").asText().equals(step.encode())) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    private static Entry read(ObjectNode entry) {
        StepId step = StepId.parse(entry.path("step").asText());
        Instant at = Instant.parse(entry.path("at").asText());
        if (!entry.path("state").asText().equals("done")) {
            return new Entry(step, at, null);
        }
        JsonNode outcome = entry.path("outcome");
        String type = outcome.path("type").asText();
        EventType known = Arrays.stream(EventType.values())
                .filter(candidate -> candidate.shortName().equals(type))
                .findFirst()
                .orElseThrow(() -> unreadable(step, "unknown type " + type));
        try {
            if (JSON.treeToValue(outcome.path("data"), known.payload()) instanceof StepProgress progress) {
                return new Entry(step, at, progress);
            }
            throw unreadable(step, type + " is no outcome");
        } catch (JsonProcessingException e) {
            throw unreadable(step, e.getOriginalMessage());
        }
    }

    private static ClusterException unreadable(StepId step, String why) {
        return new ClusterException(
                Problem.UNEXPECTED, "the journal's entry of " + step + " is unreadable: " + why, null);
    }

    private static ObjectNode fresh() {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.put("apiVersion", "v1");
        map.put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata");
        metadata.put("namespace", REF.namespace());
        metadata.put("name", REF.name());
        metadata.putObject("labels").put(ObjectLabels.MANAGED_BY, ObjectLabels.US);
        return map;
    }
}
