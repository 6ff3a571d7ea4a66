package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.Topic;

/** What was decided does not fit into a record. Nothing has changed. */
final class TooLargeException extends RuntimeException {

    /** What a record needs beside its value. */
    private static final int OVERHEAD = 64 * 1024;

    private static final int MOST = Topic.MAX_RECORD_BYTES - OVERHEAD;

    private TooLargeException(String what, int bytes) {
        super(
                what + " would have " + bytes + " bytes, and a record takes " + MOST
                        + ": what it says has to be less, such as a campaign that names its clusters by labels, or two that share"
                        + " them",
                null,
                false,
                false);
    }

    /** Throws this where {@code value} is larger than a record may be. */
    static void refuse(String what, byte[] value) {
        if (value.length > MOST) {
            throw new TooLargeException(what, value.length);
        }
    }
}
