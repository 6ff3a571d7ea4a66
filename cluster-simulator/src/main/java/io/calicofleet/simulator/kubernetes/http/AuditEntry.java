package io.calicofleet.simulator.kubernetes.http;

import java.time.Instant;
import java.util.Map;

/**
 * One mutating request.
 *
 * @param time when it came
 * @param verb create, update, patch, apply, delete or deletecollection
 * @param resource the resource with its group and, after a slash, its subresource: {@code daemonsets.apps}
 * @param namespace the namespace; empty for cluster-scoped ones
 * @param name the object's name; for a create that of the object that was made
 * @param userAgent who called
 * @param dryRun whether nothing was to be stored
 * @param code the HTTP code of the answer
 * @param resourceVersion of the object as it was answered; a write that changed nothing answers the one there was; may be
 *     empty
 * @param values of a ConfigMap its short values, of a Lease its holder, as they were answered
 */
public record AuditEntry(
        Instant time,
        String verb,
        String resource,
        String namespace,
        String name,
        String userAgent,
        boolean dryRun,
        int code,
        String resourceVersion,
        Map<String, String> values) {

    public AuditEntry {
        values = Map.copyOf(values);
    }

    /** The object it was about, as {@code daemonsets.apps kube-system/calico-node}; one inside it, such as its status, left out. */
    public String object() {
        int slash = resource.indexOf('/');
        return (slash < 0 ? resource : resource.substring(0, slash)) + " "
                + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    /** Whether it was carried out. */
    public boolean succeeded() {
        return code < 400;
    }
}
