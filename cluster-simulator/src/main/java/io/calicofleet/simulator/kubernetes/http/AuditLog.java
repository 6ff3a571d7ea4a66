package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The mutating requests of one cluster and of the etcd beside it, the newest ten thousand. */
public final class AuditLog {

    private static final String ETCD = "etcd";
    private static final int KEPT = 10_000;
    private static final int LONGEST_VALUE = 253;

    private final ArrayDeque<AuditEntry> entries = new ArrayDeque<>();

    /** All entries, oldest first. */
    public List<AuditEntry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /** Forgets everything. */
    public void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }

    void record(Request request, Answer answer) {
        if (request.method().equals("GET")) {
            return;
        }
        Access access = request.access();
        int slash = access.resource().indexOf('/');
        String plural = slash < 0 ? access.resource() : access.resource().substring(0, slash);
        String subresource = slash < 0 ? "" : access.resource().substring(slash);
        String resource = (access.group().isEmpty() ? plural : plural + "." + access.group()) + subresource;
        if (resource.endsWith("reviews.authorization.k8s.io")) {
            return;
        }
        JsonNode answered = answer.tree();
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                isApply(request) ? "apply" : access.verb(),
                resource,
                access.namespace(),
                access.name().isEmpty() ? createdName(answered) : access.name(),
                request.userAgent(),
                request.parameter("dryRun").equals("All"),
                answer.code(),
                Json.text(answered, "metadata", "resourceVersion"),
                values(plural, answered));
        add(entry);
    }

    /** What somebody writes into the etcd beside the cluster: the key is the name, its revision the version. */
    public void etcdWritten(String verb, String key, long revision) {
        add(new AuditEntry(Instant.now(), verb, ETCD, "", key, "", false, 200, String.valueOf(revision), Map.of()));
    }

    private void add(AuditEntry entry) {
        synchronized (entries) {
            entries.add(entry);
            if (entries.size() > KEPT) {
                entries.removeFirst();
            }
        }
    }

    private static boolean isApply(Request request) {
        return request.method().equals("PATCH") && request.contentType().equals("application/apply-patch+yaml");
    }

    private static String createdName(JsonNode body) {
        String name = Json.text(body, "metadata", "name");
        return name.isEmpty() ? Json.text(body, "details", "name") : name;
    }

    private static Map<String, String> values(String plural, JsonNode object) {
        Map<String, String> values = new TreeMap<>();
        if (plural.equals("configmaps")) {
            object.path("data").properties().forEach(entry -> {
                if (entry.getValue().asText().length() <= LONGEST_VALUE) {
                    values.put(entry.getKey(), entry.getValue().asText());
                }
            });
        } else if (plural.equals("leases")) {
            values.put("holderIdentity", Json.text(object, "spec", "holderIdentity"));
        }
        return values;
    }
}
