package io.calicofleet.runtime.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits an effect that others wait for at once where nothing else is to be done.
 *
 * <p>With exactly-once, an effect is seen when its transaction is committed. A transaction costs the broker some ten requests
 * however many records are in it, so they are committed by an interval; that is a good half of the latency where only one
 * cluster is in flight. An input that hardly waited tells that there is no backlog: nothing would be gained by gathering
 * more.
 */
public final class PromptCommit {

    /** An input that waited no longer was read as soon as it was there: about what a transaction of its sender takes. */
    private static final Duration HARDLY = Duration.ofMillis(25);

    private final ProcessorContext<?, ?> context;

    /** Asks {@code context} to commit. */
    public PromptCommit(ProcessorContext<?, ?> context) {
        this.context = context;
    }

    /**
     * An effect was published that somebody waits for.
     *
     * @param since the timestamp of the record it answers, in milliseconds since 1970. Where the sender's clock is wrong, the
     *     interval decides, or there are more transactions than needed
     */
    public void published(long since) {
        if (context.currentSystemTimeMs() - since <= HARDLY.toMillis()) {
            context.commit();
        }
    }
}
