package io.calicofleet.executor.engine;

import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.StepKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is counted. */
public interface EngineMetrics {

    /** Counts nothing. */
    EngineMetrics NONE = new EngineMetrics() {
        @Override
        public void stepStarted() {}

        @Override
        public void stepEnded() {}

        @Override
        public void acted(StepKind kind, String outcome, @Nullable ErrorCategory category, Duration took) {}

        @Override
        public void observed() {}

        @Override
        public void retried() {}

        @Override
        public void deadLetter() {}

        @Override
        public void measured(Duration longestGap) {}

        @Override
        public void breached(boolean paused) {}
    };

    /** A step was taken up. */
    void stepStarted();

    /** A step was finished with, or handed back. */
    void stepEnded();

    /**
     * A step has acted.
     *
     * @param outcome succeeded, held or failed
     * @param category of the failure; null where there was none
     */
    void acted(StepKind kind, String outcome, @Nullable ErrorCategory category, Duration took);

    /** An observation was published. */
    void observed();

    /** A request to an API server was tried again. */
    void retried();

    /** A record went to the dead letters. */
    void deadLetter();

    /** It was measured to its end whether packets flowed beside a step; the longest time without an answer. */
    void measured(Duration longestGap);

    /**
     * A gap beside a step is longer than allowed.
     *
     * @param paused whether the nodes that are yet to roll are paused
     */
    void breached(boolean paused);
}
