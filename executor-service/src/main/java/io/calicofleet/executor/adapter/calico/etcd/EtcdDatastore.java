package io.calicofleet.executor.adapter.calico.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdForm;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.Json;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calico's resources in etcd v3. A write compares the revision of the last change in one transaction with the write
 * itself, as Calico does, so that nobody's change is lost. Writes bypass the checks and defaults of Calico's clients, so
 * resources have to be complete.
 */
final class EtcdDatastore implements CalicoDatastore {

    /** So many entries in one answer: a full block of IPAM has some 15 KB, and gRPC takes 4 MiB. */
    private static final long PAGE = 50;

    /** How often a read begins anew whose revision was compacted away meanwhile. */
    private static final int COMPACTIONS = 3;

    private final Client client;
    private final String etcd;
    private final Duration timeout;
    private final Supplier<CalicoVersion> version;

    /** A resource and the key it was found under. */
    private record Stored(String key, ObjectNode resource, long revision) {}

    EtcdDatastore(Client client, String etcd, Duration timeout, Supplier<CalicoVersion> version) {
        this.client = requireNonNull(client, "client");
        this.etcd = requireNonNull(etcd, "etcd");
        this.timeout = requireNonNull(timeout, "timeout");
        this.version = requireNonNull(version, "version");
    }

    @Override
    public Datastore datastore() {
        return Datastore.ETCD;
    }

    @Override
    public Optional<ObjectNode> find(CalicoKind kind, String name) {
        return stored(kind, "", name).map(Stored::resource);
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return EtcdForm.once(kind, read(kind).resources(), version.get());
    }

    @Override
    public ObjectNode create(ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        String what = "create " + kind.kind() + " " + name(resource);
        if (stored(kind, namespace(resource), name(resource)).isPresent()) {
            throw new ClusterException(Problem.ALREADY_EXISTS, what + ": it is there already", null);
        }
        ObjectNode complete = resource.deepCopy();
        ObjectNode metadata = Json.child(complete, "metadata");
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put(
                "creationTimestamp",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        String key = EtcdForm.key(kind, complete, version.get());
        TxnResponse answer = put(what, kind, key, complete, new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.version(0)));
        if (!answer.isSucceeded()) {
            throw new ClusterException(Problem.ALREADY_EXISTS, what + ": it is there already", null);
        }
        return written(complete, answer);
    }

    @Override
    public ObjectNode replace(ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        String what = "replace " + kind.kind() + " " + name(resource);
        long revision = revision(resource);
        Stored present = stored(kind, namespace(resource), name(resource))
                .orElseThrow(() -> new ClusterException(Problem.NOT_FOUND, what + ": it is not there", null));
        Cmp unchanged = new Cmp(bytes(present.key()), Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
        TxnResponse answer = put(what, kind, present.key(), resource, unchanged);
        if (!answer.isSucceeded()) {
            throw new ClusterException(
                    Problem.CONFLICT, what + ": it has changed since revision " + revision + " was read", null);
        }
        return written(resource, answer);
    }

    @Override
    public void delete(ObjectNode resource) {
        CalicoKind kind = CalicoKind.of(resource);
        for (String key : EtcdForm.keys(kind, namespace(resource), name(resource), version.get())) {
            var unused = traced(
                    "delete",
                    kind,
                    resource,
                    () -> answer("delete " + key, client.getKVClient().delete(bytes(key))));
        }
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return new EtcdWatch(client.getWatchClient(), kind, () -> read(kind), version, changed).start();
    }

    /**
     * All of a kind at one moment.
     *
     * @param resources by their keys
     * @param revision the revision of etcd they are of
     */
    record Listing(Map<String, ObjectNode> resources, long revision) {}

    private Listing read(CalicoKind kind) {
        ByteSequence prefix = bytes(EtcdForm.prefix(kind));
        GetResponse answer = answer(
                "list " + kind.plural(),
                client.getKVClient()
                        .get(prefix, GetOption.builder().isPrefix(true).build()));
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        for (KeyValue entry : answer.getKvs()) {
            EtcdForm.toV3(kind, entry.getValue().toString(UTF_8), entry.getModRevision())
                    .ifPresent(resource -> resources.put(entry.getKey().toString(UTF_8), resource));
        }
        return new Listing(resources, answer.getHeader().getRevision());
    }

    @Override
    public SortedMap<String, String> entries(String prefix) {
        for (int attempt = 1; ; attempt++) {
            try {
                return atOneMoment(prefix);
            } catch (ClusterException e) {
                if (!EtcdErrors.isCompacted(e) || attempt > COMPACTIONS) {
                    throw e;
                }
            }
        }
    }

    private SortedMap<String, String> atOneMoment(String prefix) {
        SortedMap<String, String> entries = new TreeMap<>();
        ByteSequence end = OptionsUtil.prefixEndOf(bytes(prefix));
        ByteSequence from = bytes(prefix);
        long revision = 0;
        long limit = PAGE;
        while (true) {
            GetResponse page;
            try {
                page = answer(
                        "list " + prefix,
                        client.getKVClient()
                                .get(
                                        from,
                                        GetOption.builder()
                                                .withRange(end)
                                                .withLimit(limit)
                                                .withRevision(revision)
                                                .build()));
            } catch (ClusterException e) {
                if (!EtcdErrors.isTooLarge(e) || limit == 1) {
                    throw e;
                }
                limit /= 2;
                continue;
            }
            for (KeyValue entry : page.getKvs()) {
                entries.put(entry.getKey().toString(UTF_8), entry.getValue().toString(UTF_8));
            }
            if (!page.isMore() || page.getKvs().isEmpty()) {
                return entries;
            }
            // The rest as of the same moment, from behind the last key.
            revision = revision == 0 ? page.getHeader().getRevision() : revision;
            from = bytes(page.getKvs().getLast().getKey().toString(UTF_8) + "\0");
        }
    }

    private Optional<Stored> stored(CalicoKind kind, String namespace, String name) {
        for (String key : EtcdForm.keys(kind, namespace, name, version.get())) {
            GetResponse answer = answer("get " + key, client.getKVClient().get(bytes(key)));
            for (KeyValue entry : answer.getKvs()) {
                Optional<ObjectNode> resource =
                        EtcdForm.toV3(kind, entry.getValue().toString(UTF_8), entry.getModRevision());
                if (resource.isPresent()) {
                    return Optional.of(new Stored(key, resource.get(), entry.getModRevision()));
                }
            }
        }
        return Optional.empty();
    }

    private TxnResponse put(String what, CalicoKind kind, String key, ObjectNode resource, Cmp condition) {
        ByteSequence value = bytes(EtcdForm.toValue(kind, resource, key, version.get()));
        return traced(
                "put",
                kind,
                resource,
                () -> answer(
                        what,
                        client.getKVClient()
                                .txn()
                                .If(condition)
                                .Then(Op.put(bytes(key), value, PutOption.DEFAULT))
                                .commit()));
    }

    private static <T> T traced(String operation, CalicoKind kind, ObjectNode resource, Supplier<T> request) {
        try (Traced asked = Tracing.request(operation + " " + kind.plural())) {
            asked.with("db.system.name", "etcd")
                    .with("db.operation.name", operation)
                    .with("calico_fleet.object", kind.plural() + " " + name(resource));
            try {
                return request.get();
            } catch (ClusterException e) {
                asked.failed(e.problem().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }
    }

    private static ObjectNode written(ObjectNode resource, TxnResponse answer) {
        ObjectNode copy = resource.deepCopy();
        Json.child(copy, "metadata")
                .put("resourceVersion", Long.toString(answer.getHeader().getRevision()));
        return copy;
    }

    private static long revision(ObjectNode resource) {
        try {
            return Long.parseLong(Json.text(resource.get("metadata"), "resourceVersion"));
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "to replace " + name(resource) + " without a resourceVersion would overwrite others; "
                            + "this is a fault of the step",
                    e);
        }
    }

    private <T> T answer(String what, CompletableFuture<T> future) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            future.cancel(true);
            throw EtcdErrors.of(what + " in " + etcd, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(Problem.DATASTORE_UNAVAILABLE, what + " in " + etcd + ": interrupted", e);
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static String name(ObjectNode resource) {
        return Json.text(resource.get("metadata"), "name");
    }

    private static String namespace(ObjectNode resource) {
        return Json.text(resource.get("metadata"), "namespace");
    }
}
