package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.patch.ManagedFields;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.schema.DecodingException;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads, creates, updates and deletes objects of one cluster by the rules of the API: what HTTP requests and the library
 * calls go through.
 */
public final class ObjectApi {

    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final int LONGEST_PREFIX = 58;
    private static final String RANDOM = "bcdfghjklmnpqrstvwxz2456789";

    private final Cluster cluster;
    private final Deletion deletion;

    public ObjectApi(Cluster cluster) {
        this.cluster = cluster;
        this.deletion = new Deletion(cluster);
    }

    /** The cluster. */
    public Cluster cluster() {
        return cluster;
    }

    /** An object in the form of a served version. */
    public ObjectNode get(ResourceType type, String namespace, String name) {
        return toVersion(type, existing(type, new ObjectKey(namespace, name)));
    }

    private ObjectNode existing(ResourceType type, ObjectKey key) {
        ObjectNode object = cluster.store().get(type.groupResource(), key);
        if (object == null) {
            throw ApiException.notFound(type, key.name());
        }
        return object;
    }

    /** A stored object in the form of a served version. */
    public static ObjectNode toVersion(ResourceType type, ObjectNode stored) {
        if (Crds.is(type)) {
            return Crds.toVersion(stored, type.apiVersion());
        }
        if (stored.path("apiVersion").asText().equals(type.apiVersion())) {
            return stored;
        }
        ObjectNode copy = Json.object();
        copy.put("kind", type.kind()).put("apiVersion", type.apiVersion());
        stored.properties().forEach(e -> {
            if (!copy.has(e.getKey())) {
                copy.set(e.getKey(), e.getValue());
            }
        });
        return copy;
    }

    /** Creates an object; the caller gives the tree away. */
    public ObjectNode create(ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
        return create(
                type, namespace, body, options, created -> manage(type, Json.object(), created, body, "", options));
    }

    /** Creates an object whose managed fields somebody else fills in. */
    ObjectNode create(
            ResourceType type, String namespace, ObjectNode body, WriteOptions options, Consumer<ObjectNode> manage) {
        WriteChecks.kind(type, body, minor(), this::isKnown);
        decode(type, body, options);
        ObjectNode metadata = Json.child(body, "metadata");
        name(metadata);
        String version = metadata.path("resourceVersion").asText("");
        if (!version.isEmpty() && !version.equals("0") && !options.dryRun()) {
            throw ApiException.failed("resourceVersion should not be set on objects to be created");
        }
        if (type.namespaced()) {
            String own = metadata.path("namespace").asText("");
            if (!own.isEmpty() && !own.equals(namespace)) {
                throw ApiException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        return cluster.store().locked(() -> {
            if (type.namespaced()) {
                inNamespace(type, namespace, metadata.path("name").asText());
            }
            ObjectNode taken = cluster.store().get(type.groupResource(), ObjectKey.of(body));
            if (taken != null) {
                throw ApiException.alreadyExists(
                        type,
                        metadata.path("name").asText(),
                        taken.path("metadata").has("deletionTimestamp"));
            }
            metadata.remove(List.of(
                    "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"));
            metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Times.now());
            if (type.has("gen")) {
                metadata.put("generation", 1);
            }
            if (type.has("status")) {
                body.remove("status");
            }
            cluster.store().admit(type.groupResource(), body);
            boolean tokenless = new ServiceAccounts(cluster.store()).keepsToken(type, body);
            ServiceAccounts.withoutToken(body, tokenless);
            ObjectNode created = Preparation.prepare(cluster, type, body, null, options);
            ServiceAccounts.asSent(created, tokenless);
            cluster.webhooks().check(new Webhooks.Write("CREATE", type, "", created, null, options.dryRun()));
            cluster.quotas().check(type, created);
            options.warnings().addAll(Warnings.created(type, created, minor()));
            manage.accept(created);
            return toVersion(type, options.dryRun() ? created : cluster.store().put(type.groupResource(), created));
        });
    }

    private int minor() {
        return cluster.types().version().minor();
    }

    private boolean isKnown(String apiVersion, String kind) {
        String single = kind.endsWith("List") ? kind.substring(0, kind.length() - 4) : kind;
        ResourceType type = cluster.types().byKind(apiVersion, single);
        return type != null && type.crd() == null;
    }

    /** Reads the sent object into its type; a field the type does not have goes, told as the options say. */
    private void decode(ResourceType type, ObjectNode body, WriteOptions options) {
        try {
            options.unknown(
                    Preparation.decode(type, body, cluster.types().version().minor()));
        } catch (DecodingException e) {
            throw ApiException.badRequest(
                    WriteChecks.cannotBeHandled(type.kind(), type, String.valueOf(e.getMessage())));
        }
    }

    private static void name(ObjectNode metadata) {
        String prefix = metadata.path("generateName").asText("");
        if (metadata.path("name").asText("").isEmpty() && !prefix.isEmpty()) {
            metadata.put("name", prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX)) + suffix());
        }
    }

    /** Five characters as Kubernetes appends to generated names. */
    public static String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(RANDOM.charAt(ThreadLocalRandom.current().nextInt(RANDOM.length())));
        }
        return suffix.toString();
    }

    private void inNamespace(ResourceType type, String namespace, String name) {
        ObjectNode found = cluster.store().get(NAMESPACES, new ObjectKey("", namespace));
        if (found == null) {
            throw ApiException.noSuchNamespace(namespace);
        }
        if (found.path("metadata").has("deletionTimestamp")) {
            throw ApiException.terminating(type, name, namespace);
        }
    }

    /** Replaces an object, or its status; the caller gives the tree away. */
    public ObjectNode update(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        WriteChecks.kind(type, body, minor(), this::isKnown);
        decode(type, body, options);
        WriteChecks.named(body, namespace, name, minor());
        return cluster.store().locked(() -> {
            ObjectNode old = existing(type, new ObjectKey(namespace, name));
            return replace(type, old, body, subresource, options);
        });
    }

    /** A request that replaces: a few kinds are made by it where they are not there. */
    public PatchApi.Patched put(
            ResourceType type, String namespace, String name, ObjectNode body, WriteOptions options) {
        return cluster.store().locked(() -> {
            ObjectNode there = cluster.store().get(type.groupResource(), new ObjectKey(namespace, name));
            boolean makes = type.has("putmakes")
                    && !WriteChecks.isOldService(type, cluster.types().version().minor());
            if (there != null || !makes) {
                return new PatchApi.Patched(update(type, namespace, name, "", body, options), false);
            }
            WriteChecks.named(body, namespace, name, minor());
            Json.child(body, "metadata").remove("resourceVersion");
            return new PatchApi.Patched(create(type, namespace, body, options), true);
        });
    }

    /** Stores a changed object, within the lock: the common end of update and patch. */
    ObjectNode replace(ResourceType type, ObjectNode old, ObjectNode body, String subresource, WriteOptions options) {
        ObjectNode updated = beforeStore(type, old, body, subresource, options);
        manage(type, old, updated, updated, subresource, options);
        options.warnings().addAll(Warnings.changed(type, updated, minor()));
        return store(type, old, updated, options);
    }

    /** The object as it would be stored, without its managed fields. */
    ObjectNode beforeStore(
            ResourceType type, ObjectNode old, ObjectNode body, String subresource, WriteOptions options) {
        WriteChecks.meant(type, old, body, cluster.types().version().minor());
        ObjectNode updated =
                Preparation.prepare(cluster, type, Preparation.carryOver(type, old, body, subresource), old, options);
        cluster.webhooks().check(new Webhooks.Write("UPDATE", type, subresource, updated, old, options.dryRun()));
        return updated;
    }

    /** Who writes; servers before Kubernetes 1.22 did not tell subresources apart. */
    ManagedFields.Writer writer(ResourceType type, String subresource, WriteOptions options) {
        boolean told = cluster.types().version().minor() >= 22;
        return new ManagedFields.Writer(
                options.fieldManager(), type.apiVersion(), told ? subresource : "", Times.now());
    }

    private void manage(
            ResourceType type,
            JsonNode old,
            ObjectNode updated,
            JsonNode body,
            String subresource,
            WriteOptions options) {
        if (options.fieldManager().isEmpty()) {
            return;
        }
        ManagedFields managed = ManagedFields.of(updated);
        managed.updated(
                old.isEmpty() ? old : toVersion(type, (ObjectNode) old),
                Preparation.sentByClient(type, old, toVersion(type, updated), body),
                Preparation.typeInfo(type),
                writer(type, subresource, options));
        managed.to(updated);
    }

    /** Stores what has changed; what has not is left as it is, and one whose last finalizer is gone is removed. */
    ObjectNode store(ResourceType type, ObjectNode old, ObjectNode updated, WriteOptions options) {
        if (ManagedFields.sameButTimes(old, updated)) {
            return toVersion(type, old);
        }
        if (options.dryRun()) {
            return toVersion(type, updated);
        }
        if (updated.path("metadata").has("deletionTimestamp") && isHeld(old) && !isHeld(updated)) {
            cluster.store().remove(type.groupResource(), ObjectKey.of(updated));
            return toVersion(type, updated);
        }
        return toVersion(type, cluster.store().put(type.groupResource(), updated));
    }

    /** By finalizers, of which a namespace has some in its spec too. */
    private static boolean isHeld(ObjectNode object) {
        return !object.path("metadata").path("finalizers").isEmpty()
                || (object.path("kind").asText().equals("Namespace")
                        && object.path("apiVersion").asText().equals("v1")
                        && !object.path("spec").path("finalizers").isEmpty());
    }

    /** Deletes an object by the options of the request. */
    public ObjectNode delete(ResourceType type, String namespace, String name, JsonNode options, boolean dryRun) {
        Deletion.check(options);
        return cluster.store().locked(() -> {
            ObjectNode object = existing(type, new ObjectKey(namespace, name));
            cluster.webhooks().check(new Webhooks.Write("DELETE", type, "", null, object, dryRun));
            @Nullable ObjectNode left = deletion.delete(type, object, options, dryRun);
            return left == null && !type.has("returned")
                    ? deleted(type, object)
                    : toVersion(type, left == null ? object : left);
        });
    }

    private static ObjectNode deleted(ResourceType type, ObjectNode object) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        ObjectNode details = status.put("status", "Success").putObject("details");
        details.put("name", Json.text(object, "metadata", "name"));
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", Json.text(object, "metadata", "uid"));
        return status;
    }
}
