package io.calicofleet.planner.adapter.live;

import io.calicofleet.planner.port.LiveEvents;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Live streams over the topics: one shared consumer for what comes, one of their own for those that want what was. */
public final class LiveTopics implements LiveEvents, AutoCloseable {

    /** Reading from the beginning takes a consumer and its buffers; more wait for their turn. */
    private static final int HISTORIES_AT_ONCE = 2;

    private final EventConsumers consumers;
    private final LiveFeed feed;
    private final int maxStreams;
    private final Semaphore places;
    private final Semaphore histories = new Semaphore(HISTORIES_AT_ONCE, true);

    /**
     * Opens no connection yet.
     *
     * @param client the properties of Kafka clients
     * @param maxStreams how many streams there may be at once
     * @param buffer how many events may wait for one stream
     */
    public LiveTopics(Map<String, Object> client, int maxStreams, int buffer) {
        this.consumers = new EventConsumers(client);
        this.feed = new LiveFeed(consumers, buffer);
        this.maxStreams = maxStreams;
        this.places = new Semaphore(maxStreams);
    }

    @Override
    public Stream open(Request request) {
        if (!places.tryAcquire()) {
            throw new TooManyStreamsException(maxStreams);
        }
        try {
            return new LiveStream(request, feed, consumers, histories, places::release);
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
    }

    /** How many streams there are now. */
    public int streams() {
        return maxStreams - places.availablePermits();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        feed.close();
    }
}
