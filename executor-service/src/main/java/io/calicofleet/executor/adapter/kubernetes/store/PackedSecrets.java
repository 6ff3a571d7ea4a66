package io.calicofleet.executor.adapter.kubernetes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A text under a name, however long: gzipped and cut into Secrets {@code NAME-1}, {@code NAME-2} and so on, and an index in
 * {@code NAME} that is written last and says what belongs to it. One that was interrupted has no index, or its old one.
 */
final class PackedSecrets {

    private static final String INDEX = "index.json";
    private static final String CHUNK = "chunk";
    private static final JsonMapper JSON = EventJson.mapper();

    private final ClusterApi api;

    PackedSecrets(ClusterApi api) {
        this.api = requireNonNull(api, "api");
    }

    /** The index of what is there under that name; empty where nothing is. */
    Optional<ObjectNode> index(String name) {
        return api.find(secret(name)).map(PackedSecrets::indexOf);
    }

    /** The text an index belongs to. */
    String content(String name, ObjectNode index) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 1; i <= index.path("chunks").asInt(); i++) {
            String part = name + "-" + i;
            ObjectNode found = api.find(secret(part)).orElseThrow(() -> broken(part + " is missing", null));
            chunks.add(Chunks.base64(found.path("data").path(CHUNK).asText()));
        }
        byte[] packed = Chunks.join(chunks);
        if (!Digests.sha256(packed).equals(index.path("sha256").asText())) {
            throw broken("the checksum of " + name + " is wrong", null);
        }
        return new String(Chunks.gunzip(packed), UTF_8);
    }

    /** Puts a text under a name, in place of what was there. */
    void put(String name, String purpose, ObjectNode index, String text) {
        byte[] packed = Chunks.gzip(text.getBytes(UTF_8));
        List<byte[]> chunks = Chunks.cut(packed);
        for (int i = 0; i < chunks.size(); i++) {
            write(name + "-" + (i + 1), "chunk-of-" + purpose, CHUNK, chunks.get(i));
        }
        ObjectNode whole = index.deepCopy();
        whole.put("chunks", chunks.size());
        whole.put("sha256", Digests.sha256(packed));
        write(name, purpose, INDEX, whole.toString().getBytes(UTF_8));
    }

    /** Changes the index of what is there. */
    void update(String name, Consumer<ObjectNode> change) {
        Races.run(() -> {
            ObjectNode present = api.find(secret(name)).orElseThrow(() -> broken(name + " is missing", null));
            ObjectNode index = indexOf(present);
            change.accept(index);
            present.withObject("/data").put(INDEX, index.toString().getBytes(UTF_8));
            api.replace(asRead(present));
        });
    }

    private void write(String name, String purpose, String key, byte[] bytes) {
        ObjectNode wanted = fresh(name, purpose);
        wanted.putObject("data").put(key, bytes);
        ObjectNode secret = asRead(wanted);
        Races.run(() -> {
            Optional<ObjectNode> present = api.find(secret(name));
            if (present.isEmpty()) {
                api.create(secret);
            } else if (!present.get().path("data").equals(secret.path("data"))) {
                ObjectNode changed = present.get();
                changed.set("data", secret.path("data"));
                api.replace(changed);
            }
        });
    }

    static boolean hasIndex(ObjectNode secret) {
        return secret.path("data").has(INDEX);
    }

    static ObjectNode indexOf(ObjectNode secret) {
        try {
            byte[] bytes = Chunks.base64(secret.path("data").path(INDEX).asText());
            if (JSON.readTree(bytes) instanceof ObjectNode index) {
                return index;
            }
            throw broken("a Secret holds no index", null);
        } catch (IOException e) {
            throw broken("a Secret holds no readable index", e);
        }
    }

    /** In the form the API server gives back: bytes as text. */
    private static ObjectNode asRead(ObjectNode object) {
        try {
            return (ObjectNode) JSON.readTree(object.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours is JSON", e);
        }
    }

    private static ObjectNode fresh(String name, String purpose) {
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.put("apiVersion", "v1");
        secret.put("kind", "Secret");
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("namespace", ObjectLabels.NAMESPACE);
        metadata.put("name", name);
        ObjectNode labels = metadata.putObject("labels");
        labels.put(ObjectLabels.MANAGED_BY, ObjectLabels.US);
        labels.put(ObjectLabels.PURPOSE, purpose);
        secret.put("type", "calico-fleet.io/plan");
        return secret;
    }

    private static ResourceRef secret(String name) {
        return new ResourceRef("v1", "Secret", ObjectLabels.NAMESPACE, name);
    }

    private static ClusterException broken(String why, @Nullable Throwable cause) {
        return new ClusterException(Problem.UNEXPECTED, "what is kept in the cluster is broken: " + why, cause);
    }
}
