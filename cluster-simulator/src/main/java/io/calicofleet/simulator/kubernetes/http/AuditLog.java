package io.calicofleet.simulator.kubernetes.http;

import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** The mutating requests of one cluster, the newest ten thousand. */
public final class AuditLog {

    private static final int KEPT = 10_000;

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
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                isApply(request) ? "apply" : access.verb(),
                resource,
                access.namespace(),
                access.name().isEmpty() ? createdName(answer) : access.name(),
                request.userAgent(),
                request.parameter("dryRun").equals("All"),
                answer.code());
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

    private static String createdName(Answer answer) {
        try {
            var body = Json.read(answer.body());
            String name = Json.text(body, "metadata", "name");
            return name.isEmpty() ? Json.text(body, "details", "name") : name;
        } catch (IOException e) {
            return "";
        }
    }
}
