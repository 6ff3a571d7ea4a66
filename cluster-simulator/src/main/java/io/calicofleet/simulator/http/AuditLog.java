package io.calicofleet.simulator.http;

import io.calicofleet.simulator.json.Json;
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
        List<String> path = request.path();
        int at = !path.isEmpty() && path.get(0).equals("apis") ? 3 : 2;
        String group = at == 3 && path.size() > 1 ? path.get(1) : "";
        String namespace = "";
        if (path.size() > at + 2 && path.get(at).equals("namespaces")) {
            boolean ofNamespace =
                    path.size() == at + 3 && List.of("status", "finalize").contains(path.get(at + 2));
            if (!ofNamespace) {
                namespace = path.get(at + 1);
                at += 2;
            }
        }
        String plural = path.size() > at ? path.get(at) : "";
        String name = path.size() > at + 1 ? path.get(at + 1) : "";
        String subresource = path.size() > at + 2 ? "/" + path.get(at + 2) : "";
        String resource = (group.isEmpty() ? plural : plural + "." + group) + subresource;
        if (resource.endsWith("reviews.authorization.k8s.io")) {
            return;
        }
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                verb(request, name),
                resource,
                namespace,
                name.isEmpty() ? createdName(answer) : name,
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

    private static String verb(Request request, String name) {
        return switch (request.method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> request.contentType().equals("application/apply-patch+yaml") ? "apply" : "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> request.method();
        };
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
