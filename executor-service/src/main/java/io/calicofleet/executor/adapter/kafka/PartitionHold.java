package io.calicofleet.executor.adapter.kafka;

import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * That a partition is ours; ends, once and for all, when it is taken away. Its records are done with in any order, and what is
 * committed is where the first one is that is not. Thread-safe.
 */
public final class PartitionHold {

    private volatile boolean ended;
    private final TreeSet<Long> open = new TreeSet<>();
    private long next = -1;
    private long committed = -1;

    /** The partition is not ours any more. */
    public void end() {
        ended = true;
    }

    /** Whether it has ended. */
    public boolean ended() {
        return ended;
    }

    /** A record of it was taken; they are taken in their order. */
    synchronized void taken(long offset) {
        open.add(offset);
        next = offset + 1;
    }

    /** A record will not have to be delivered again. */
    synchronized void acknowledged(long offset) {
        open.remove(offset);
    }

    /** From where on records are to be delivered again; empty where that was committed, or nothing was taken. */
    synchronized OptionalLong toCommit() {
        long from = open.isEmpty() ? next : open.getFirst();
        return from > committed ? OptionalLong.of(from) : OptionalLong.empty();
    }

    /** That was committed. */
    synchronized void committed(long from) {
        committed = Math.max(committed, from);
    }
}
