package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The events of all topics but the raw traffic, as one stream per client. */
public interface LiveEvents {

    /**
     * Opens a stream. Whatever is published after this returns is in it, and from the start on where asked for; nothing
     * twice, nothing left out.
     *
     * @throws TooManyStreamsException where this instance serves as many as it may
     */
    Stream open(Request request);

    /**
     * Which events.
     *
     * @param campaign only those of this campaign; null: of all
     * @param cluster only those about this cluster; null: about all
     * @param types only these; empty: all
     * @param start where to start
     * @param soFar whether it ends once all is given out that was there when it was opened
     * @param visible whether whoever asks may see it
     */
    record Request(
            @Nullable CampaignName campaign,
            @Nullable ClusterId cluster,
            Set<EventType> types,
            Start start,
            boolean soFar,
            Predicate<EventAttributes> visible) {

        public Request {
            if (soFar && start instanceof Start.Now) {
                throw new IllegalArgumentException("from now to now there is nothing");
            }
            types = Set.copyOf(types);
        }

        /** Whether the event is asked for. */
        public boolean matches(EventAttributes attributes) {
            return visible.test(attributes)
                    && (campaign == null || campaign.equals(attributes.campaign()))
                    && (cluster == null || cluster.equals(attributes.subject()))
                    && (types.isEmpty() || types.contains(attributes.type()));
        }
    }

    /** Where a stream starts. */
    sealed interface Start permits Start.Now, Start.Beginning, Start.After {

        /** With what is published from now on. */
        record Now() implements Start {}

        /** With the oldest event that is kept. */
        record Beginning() implements Start {}

        /**
         * After an event the client has seen. Events published within two seconds before it may come again, since topics
         * have no order among each other; where it is not kept any more, the stream starts at the beginning.
         *
         * @param id the event's id
         */
        record After(String id) implements Start {}
    }

    /** One stream, read by one thread. */
    interface Stream extends AutoCloseable {

        /**
         * Waits for what comes next.
         *
         * @param wait at most so long
         */
        Next next(Duration wait) throws InterruptedException;

        @Override
        void close();
    }

    /** What comes next. */
    sealed interface Next permits Next.Live, Next.Nothing, Next.Remark, Next.Complete, Next.Ended {

        /**
         * An event.
         *
         * @param event the event
         */
        record Live(LiveEvent event) implements Next {}

        /** Nothing happened in the time given. */
        record Nothing() implements Next {}

        /**
         * A word to the client about the stream itself.
         *
         * @param text the word
         */
        record Remark(String text) implements Next {}

        /** All that was there when the stream was opened has been given out, and no more was asked for. */
        record Complete() implements Next {}

        /**
         * The stream is over; whoever wants more opens another that starts after the last event.
         *
         * @param why for people
         */
        record Ended(String why) implements Next {}
    }

    /**
     * An event as it is on its topic.
     *
     * @param attributes its attributes
     * @param json its payload, as it came
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on to the client as it is; never compared
    record LiveEvent(EventAttributes attributes, byte[] json) {}

    /** This instance serves as many streams as it may. */
    final class TooManyStreamsException extends RuntimeException {

        /**
         * Says how many.
         *
         * @param limit how many there may be
         */
        public TooManyStreamsException(int limit) {
            super("this instance serves " + limit + " live streams already");
        }
    }
}
