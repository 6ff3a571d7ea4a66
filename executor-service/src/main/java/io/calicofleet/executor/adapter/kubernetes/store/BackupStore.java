package io.calicofleet.executor.adapter.kubernetes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.engine.StepBackups;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.model.release.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Backups as Secrets in the cluster they are of: {@code calico-fleet-backup-<campaign>-0} is the index, the others hold
 * the objects in parts, a gzip each, cut into chunks below the size an object may have.
 *
 * <p>The index is written last, so a backup without one was interrupted and is taken anew; nothing was changed before it
 * was complete. A part that is added later (an object a step touches that the backup does not know) becomes valid by the
 * update of the index, too.
 *
 * <pre>
 *   index.json: {version, campaign, purpose, source, noWayBack, takenAt,
 *                parts: [{first, chunks, sha256}],
 *                objects: [{group, kind, namespace, name, present, part, deleted}]}
 * </pre>
 */
public final class BackupStore implements StepBackups {

    private static final String PREFIX = "calico-fleet-backup-";
    private static final String INDEX = "index.json";
    private static final String DELETED = "deleted";
    private static final String TEXT_PREFIX = "calico-fleet-";
    private static final JsonMapper JSON = EventJson.mapper();
    private static final int VERSION = 1;

    private final ClusterApi api;
    private final String purpose;
    private final InstantSource clock;
    /** What the campaign's backup knows, as far as it was looked up; nobody else writes to it while the lease is ours. */
    private final Set<ObjectKey> known = new HashSet<>();

    private final Set<ObjectKey> deleted = new HashSet<>();

    public BackupStore(ClusterApi api, String purpose, InstantSource clock) {
        this.api = requireNonNull(api, "api");
        this.purpose = requireNonNull(purpose, "purpose");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public Optional<Backup> of(CampaignName campaign) {
        return index(campaign).map(this::read);
    }

    @Override
    public Optional<Backup> newest() {
        return api.list("v1", "Secret", ObjectLabels.NAMESPACE, ObjectLabels.selector(ObjectLabels.UPGRADE)).stream()
                .filter(secret -> secret.path("data").has(INDEX))
                .map(BackupStore::indexOf)
                .max(Comparator.comparing(
                        index -> Instant.parse(index.path("takenAt").asText())))
                .map(this::read);
    }

    @Override
    public boolean take(
            CampaignName campaign,
            @Nullable CalicoVersion source,
            List<String> noWayBack,
            Map<ObjectKey, Optional<ObjectNode>> objects) {
        if (index(campaign).isPresent()) {
            return false;
        }
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("version", VERSION);
        index.put("campaign", campaign.value());
        index.put("purpose", purpose);
        index.put("source", source == null ? "" : source.toString());
        noWayBack.forEach(index.putArray("noWayBack")::add);
        index.put("takenAt", clock.instant().toString());
        index.putArray("parts");
        index.putArray("objects");
        addPart(campaign, index, objects);
        writeIndex(campaign, index, null);
        return true;
    }

    @Override
    public void record(CampaignName campaign, ResourceRef ref) {
        record(campaign, ref.key(), () -> api.find(ref));
    }

    @Override
    public void record(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before) {
        if (!known.contains(key)) {
            Races.run(() -> recordOnce(campaign, key, before, false));
        }
    }

    @Override
    public void recordDeletion(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before) {
        if (!deleted.contains(key)) {
            Races.run(() -> recordOnce(campaign, key, before, true));
        }
    }

    private void recordOnce(
            CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before, boolean deletion) {
        Optional<ObjectNode> present = api.find(secret(indexName(campaign)));
        if (present.isEmpty()) {
            take(campaign, null, List.of(), Map.of(key, before.get()));
            present = api.find(secret(indexName(campaign)));
        }
        ObjectNode secret = present.orElseThrow(() -> broken(campaign, "its index is gone again", null));
        ObjectNode index = indexOf(secret);
        ObjectNode unchanged = index.deepCopy();
        for (JsonNode object : index.path("objects")) {
            known.add(keyOf(object));
        }
        if (!known.contains(key)) {
            addPart(campaign, index, Map.of(key, before.get()));
        }
        if (deletion) {
            for (JsonNode object : index.path("objects")) {
                if (keyOf(object).equals(key)) {
                    ((ObjectNode) object).put(DELETED, true);
                }
            }
        }
        if (!index.equals(unchanged)) {
            writeIndex(campaign, index, secret);
        }
        known.add(key);
        if (deletion) {
            deleted.add(key);
        }
    }

    @Override
    public void keepText(CampaignName campaign, String name, String text) {
        ResourceRef ref = secret(TEXT_PREFIX + name + "-" + campaign);
        byte[] plain = text.getBytes(UTF_8);
        ObjectNode wanted = fresh(ref.name(), campaign, name);
        if (plain.length <= Chunks.SIZE) {
            wanted.putObject("data").put(name + ".yaml", plain);
            put(wanted);
            return;
        }
        List<byte[]> chunks = Chunks.cut(Chunks.gzip(plain));
        for (int i = chunks.size() - 1; i > 0; i--) {
            // No name of a campaign has a dot.
            ObjectNode more = fresh(ref.name() + "." + (i + 1), campaign, name);
            more.putObject("data").put(name + ".yaml.gz", chunks.get(i));
            put(more);
        }
        ObjectNode data = wanted.putObject("data").put(name + ".yaml.gz", chunks.getFirst());
        if (chunks.size() > 1) {
            data.put("secrets", Integer.toString(chunks.size()).getBytes(UTF_8));
        }
        put(wanted);
    }

    @Override
    public Optional<String> text(CampaignName campaign, String name) {
        ResourceRef ref = secret(TEXT_PREFIX + name + "-" + campaign);
        Optional<ObjectNode> first = api.find(ref);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode data = first.get().path("data");
            if (data.has(name + ".yaml")) {
                return Optional.of(new String(bytes(first.get(), name + ".yaml"), UTF_8));
            }
            int secrets = data.has("secrets") ? Integer.parseInt(new String(bytes(first.get(), "secrets"), UTF_8)) : 1;
            List<byte[]> chunks = new ArrayList<>(List.of(bytes(first.get(), name + ".yaml.gz")));
            for (int i = 2; i <= secrets; i++) {
                Optional<ObjectNode> more = api.find(secret(ref.name() + "." + i));
                if (more.isEmpty()) {
                    return Optional.empty();
                }
                chunks.add(bytes(more.get(), name + ".yaml.gz"));
            }
            return Optional.of(new String(Chunks.gunzip(Chunks.join(chunks)), UTF_8));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return Optional.empty(); // parts of two texts, or what somebody wrote there
        }
    }

    private void addPart(CampaignName campaign, ObjectNode index, Map<ObjectKey, Optional<ObjectNode>> objects) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        int part = index.path("parts").size();
        int first = 1;
        for (JsonNode earlier : index.path("parts")) {
            first = earlier.path("first").asInt() + earlier.path("chunks").asInt();
        }
        objects.forEach((key, object) -> {
            ObjectNode entry = index.withArray("objects").addObject();
            entry.put("group", key.group());
            entry.put("kind", key.kind());
            entry.put("namespace", key.namespace());
            entry.put("name", key.name());
            entry.put("present", object.isPresent());
            entry.put("part", part);
            object.ifPresent(present -> content.set(contentKey(key), withoutManagedFields(present)));
        });
        byte[] packed = Chunks.gzip(content.toString().getBytes(UTF_8));
        List<byte[]> chunks = Chunks.cut(packed);
        for (int i = 0; i < chunks.size(); i++) {
            ObjectNode secret = fresh(PREFIX + campaign + "-" + (first + i), campaign, "chunk-of-" + purpose);
            secret.putObject("data").put("chunk", chunks.get(i));
            put(secret);
        }
        ObjectNode described = index.withArray("parts").addObject();
        described.put("first", first);
        described.put("chunks", chunks.size());
        described.put("sha256", Digests.sha256(packed));
    }

    private Backup read(JsonNode index) {
        CampaignName campaign = CampaignName.of(index.path("campaign").asText());
        if (index.path("version").asInt(VERSION) > VERSION) {
            throw broken(campaign, "a newer calico-fleet has written it; upgrade this executor", null);
        }
        Map<ObjectKey, Optional<ObjectNode>> objects = new LinkedHashMap<>();
        JsonNode[] contents = new JsonNode[index.path("parts").size()];
        for (int part = 0; part < contents.length; part++) {
            contents[part] = readPart(campaign, index.path("parts").path(part));
        }
        Set<ObjectKey> deletions = new HashSet<>();
        for (JsonNode entry : index.path("objects")) {
            ObjectKey key = keyOf(entry);
            if (entry.path(DELETED).asBoolean()) {
                deletions.add(key);
            }
            JsonNode object = contents[entry.path("part").asInt()].path(contentKey(key));
            if (!entry.path("present").asBoolean()) {
                objects.put(key, Optional.empty());
            } else if (object instanceof ObjectNode node) {
                objects.put(key, Optional.of(node));
            } else {
                throw broken(campaign, key + " is in its index, but not in its parts", null);
            }
        }
        List<String> noWayBack = new ArrayList<>();
        index.path("noWayBack").forEach(sentence -> noWayBack.add(sentence.asText()));
        return new Backup(
                campaign,
                Instant.parse(index.path("takenAt").asText()),
                CalicoVersion.tryParse(index.path("source").asText()).orElse(null),
                noWayBack,
                objects,
                deletions);
    }

    private JsonNode readPart(CampaignName campaign, JsonNode part) {
        int first = part.path("first").asInt();
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < part.path("chunks").asInt(); i++) {
            String name = PREFIX + campaign + "-" + (first + i);
            ObjectNode secret = api.find(secret(name)).orElseThrow(() -> broken(campaign, name + " is missing", null));
            chunks.add(bytes(secret, "chunk"));
        }
        byte[] packed = Chunks.join(chunks);
        if (!Digests.sha256(packed).equals(part.path("sha256").asText())) {
            throw broken(campaign, "the checksum of its part at " + first + " is wrong", null);
        }
        try {
            return JSON.readTree(new String(Chunks.gunzip(packed), UTF_8));
        } catch (JsonProcessingException e) {
            throw broken(campaign, "its part at " + first + " is no JSON", e);
        }
    }

    private Optional<ObjectNode> index(CampaignName campaign) {
        return api.find(secret(indexName(campaign))).map(BackupStore::indexOf);
    }

    private void writeIndex(CampaignName campaign, ObjectNode index, @Nullable ObjectNode present) {
        ObjectNode secret = present == null ? fresh(indexName(campaign), campaign, purpose) : present;
        secret.withObject("/data").put(INDEX, index.toString().getBytes(UTF_8));
        if (present == null) {
            put(secret);
        } else {
            api.replace(secret);
        }
    }

    /** Creates it, or replaces what an interrupted attempt left behind. */
    private void put(ObjectNode wanted) {
        ObjectNode secret = asRead(wanted);
        ResourceRef ref = ResourceRef.of(secret);
        Races.run(() -> {
            Optional<ObjectNode> present = api.find(ref);
            if (present.isEmpty()) {
                api.create(secret);
            } else if (!present.get().path("data").equals(secret.path("data"))) {
                ObjectNode changed = present.get();
                changed.set("data", secret.path("data"));
                changed.withObject("/metadata")
                        .set("labels", secret.path("metadata").path("labels"));
                api.replace(changed);
            }
        });
    }

    /** In the form the API server gives back: bytes as text. */
    private static ObjectNode asRead(ObjectNode object) {
        try {
            return (ObjectNode) JSON.readTree(object.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours is JSON", e);
        }
    }

    private static JsonNode withoutManagedFields(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return copy;
    }

    private static ObjectNode indexOf(ObjectNode secret) {
        String name = secret.path("metadata").path("name").asText();
        try {
            if (JSON.readTree(bytes(secret, INDEX)) instanceof ObjectNode index) {
                return index;
            }
            throw new ClusterException(Problem.UNEXPECTED, "Secret " + name + " holds no index", null);
        } catch (IOException e) {
            throw new ClusterException(Problem.UNEXPECTED, "Secret " + name + " holds no readable index", e);
        }
    }

    private static byte[] bytes(ObjectNode secret, String key) {
        return Chunks.base64(secret.path("data").path(key).asText());
    }

    private static ObjectKey keyOf(JsonNode entry) {
        return new ObjectKey(
                entry.path("group").asText(),
                entry.path("kind").asText(),
                entry.path("namespace").asText(),
                entry.path("name").asText());
    }

    private static String contentKey(ObjectKey key) {
        return key.group() + "/" + key.kind() + "/" + key.namespace() + "/" + key.name();
    }

    private static String indexName(CampaignName campaign) {
        return PREFIX + campaign + "-0";
    }

    private static ResourceRef secret(String name) {
        return new ResourceRef("v1", "Secret", ObjectLabels.NAMESPACE, name);
    }

    private static ObjectNode fresh(String name, CampaignName campaign, String purpose) {
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.put("apiVersion", "v1");
        secret.put("kind", "Secret");
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("namespace", ObjectLabels.NAMESPACE);
        metadata.put("name", name);
        ObjectNode labels = metadata.putObject("labels");
        labels.put(ObjectLabels.MANAGED_BY, ObjectLabels.US);
        labels.put(ObjectLabels.CAMPAIGN, campaign.value());
        labels.put(ObjectLabels.PURPOSE, purpose);
        secret.put("type", "calico-fleet.io/backup");
        return secret;
    }

    private static ClusterException broken(CampaignName campaign, String why, @Nullable Throwable cause) {
        return new ClusterException(Problem.UNEXPECTED, "the backup of " + campaign + " cannot be used: " + why, cause);
    }
}
