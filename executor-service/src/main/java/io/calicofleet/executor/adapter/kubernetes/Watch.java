package io.calicofleet.executor.adapter.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.WatchAge;
import io.calicofleet.executor.port.WatchedObjects;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list, then a watch from its resourceVersion on, as one stream of JSON lines.
 *
 * <pre>
 *   list --&gt; stream --ends or breaks--&gt; stream again from the last resourceVersion, after a pause that grows
 *     ^         |
 *     +---------+-- an ERROR in it (410 Gone), or nothing heard for longer than a server that works is silent
 * </pre>
 *
 * <p>A stream is asked to end after a minute, and for bookmarks: what says nothing for longer has stalled somewhere on the
 * way. What it says is believed for {@link #OLDEST} after it was last proven.
 *
 * <p>Runs on a virtual thread of its own, which waits while the stream is read by the client's event loop. A kind that is
 * not served is an empty list, asked for again from time to time: its definition may yet come. One that was served before, and of
 * which there was something, is believed to be gone only once that has been so for a while: an API server that starts lists its own kinds
 * first.
 */
final class Watch implements WatchedObjects {

    private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SERVER_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration OLDEST = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration NOT_SERVED_PAUSE = Duration.ofSeconds(5);

    /** An object has at most 1.5 MiB in etcd; a line without an end is none. */
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private static final Set<String> WRITERS_ASKED = Set.of("DaemonSet", "Deployment");

    private final KubernetesApi api;
    private final String apiVersion;
    private final String kind;
    private final String namespace;
    private final String labelSelector;
    private final Runnable changed;
    private final Duration timeout;
    private final Duration grace;
    private final WatchAge age;
    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    private final CountDownLatch listed = new CountDownLatch(1);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicReference<@Nullable ClusterException> broken = new AtomicReference<>();
    private volatile String resourceVersion = "";
    private boolean suspected;
    private @Nullable Long notServedSince;

    Watch(KubernetesApi api, String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        this(api, apiVersion, kind, namespace, labelSelector, changed, SERVER_TIMEOUT, GRACE, OLDEST);
    }

    /**
     * One with times of its own.
     *
     * @param timeout after which a server is asked to end a stream
     * @param grace how much longer silence may last
     * @param oldest how old what is known may be to be believed
     */
    Watch(
            KubernetesApi api,
            String apiVersion,
            String kind,
            String namespace,
            String labelSelector,
            Runnable changed,
            Duration timeout,
            Duration grace,
            Duration oldest) {
        this.api = requireNonNull(api, "api");
        this.apiVersion = requireNonNull(apiVersion, "apiVersion");
        this.kind = requireNonNull(kind, "kind");
        this.namespace = requireNonNull(namespace, "namespace");
        this.labelSelector = requireNonNull(labelSelector, "labelSelector");
        this.changed = requireNonNull(changed, "changed");
        this.timeout = requireNonNull(timeout, "timeout");
        this.grace = requireNonNull(grace, "grace");
        this.age = new WatchAge(kind, ClusterException.Problem.UNAVAILABLE, oldest, System::nanoTime);
    }

    Watch start() {
        Thread.ofVirtual().name("watch-" + kind).start(this::run);
        return this;
    }

    @Override
    public List<ObjectNode> objects() {
        try {
            boolean known = listed.await(20, TimeUnit.SECONDS);
            ClusterException why = broken.get();
            if (!known) {
                throw why != null
                        ? why
                        : new ClusterException(
                                ClusterException.Problem.UNAVAILABLE, "no list of all " + kind + " yet", null);
            }
            age.check(why);
            return List.copyOf(objects.values());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(ClusterException.Problem.UNAVAILABLE, "interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.complete(null);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!closed.isDone()) {
            try {
                if (resourceVersion.isEmpty() && !list()) {
                    pause(NOT_SERVED_PAUSE);
                    continue;
                }
                long began = System.nanoTime();
                stream();
                broken.set(null);
                if (age.age().compareTo(silence()) > 0) {
                    suspected = true;
                    resourceVersion = "";
                }
                if (System.nanoTime() - began >= TimeUnit.SECONDS.toNanos(1)) {
                    pause = FIRST_PAUSE;
                } else {
                    // Cut at once, by a proxy perhaps: not as fast as we can.
                    pause(pause);
                    pause = longer(pause);
                }
            } catch (ClusterException e) {
                broken(e);
                pause(pause);
                pause = longer(pause);
            } catch (RuntimeException e) {
                // A client that was closed under it, or an answer nobody foresaw: the thread must not end.
                broken(new ClusterException(ClusterException.Problem.UNEXPECTED, "watch of " + kind + ": " + e, e));
                pause(pause);
                pause = longer(pause);
            }
        }
    }

    private void broken(ClusterException why) {
        suspected |= age.age().compareTo(silence()) > 0;
        resourceVersion = "";
        broken.set(why);
        LOGGER.atDebug()
                .addKeyValue(LogKeys.OBJECT, kind)
                .addKeyValue(LogKeys.REASON, why.message())
                .log("a watch is taken up again");
    }

    /** After which silence a stream has stalled: bookmarks come about once a minute, and it should have ended by then. */
    private Duration silence() {
        return timeout.plus(grace);
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** Whether the kind is served. */
    private boolean list() {
        Optional<String> path = api.path(apiVersion, kind, namespace);
        Optional<ObjectNode> list = path.flatMap(collection -> api.request(
                "GET",
                collection + (labelSelector.isEmpty() ? "" : "?labelSelector=" + KubernetesApi.encode(labelSelector)),
                null));
        believeGone(list.isPresent());
        Map<String, ObjectNode> found = new ConcurrentHashMap<>();
        list.ifPresent(
                all -> KubernetesApi.items(all, apiVersion, kind).forEach(item -> found.put(key(item), slim(item))));
        boolean differs = !found.equals(objects);
        objects.keySet().retainAll(found.keySet());
        objects.putAll(found);
        resourceVersion = list.map(
                        all -> all.path("metadata").path("resourceVersion").asText())
                .orElse("");
        age.currentAgain(suspected && differs);
        suspected = false;
        broken.set(null);
        listed.countDown();
        if (differs) {
            changed.run();
        }
        return list.isPresent();
    }

    /** @throws ClusterException where it is too early to believe that a kind is not served any more */
    private void believeGone(boolean served) {
        if (served || objects.isEmpty()) {
            notServedSince = null;
            return;
        }
        long now = System.nanoTime();
        long since = notServedSince == null ? now : notServedSince;
        notServedSince = since;
        if (now - since < grace.toNanos() || !api.ready()) {
            throw new ClusterException(
                    ClusterException.Problem.UNAVAILABLE,
                    "all " + kind + " are not served, though they were before",
                    null);
        }
    }

    private void stream() {
        String path = api.path(apiVersion, kind, namespace).orElseThrow();
        String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + Math.max(1, timeout.toSeconds())
                + "&resourceVersion=" + resourceVersion
                + (labelSelector.isEmpty() ? "" : "&labelSelector=" + KubernetesApi.encode(labelSelector));
        HttpRequest request = api.client()
                .getHttpClient()
                .newHttpRequestBuilder()
                .uri(api.server() + path + query)
                .header("Accept", "application/json")
                .forStreaming()
                .build();
        Lines lines = new Lines();
        long began = System.nanoTime();
        try {
            HttpResponse<AsyncBody> response = api.client()
                    .getHttpClient()
                    .consumeBytes(request, (bytes, body) -> {
                        bytes.forEach(lines::add);
                        body.consume();
                    })
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            AsyncBody body = response.body();
            try {
                if (!response.isSuccessful()) {
                    if (response.code() == 410) {
                        resourceVersion = "";
                    }
                    throw KubernetesErrors.of("watch of " + kind, response.code(), null);
                }
                body.consume();
                follow(body, lines, began);
            } finally {
                lines.end();
                // One that has ended gave its connection back: to cancel it would close what another request may be
                // using by now.
                if (!body.done().isDone()) {
                    body.cancel();
                }
            }
        } catch (CompletionException e) {
            throw KubernetesErrors.of("watch of " + kind, e);
        }
    }

    /** Reads until the stream ends or has stalled. One that ends when it was asked to has said all there was. */
    private void follow(AsyncBody body, Lines lines, long began) {
        CompletableFuture<Object> end = CompletableFuture.anyOf(body.done(), lines.endless, closed);
        Duration left = silence().minus(age.age());
        while (left.isPositive()) {
            try {
                end.get(left.toMillis() + 1, TimeUnit.MILLISECONDS);
                if (System.nanoTime() - began
                        >= timeout.multipliedBy(9).dividedBy(10).toNanos()) {
                    age.proven();
                }
                return;
            } catch (TimeoutException expected) {
                left = silence().minus(age.age()); // less than nothing, unless something was heard
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed.complete(null);
                return;
            }
        }
    }

    private void event(byte[] line) {
        try {
            JsonNode event = JSON.readTree(line);
            String type = event.path("type").asText();
            if (!(event.path("object") instanceof ObjectNode object)) {
                return;
            }
            if (type.equals("ERROR")) {
                resourceVersion = ""; // From the list again.
                return;
            }
            age.proven();
            resourceVersion = object.path("metadata").path("resourceVersion").asText(resourceVersion);
            switch (type) {
                case "ADDED", "MODIFIED" -> objects.put(key(object), slim(object));
                case "DELETED" -> objects.remove(key(object));
                default -> {
                    return; // A bookmark: nothing but the resourceVersion.
                }
            }
            changed.run();
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue(LogKeys.REASON, e.toString()).log("a line of a watch is no JSON");
        }
    }

    private void pause(Duration time) {
        try {
            // Not all at the same moment, where an API server comes back.
            long half = time.toMillis() / 2;
            closed.get(half + ThreadLocalRandom.current().nextLong(half + 1), TimeUnit.MILLISECONDS);
        } catch (TimeoutException expected) {
            // The pause is over.
        } catch (InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
            closed.complete(null);
        }
    }

    private static String key(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.path("namespace").asText() + "/" + metadata.path("name").asText();
    }

    /** Who wrote what takes more memory than all the rest, and is asked of workloads only. */
    private ObjectNode slim(ObjectNode object) {
        if (!WRITERS_ASKED.contains(kind) && object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return object;
    }

    /** Cuts a stream into lines. Called by one thread at a time, and ended by another. */
    private final class Lines {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final CompletableFuture<Void> endless = new CompletableFuture<>();
        private volatile boolean ended;

        /** What still comes of it is older than what is listed next. */
        void end() {
            ended = true;
        }

        void add(ByteBuffer buffer) {
            while (!ended && buffer.hasRemaining()) {
                byte next = buffer.get();
                if (line.size() >= LONGEST_LINE) {
                    ended = true;
                    endless.completeExceptionally(
                            new IOException("a line of it is longer than " + LONGEST_LINE / (1024 * 1024) + " MiB"));
                } else if (next != '\n') {
                    line.write(next);
                } else if (line.size() > 0) {
                    event(line.toByteArray());
                    line.reset();
                }
            }
        }
    }
}
