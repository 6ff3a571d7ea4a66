package io.calicofleet.verifier.adapter;

import io.calicofleet.event.StepJudged;
import java.time.Duration;
import java.util.Locale;

/** What the verifier counts. Names and meanings are in docs/reference/metrics.md. */
public interface VerifierMeters {

    /** What became of an observation. */
    enum Checked {
        /** It was folded into an open verification. */
        FOLDED,
        /** The executor did not see the cluster. */
        LOST,
        /** It was known already. */
        DUPLICATE,
        /** Its step was judged already; the verdict was said again. */
        ANSWERED,
        /** Its step is not the newest of its cluster, or none that is judged. */
        UNKNOWN_STEP;

        /** The value of the tag. */
        public String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a traffic line was. */
    enum Line {
        /** A logged packet. */
        FLOW,
        /** Another line of the kernel. */
        OTHER,
        /** A line with the prefix that is no whole packet. */
        UNREADABLE,
        /** Of a cluster nobody watches. */
        UNWATCHED,
        /** Counted, but not kept apart, for memory is bounded. */
        OVERFLOW,
        /** Its record's key is not its cluster. It is counted where it belongs all the same. */
        KEY_DIFFERS;

        /** The value of the tag. */
        public String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A verification was opened. */
    void opened();

    /** A verification was given up because its cluster went on to another step. */
    void replaced();

    /** A verdict was made, so long after its step was asked for. */
    void judged(StepJudged verdict, Duration took);

    /** An observation arrived. */
    void checked(Checked outcome);

    /** Nothing came from the executor of an open verification for too long. */
    void silent();

    /** A line arrived. */
    void line(Line kind);

    /** A record went to the dead letters. */
    void deadLetter(String topic);

    /** {@code change} verifications more are open. */
    void open(int change);
}
