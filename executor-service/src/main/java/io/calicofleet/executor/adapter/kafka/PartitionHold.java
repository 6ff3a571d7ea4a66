package io.calicofleet.executor.adapter.kafka;

/** That a partition is ours; ends, once and for all, when it is taken away. */
public final class PartitionHold {

    private volatile boolean ended;

    /** The partition is not ours any more. */
    public void end() {
        ended = true;
    }

    /** Whether it has ended. */
    public boolean ended() {
        return ended;
    }
}
