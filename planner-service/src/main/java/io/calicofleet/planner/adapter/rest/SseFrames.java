package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.port.LiveEvents.Next;
import io.calicofleet.planner.port.LiveEvents.Stream;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live stream as frames of server-sent events. A virtual thread of its own takes from the stream what the client has asked for,
 * and no more: so a slow client fills its buffer, is told, and is cut off.
 */
final class SseFrames implements Flow.Publisher<OutboundSseEvent> {

    private static final Logger LOGGER = LoggerFactory.getLogger(SseFrames.class);
    private static final long RECONNECT_MILLIS = 2000;

    /** The last frame of a stream that ends: without it the connection broke, and something may be missing. */
    private static final String COMPLETE = "complete";

    private final Stream stream;
    private final StreamLimits limits;
    private final BooleanSupplier known;
    private @Nullable Demand demand;
    private boolean left;

    /**
     * Of this stream.
     *
     * @param known whether whoever asked for it would be let in still
     */
    SseFrames(Stream stream, StreamLimits limits, BooleanSupplier known) {
        this.known = known;
        this.stream = stream;
        this.limits = limits;
    }

    /** The client's connection has ended; it may have before anybody subscribed, and then nobody ever does. */
    synchronized void leave() {
        if (left) {
            return;
        }
        left = true;
        if (demand == null) {
            Thread.ofVirtual().name("planner-live-left").start(stream::close);
        } else {
            demand.cancel();
        }
    }

    @Override
    public synchronized void subscribe(Flow.Subscriber<? super OutboundSseEvent> subscriber) {
        Demand frames = new Demand();
        subscriber.onSubscribe(frames);
        if (left) {
            subscriber.onComplete();
        } else {
            demand = frames;
            frames.thread = Thread.ofVirtual().name("planner-live-client").start(() -> run(subscriber, frames));
        }
    }

    private void run(Flow.Subscriber<? super OutboundSseEvent> subscriber, Demand frames) {
        try (stream) {
            boolean on = frames.await(limits);
            if (on) {
                subscriber.onNext(comment("calico-fleet"));
            }
            while (on && frames.await(limits)) {
                Next come = stream.next(limits.keepAlive());
                Next next = known.getAsBoolean() ? come : new Next.Ended("its token counts no longer");
                subscriber.onNext(frame(next));
                on = !(next instanceof Next.Ended || next instanceof Next.Complete);
            }
            LOGGER.atDebug().log("a live stream has ended");
            subscriber.onComplete();
        } catch (InterruptedException expected) {
            LOGGER.atDebug().log("the reader of a live stream has left");
            subscriber.onComplete();
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("a live stream failed");
            subscriber.onError(e);
        }
    }

    private static OutboundSseEvent frame(Next next) {
        return switch (next) {
            case Next.Live live ->
                new OutboundSseEventImpl.BuilderImpl()
                        .id(live.event().attributes().id())
                        .name(live.event().attributes().type().shortName())
                        .data(String.class, StructuredEvent.json(live.event()))
                        .build();
            case Next.Nothing nothing -> comment("nothing new");
            case Next.Remark remark -> comment(remark.text());
            case Next.Complete complete ->
                new OutboundSseEventImpl.BuilderImpl()
                        .name(COMPLETE)
                        .data(String.class, "{}")
                        .build();
            case Next.Ended ended -> comment("this stream ends: " + ended.why());
        };
    }

    private static OutboundSseEvent comment(String text) {
        return new OutboundSseEventImpl.BuilderImpl()
                .comment(text)
                .reconnectDelay(RECONNECT_MILLIS)
                .build();
    }

    /** How many frames the client still takes. */
    private static final class Demand implements Flow.Subscription {

        private final Semaphore frames = new Semaphore(0);
        private volatile boolean cancelled;
        private volatile Thread thread = Thread.currentThread();

        @Override
        public void request(long count) {
            frames.release((int) Math.min(count, Integer.MAX_VALUE / 2));
        }

        @Override
        public void cancel() {
            cancelled = true;
            frames.release();
            thread.interrupt();
        }

        /** Whether there is another frame to send; not, if the client has left or does not read. */
        boolean await(StreamLimits limits) throws InterruptedException {
            return frames.tryAcquire(limits.write().toMillis(), TimeUnit.MILLISECONDS) && !cancelled;
        }
    }
}
