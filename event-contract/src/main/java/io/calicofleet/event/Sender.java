package io.calicofleet.event;

import java.util.Locale;

/** The part of the system that writes a topic, and whose key signs its records; see {@link Topic#sender()}. */
public enum Sender {
    /** Decides, and takes what people ask. */
    PLANNER,
    /** Acts on clusters, and tells of those it serves. */
    EXECUTOR,
    /** Judges. */
    VERIFIER;

    /** As files of trusted keys have it, such as {@code planner}. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return encode();
    }
}
