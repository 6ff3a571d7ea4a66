package io.calicofleet.executor.core.move;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdForm;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What etcd held when Kubernetes was found to hold the same, so that what is written to either of them afterwards can be told
 * apart. Without what Kubernetes has itself, such as WorkloadEndpoints, which are most of it.
 *
 * @param daemonSet that ran calico-node then: it says how etcd is reached
 * @param entries of etcd, by key
 */
public record Compared(ObjectNode daemonSet, SortedMap<String, String> entries) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public Compared {
        requireNonNull(daemonSet, "daemonSet");
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** Of all that etcd holds, and the DaemonSet as the API server has it. */
    public static Compared of(ObjectNode daemonSet, SortedMap<String, String> all) {
        ObjectNode set = daemonSet.deepCopy();
        set.remove("status");
        Json.child(set, "metadata").remove("managedFields");
        SortedMap<String, String> entries = new TreeMap<>(all);
        entries.keySet().removeIf(key -> !isMoved(key));
        return new Compared(set, entries);
    }

    private static boolean isMoved(String key) {
        return key.startsWith(MovedIpam.ROOT)
                || (key.startsWith(DatastoreMove.RESOURCES)
                        && !key.startsWith(DatastoreMove.RESOURCES + DatastoreMove.WORKLOADS + "/")
                        && !key.startsWith(EtcdForm.prefix(CalicoKind.PROFILE)));
    }

    /** For {@link #parse}. */
    public String text() {
        ObjectNode text = Json.object();
        text.set("daemonSet", daemonSet);
        ObjectNode all = text.putObject("entries");
        entries.forEach(all::put);
        return text.toString();
    }

    /** What {@link #text} wrote; empty where it is none, or not the one of this digest. */
    public static Optional<Compared> parse(String text, String digest) {
        try {
            if (Digests.sha256(text).equals(digest)
                    && MAPPER.readTree(text) instanceof ObjectNode object
                    && object.get("daemonSet") instanceof ObjectNode daemonSet) {
                SortedMap<String, String> entries = new TreeMap<>();
                object.path("entries")
                        .properties()
                        .forEach(entry ->
                                entries.put(entry.getKey(), entry.getValue().asText()));
                return Optional.of(new Compared(daemonSet, entries));
            }
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Tells it from every other. */
    public String digest() {
        return Digests.sha256(text());
    }
}
