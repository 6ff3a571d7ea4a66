package io.calicofleet.runtime.streams;

import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits an effect that others wait for at once where little is to be done.
 *
 * <p>With exactly-once, an effect is seen when its transaction is committed. A transaction costs the broker some milliseconds of a
 * processor however many records are in it, so they are committed by an interval; that is most of the latency where only one cluster
 * is in flight. Few effects within the last moment tell that there is little to do: nothing would be gained by gathering more.
 *
 * <p>One for all partitions of a topology, for they are committed together. Thread-safe.
 */
public final class PromptCommit {

    private static final long MOMENT_MILLIS = 100;

    /** So many effects in this moment and the one before it are few: what one or two clusters in flight come to. */
    private static final int FEW = 12;

    private long moment;
    private int inMoment;
    private int before;

    /** An effect was published, in {@code context}, that somebody waits for. */
    public void published(ProcessorContext<?, ?> context) {
        if (isOneOfFew(context.currentSystemTimeMs())) {
            context.commit();
        }
    }

    private synchronized boolean isOneOfFew(long nowMillis) {
        long now = nowMillis / MOMENT_MILLIS;
        if (now != moment) {
            before = now == moment + 1 ? inMoment : 0;
            inMoment = 0;
            moment = now;
        }
        inMoment++;
        return before + inMoment <= FEW;
    }
}
