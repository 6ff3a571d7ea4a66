package io.calicofleet.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The live stream of a planner, opened again whenever it breaks. An event that comes again after such a break is left
 * out; it is recognised by its id among the last {@value #REMEMBERED}.
 */
public final class EventStream implements AutoCloseable {

    private static final int REMEMBERED = 10_000;
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

    private final FleetClient client;
    private final String query;
    private final BlockingQueue<StreamItem> items = new ArrayBlockingQueue<>(1000);
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable InputStream open;
    private @Nullable String lastId;

    private EventStream(FleetClient client, String query) {
        this.client = client;
        this.query = query;
        this.thread = Thread.ofVirtual().name("event-stream").unstarted(this::run);
    }

    /** Opens {@code /events?query}; does not wait for it. */
    public static EventStream open(FleetClient client, String query) {
        EventStream stream = new EventStream(client, query);
        stream.thread.start();
        return stream;
    }

    /** What came next; empty where nothing came in time. */
    public Optional<StreamItem> poll(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(items.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Leaves out what has come but was not polled. */
    public void skipPending() {
        items.clear();
    }

    @Override
    public void close() {
        closed = true;
        closeOpen();
        thread.interrupt();
    }

    private void run() {
        Duration delay = FIRST_DELAY;
        while (!closed) {
            String reason = "the server closed the stream";
            try (InputStream body = client.stream("/events?" + query, lastId)) {
                open = body;
                put(new StreamItem.Connected());
                delay = FIRST_DELAY;
                read(new SseReader(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))));
            } catch (IOException e) {
                reason = client.unreachable(e).getMessage();
            } catch (RequestRefusedException e) {
                putQuietly(new StreamItem.Refused(e));
                return;
            } catch (ServerUnreachableException e) {
                reason = e.getMessage();
            } catch (InterruptedException e) {
                return;
            }
            if (!closed) {
                putQuietly(new StreamItem.Lost(String.valueOf(reason)));
                LockSupport.parkNanos(delay.toNanos());
                delay = delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : LONGEST_DELAY;
            }
        }
    }

    private void read(SseReader reader) throws IOException, InterruptedException {
        for (Optional<StreamItem.Message> next = reader.next(); next.isPresent() && !closed; next = reader.next()) {
            StreamItem.Message message = next.get();
            if (message.id().isEmpty() || seen.add(message.id())) {
                lastId = message.id().isEmpty() ? lastId : message.id();
                put(message);
            }
        }
    }

    private void put(StreamItem item) throws InterruptedException {
        items.put(item);
    }

    private void putQuietly(StreamItem item) {
        try {
            items.put(item);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void closeOpen() {
        InputStream body = open;
        if (body != null) {
            try {
                body.close();
            } catch (IOException expected) {
                // It is closed either way.
            }
        }
    }
}
