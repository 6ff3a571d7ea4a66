package io.calicofleet.executor.adapter.kubernetes;

import static io.calicofleet.executor.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.calicofleet.executor.port.ClusterException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A watch of one kind on an API server of which one can say how its streams go wrong. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class WatchTest {

    private enum Streams {
        /** Each change is sent, and it ends when it was asked to. */
        WELL,
        /** Nothing ever comes, and it does not end. */
        STALLED,
        /** It ends at once. */
        CUT,
        /** Its resourceVersion is too old. */
        GONE,
        /** A line of it never ends. */
        ENDLESS,
        /** The kind is not served. */
        UNSERVED,
        /** The kind is not served, and the server not ready. */
        STARTING,
        /** There is no answer. */
        AWAY
    }

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(5));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private HttpServer server;
    private KubernetesApi api;
    private volatile Streams streams = Streams.WELL;
    private volatile int phase = 1;
    private volatile boolean parts;
    private final AtomicInteger unserved = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        api = clients.open(Files.writeString(directory.resolve("c.yaml"), """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://%s:%d"}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            current-context: c
            users: [{name: u, user: {token: t}}]
            """.formatted(
                        InetAddress.getLoopbackAddress().getHostAddress(),
                        server.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        over.countDown();
        api.close();
        server.stop(0);
        threads.shutdownNow();
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_stream_that_goes_well_is_never_found_stale_and_goes_on_without_a_list() {
        try (Watch watch = watch()) {
            assertThat(seen(watch)).isEqualTo(1);
            phase = 2;
            patiently().until(() -> seen(watch) == 2);
            phase = 3;
            patiently().until(() -> seen(watch) == 3);
            await().during(Duration.ofSeconds(4)).atMost(Duration.ofMinutes(1)).until(() -> seen(watch) == 3);
            assertThat(lists.get()).as("four streams have ended").isLessThan(4);
            assertThat(connections)
                    .as("what has ended gives its connection back, and does not close it")
                    .hasSizeLessThan(4);
        }
    }

    @Test
    void a_stream_that_stalls_is_listed_again_and_what_changed_meanwhile_is_told_once_as_stale() {
        streams = Streams.STALLED;
        try (Watch watch = watch()) {
            assertThat(seen(watch)).isEqualTo(1);
            phase = 2;
            patiently().until(() -> lists.get() > 1);
            patiently().until(() -> changes.get() > 1);

            assertThatThrownBy(watch::objects).isInstanceOfSatisfying(ClusterException.class, stale -> {
                assertThat(stale.isTransient()).isTrue();
                assertThat(stale.stale()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                assertThat(stale).hasMessageContaining("the watch of every Pod had been silent");
            });
            assertThat(seen(watch)).isEqualTo(2);
        }
    }

    @Test
    void a_stream_that_stalls_while_nothing_changes_is_no_loss() {
        streams = Streams.STALLED;
        try (Watch watch = watch()) {
            patiently().until(() -> lists.get() > 2);
            assertThat(seen(watch)).isEqualTo(1);
        }
    }

    @Test
    void streams_that_are_cut_or_gone_are_taken_up_without_haste_and_stay_current() {
        for (Streams bad : List.of(Streams.CUT, Streams.GONE)) {
            streams = bad;
            phase = 1;
            lists.set(0);
            try (Watch watch = watch()) {
                assertThat(seen(watch)).isEqualTo(1);
                phase = 2;
                patiently().ignoreExceptionsInstanceOf(ClusterException.class).until(() -> seen(watch) == 2);
                assertThat(lists.get()).as("%s", bad).isBetween(2, 20);
            }
        }
    }

    @Test
    void where_nothing_answers_any_more_what_is_known_is_soon_too_old_to_be_believed() {
        try (Watch watch = watch()) {
            assertThat(seen(watch)).isEqualTo(1);
            streams = Streams.AWAY;

            patiently()
                    .untilAsserted(() -> assertThatThrownBy(watch::objects)
                            .isInstanceOf(ClusterException.class)
                            .hasMessageContaining("what is known of every Pod is"));
            phase = 2;
            streams = Streams.WELL;
            patiently().ignoreExceptionsInstanceOf(ClusterException.class).until(() -> seen(watch) == 2);
        }
    }

    @Test
    void a_kind_that_is_not_served_for_a_moment_is_no_empty_list_and_one_that_stays_so_is() {
        try (Watch watch = watch()) {
            assertThat(seen(watch)).isEqualTo(1);
            streams = Streams.UNSERVED;
            patiently().until(() -> unserved.get() > 2);
            assertThat(seen(watch)).isEqualTo(1);
            phase = 2;
            streams = Streams.WELL;
            patiently().ignoreExceptionsInstanceOf(ClusterException.class).until(() -> seen(watch) == 2);
            // When
            streams = Streams.UNSERVED;
            // Then
            patiently()
                    .ignoreExceptionsInstanceOf(ClusterException.class)
                    .until(() -> watch.objects().isEmpty());
        }
    }

    @Test
    void a_line_without_an_end_is_no_memory_without_an_end_and_the_list_is_asked_again() {
        streams = Streams.ENDLESS;
        try (Watch watch = watch()) {
            assertThat(seen(watch)).isEqualTo(1);
            phase = 2;
            patiently().until(() -> lists.get() > 1);
            streams = Streams.WELL;
            patiently().ignoreExceptionsInstanceOf(ClusterException.class).until(() -> seen(watch) == 2);
        }
    }

    @Test
    void a_list_whose_next_part_is_gone_or_always_the_same_is_no_list() {
        for (Streams bad : List.of(Streams.WELL, Streams.UNSERVED)) {
            parts = true;
            streams = bad;
            assertThatThrownBy(() -> api.list("v1", "Pod", "", ""))
                    .as("%s", bad)
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("the list of all Pod broke off");
        }
    }

    @Test
    void a_kind_that_was_never_served_is_an_empty_list_of_a_server_that_is_ready_and_none_of_one_that_starts() {
        streams = Streams.STARTING;
        try (Watch watch = watch()) {
            patiently().until(() -> unserved.get() > 1);
            assertThat(changes.get()).isZero();
            streams = Streams.UNSERVED;
            patiently()
                    .ignoreExceptionsInstanceOf(ClusterException.class)
                    .until(() -> watch.objects().isEmpty());
        }
    }

    private Watch watch() {
        return new Watch(
                        api,
                        "v1",
                        "Pod",
                        "",
                        "",
                        changes::incrementAndGet,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))
                .start();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static int seen(Watch watch) {
        return watch.objects().getFirst().at("/metadata/labels/phase").asInt();
    }

    private void answer(HttpExchange exchange) throws IOException {
        connections.add(exchange.getRemoteAddress());
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (path.equals("/api/v1")) {
            send(exchange, 200, "{\"resources\": [{\"name\": \"pods\", \"kind\": \"Pod\", \"namespaced\": true}]}");
        } else if (path.equals("/readyz")) {
            send(exchange, streams == Streams.STARTING ? 500 : 200, "ok");
        } else if (!path.equals("/api/v1/pods")) {
            send(exchange, 404, "{}");
        } else if (parts && !query.contains("continue=")) {
            send(exchange, 200, "{\"metadata\": {\"continue\": \"x\"}, \"items\": [" + pod(1) + "]}");
        } else if (streams == Streams.UNSERVED || streams == Streams.STARTING) {
            unserved.incrementAndGet();
            send(exchange, 404, "{}");
        } else if (parts) {
            send(exchange, 200, "{\"metadata\": {\"continue\": \"x\"}, \"items\": [" + pod(1) + "]}");
        } else if (streams == Streams.AWAY) {
            send(exchange, 503, "{}");
        } else if (!query.contains("watch=true")) {
            lists.incrementAndGet();
            int now = phase;
            send(
                    exchange,
                    200,
                    "{\"metadata\": {\"resourceVersion\": \"" + now + "\"}, \"items\": [" + pod(now) + "]}");
        } else {
            stream(exchange, Integer.parseInt(query.replaceAll(".*resourceVersion=(\\d+).*", "$1")));
        }
    }

    private void stream(HttpExchange exchange, int from) throws IOException {
        if (streams == Streams.GONE) {
            send(exchange, 410, "{\"kind\": \"Status\", \"code\": 410}");
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.flush();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            int sent = from;
            byte[] endless = new byte[1024 * 1024];
            while (streams == Streams.ENDLESS) {
                out.write(endless);
            }
            while (streams == Streams.STALLED || (streams == Streams.WELL && System.nanoTime() < end)) {
                if (streams == Streams.WELL && phase > sent) {
                    sent = phase;
                    out.write(("{\"type\": \"MODIFIED\", \"object\": " + pod(sent) + "}\n").getBytes(UTF_8));
                    out.flush();
                }
                if (over.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String pod(int phase) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"namespace\": \"n\", \"name\": \"p\","
                + " \"resourceVersion\": \"" + phase + "\", \"labels\": {\"phase\": \"" + phase + "\"}}}";
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        // Not exchange.close(): that closes the connection, which a client may just be about to use again.
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
