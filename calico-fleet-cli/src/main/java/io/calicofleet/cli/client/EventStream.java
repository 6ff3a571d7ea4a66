package io.calicofleet.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live stream of a planner, opened again whenever it breaks. An event that comes again after such a break is left
 * out; it is recognised by its id among the last {@value #REMEMBERED}.
 */
public final class EventStream implements AutoCloseable {

    private static final int REMEMBERED = 10_000;
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

    /** A planner says something every 15 s. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String COMPLETE = "complete";
    private static final String SO_FAR = "from=beginning&to=now";

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
    private volatile long heard = System.nanoTime();
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

    /**
     * Reads the events there are so far, oldest first, and returns once the server says that it was all.
     *
     * @param query which, such as {@code campaign=a}; empty: all
     * @param reader takes each of them
     * @throws RequestRefusedException where the server refuses the query
     * @throws ServerUnreachableException where nothing came of it for {@link #LONGEST_SILENCE}
     */
    public static void soFar(FleetClient client, String query, Consumer<StreamItem.Message> reader)
            throws InterruptedException {
        String all = query.isEmpty() ? SO_FAR : query + "&" + SO_FAR;
        try (EventStream stream = open(client, all)) {
            Optional<StreamItem> next = Optional.empty();
            while (next.isEmpty() || !(next.get() instanceof StreamItem.Complete)) {
                next = stream.poll(LOOK);
                next.ifPresent(item -> take(item, reader));
                if (System.nanoTime() - stream.heard > LONGEST_SILENCE.toNanos()) {
                    throw new ServerUnreachableException(client.server() + " has said nothing for "
                            + LONGEST_SILENCE.toSeconds() + " s: not all events came");
                }
            }
        }
    }

    private static void take(StreamItem item, Consumer<StreamItem.Message> reader) {
        switch (item) {
            case StreamItem.Message message -> reader.accept(message);
            case StreamItem.Refused refused -> throw refused.why();
            case StreamItem.Connected connected -> {}
            case StreamItem.Lost lost -> {}
            case StreamItem.Complete complete -> {}
        }
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
                Reader text = new InputStreamReader(body, StandardCharsets.UTF_8);
                if (read(new SseReader(new BufferedReader(text), () -> heard = System.nanoTime()))) {
                    put(new StreamItem.Complete());
                    return;
                }
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

    /** Returns whether the server said that it was all. */
    private boolean read(SseReader reader) throws IOException, InterruptedException {
        for (Optional<StreamItem.Message> next = reader.next(); next.isPresent() && !closed; next = reader.next()) {
            StreamItem.Message message = next.get();
            if (message.type().equals(COMPLETE)) {
                return true;
            }
            if (message.id().isEmpty() || seen.add(message.id())) {
                lastId = message.id().isEmpty() ? lastId : message.id();
                put(message);
            }
        }
        return false;
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
