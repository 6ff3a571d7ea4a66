package io.calicofleet.executor.adapter.calico.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdForm;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.WatchAge;
import io.calicofleet.executor.port.WatchedObjects;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of one kind in etcd: a list, then a watch from its revision on; where that breaks, or its revision is
 * compacted away, or it says nothing although it is asked to, from the list again after a pause that grows. Runs on a
 * virtual thread of its own.
 */
final class EtcdWatch implements WatchedObjects {

    private static final Logger LOGGER = LoggerFactory.getLogger(EtcdWatch.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration ASK_EVERY = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration OLDEST = Duration.ofMinutes(2);

    private final Watch client;
    private final CalicoKind kind;
    private final Supplier<EtcdDatastore.Listing> list;
    private final Supplier<CalicoVersion> version;
    private final Runnable changed;
    private final Map<String, ObjectNode> resources = new TreeMap<>();
    private final CountDownLatch listed = new CountDownLatch(1);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final WatchAge age;
    private boolean suspected;
    private volatile @Nullable ClusterException broken;

    EtcdWatch(
            Watch client,
            CalicoKind kind,
            Supplier<EtcdDatastore.Listing> list,
            Supplier<CalicoVersion> version,
            Runnable changed) {
        this.client = requireNonNull(client, "client");
        this.kind = requireNonNull(kind, "kind");
        this.list = requireNonNull(list, "list");
        this.version = requireNonNull(version, "version");
        this.changed = requireNonNull(changed, "changed");
        this.age = new WatchAge(kind.kind(), Problem.DATASTORE_UNAVAILABLE, OLDEST, System::nanoTime);
    }

    EtcdWatch start() {
        Thread.ofVirtual().name("etcd-watch-" + kind.plural()).start(this::run);
        return this;
    }

    @Override
    public List<ObjectNode> objects() {
        try {
            if (!listed.await(20, TimeUnit.SECONDS)) {
                ClusterException why = broken;
                throw why != null
                        ? why
                        : new ClusterException(
                                Problem.DATASTORE_UNAVAILABLE, "no list of all " + kind.kind() + " yet", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(Problem.DATASTORE_UNAVAILABLE, "interrupted", e);
        }
        age.check(broken);
        synchronized (resources) {
            return EtcdForm.once(kind, new LinkedHashMap<>(resources), version.get());
        }
    }

    @Override
    public void close() {
        closed.complete(null);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!closed.isDone()) {
            long began = System.nanoTime();
            try {
                stream(list() + 1);
            } catch (ClusterException e) {
                broken(e);
            } catch (RuntimeException e) {
                // A client that was closed under it, or an answer nobody foresaw: the thread must not end.
                broken(EtcdErrors.of("watch of " + kind.plural(), e));
            }
            // One that lists, and breaks each stream at once, is not listed as fast as we can.
            pause = System.nanoTime() - began >= LONGEST_PAUSE.toNanos() ? FIRST_PAUSE : pause;
            pause(pause);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
        }
    }

    private void broken(ClusterException why) {
        suspected |= age.age().compareTo(SILENCE) > 0;
        broken = why;
        LOGGER.atDebug()
                .addKeyValue(LogKeys.OBJECT, kind.kind())
                .addKeyValue(LogKeys.REASON, why.message())
                .log("a watch is taken up again");
    }

    private long list() {
        EtcdDatastore.Listing now = list.get();
        boolean differs;
        synchronized (resources) {
            differs = !resources.equals(now.resources());
            resources.clear();
            resources.putAll(now.resources());
        }
        broken = null;
        age.currentAgain(suspected && differs);
        suspected = false;
        listed.countDown();
        if (differs) {
            changed.run();
        }
        return now.revision();
    }

    /** Follows the changes; returns or throws when the stream ends. */
    private void stream(long from) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(from)
                .withProgressNotify(true)
                .build();
        Watch.Listener listener =
                Watch.listener(this::changed, ended::completeExceptionally, () -> ended.complete(null));
        ByteSequence prefix = ByteSequence.from(EtcdForm.prefix(kind), UTF_8);
        Watch.Watcher watcher = client.watch(prefix, option, listener);
        try {
            CompletableFuture<Object> end = CompletableFuture.anyOf(ended, closed);
            while (!suspected) {
                try {
                    end.get(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException expected) {
                    suspected = age.age().compareTo(SILENCE) > 0;
                    client.requestProgress();
                }
            }
        } catch (ExecutionException e) {
            throw EtcdErrors.of("watch of " + kind.plural(), new CompletionException(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.complete(null);
        } finally {
            watcher.close();
        }
    }

    private void changed(WatchResponse response) {
        age.proven();
        synchronized (resources) {
            for (WatchEvent event : response.getEvents()) {
                String key = event.getKeyValue().getKey().toString(UTF_8);
                Optional<ObjectNode> resource = event.getEventType() == WatchEvent.EventType.PUT
                        ? EtcdForm.toV3(
                                kind,
                                event.getKeyValue().getValue().toString(UTF_8),
                                event.getKeyValue().getModRevision())
                        : Optional.empty();
                resource.ifPresentOrElse(put -> resources.put(key, put), () -> resources.remove(key));
            }
        }
        if (!response.getEvents().isEmpty()) {
            changed.run();
        }
    }

    private void pause(Duration time) {
        try {
            // Not all at the same moment, where an etcd comes back.
            long half = time.toMillis() / 2;
            closed.get(half + ThreadLocalRandom.current().nextLong(half + 1), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // go on
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.complete(null);
        }
    }
}
