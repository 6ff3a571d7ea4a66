package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries again what was not answered, or what was refused for now, for a bounded time, with pauses that grow.
 *
 * <p>An API server that comes back answers 401, 403 and 404 at first, to what it grants and has: its caches fill late
 * (kubernetes/staging/src/k8s.io/apiserver/pkg/server/healthz, {@code /readyz}). So "it is not there" and "you may not" are believed
 * only of a server that says just before it is asked and after its answer that it is ready, and answered soon or says the same again; and
 * where it was not ready, only when it has been ready for a while.
 *
 * <p>A read that is forbidden is believed, as many are worth a try only; but where a step may do nothing at all any more, which
 * it could when it began, its rights were taken away or its token is over: that is waited for like a refused write.
 */
final class RetryPolicy {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration TELL_AFTER = Duration.ofSeconds(3);
    private static final Duration TELL_AGAIN = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofSeconds(3);
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Told of what is tried again: a refusal at once, a silence when it lasts, and both again every half minute. */
    interface Listener {
        /** It is tried again, {@code since} the first try. */
        void retrying(String what, Duration since, ClusterException why);

        /** There is an answer, after it was told that there was none. */
        void answered();
    }

    /** Waits so long, or until the step must not go on. */
    interface Pauses {
        void pause(Duration time) throws InterruptedException;
    }

    private final Duration patience;
    private final Duration longestPause;
    private final StepSignals signals;
    private final Listener listener;
    private final Supplier<Boolean> allowed;
    private final LongSupplier nanos;
    private final Pauses pauses;
    private final Trust trust;
    /** Since when admission refuses what is tried out. */
    private @Nullable Long refusedSince;

    /**
     * How requests to a cluster are tried again.
     *
     * @param ready whether its API server says that it is ready
     * @param allowed whether the step may still do what it could do when it began
     */
    RetryPolicy(
            Duration patience,
            Duration longestPause,
            StepSignals signals,
            Listener listener,
            Supplier<Boolean> ready,
            Supplier<Boolean> allowed) {
        this(patience, longestPause, signals, listener, ready, allowed, System::nanoTime, signals::pause);
    }

    /** With {@code nanos} telling what has passed, and {@code pauses} waiting. */
    RetryPolicy(
            Duration patience,
            Duration longestPause,
            StepSignals signals,
            Listener listener,
            Supplier<Boolean> ready,
            Supplier<Boolean> allowed,
            LongSupplier nanos,
            Pauses pauses) {
        this.patience = requireNonNull(patience, "patience");
        this.longestPause = requireNonNull(longestPause, "longestPause");
        this.signals = requireNonNull(signals, "signals");
        this.listener = requireNonNull(listener, "listener");
        this.allowed = requireNonNull(allowed, "allowed");
        this.nanos = requireNonNull(nanos, "nanos");
        this.pauses = requireNonNull(pauses, "pauses");
        this.trust = new Trust(requireNonNull(ready, "ready"), nanos);
    }

    /** What was read, once there is an answer; a refusal that cannot get better by asking again is thrown at once. */
    <T> T read(String what, Predicate<T> absent, Supplier<T> call) {
        return with(what, absent, refusal -> refusal.isTransient() || isWithoutRights(refusal), call);
    }

    /** What was written; a refusal may be over in a while, and people are told of it while it is tried again. */
    <T> T write(String what, Supplier<T> call) {
        return with(what, written -> false, refusal -> refusal.isTransient() || isForNow(refusal), call);
    }

    /**
     * What was tried out; a refusal by admission may be over in a while. All that a step tries out has one patience together, so
     * that what stays refused is told at once, however much it is.
     */
    <T> T rehearse(String what, Supplier<T> call) {
        return with(what, done -> false, refusal -> refusal.isTransient() || mayPass(refusal), call);
    }

    private boolean mayPass(ClusterException refusal) {
        if (isWithoutRights(refusal)) {
            return true;
        }
        if (refusal.problem() != Problem.REFUSED) {
            return false;
        }
        long since = refusedSince == null ? nanos.getAsLong() : refusedSince;
        refusedSince = since;
        return !isOver(since);
    }

    private <T> T with(String what, Predicate<T> absent, Predicate<ClusterException> again, Supplier<T> call) {
        long began = nanos.getAsLong();
        Duration pause = atMostTheLongest(FIRST_PAUSE);
        @Nullable Duration told = null;
        int confirmed = 0;
        while (true) {
            @Nullable ClusterException refusal = null;
            boolean trusted = trust.isFresh();
            Standing standing;
            try {
                T answer = call.get();
                standing = absent.test(answer) ? standing(trusted, confirmed) : Standing.BELIEVED;
                if (standing == Standing.BELIEVED || isOver(began)) {
                    if (told != null) {
                        listener.answered();
                    }
                    return answer;
                }
            } catch (ClusterException e) {
                refusal = e;
                standing = isDoubtful(e) ? standing(trusted, confirmed) : Standing.BELIEVED;
                if (isOver(began) || (standing == Standing.BELIEVED && !again.test(e))) {
                    throw e;
                }
            }
            if (standing == Standing.ASKED_AGAIN) {
                confirmed++;
                continue;
            }
            confirmed = 0;
            if (refusal != null) {
                if (refusal.isTransient()) {
                    trust.check();
                }
                Duration since = Duration.ofNanos(nanos.getAsLong() - began);
                boolean atOnce = standing != Standing.DOUBTED && !refusal.isTransient();
                boolean worthTelling = atOnce || since.compareTo(TELL_AFTER) >= 0;
                if (worthTelling && (told == null || since.minus(told).compareTo(TELL_AGAIN) >= 0)) {
                    told = since;
                    listener.retrying(what, since, refusal);
                }
            }
            pause = pause(pause, refusal);
        }
    }

    /** What becomes of "it is not there" and "you may not". */
    private enum Standing {
        BELIEVED,
        /** The server is ready now; the answer may be of a moment before. */
        ASKED_AGAIN,
        /** It is not ready, or not for long. */
        DOUBTED
    }

    /**
     * An answer is believed of a server that said that it is ready just before and says so after it: in between the one that was asked may
     * have ended, and its successor, or another one behind the same address, may have answered. A request that took long was perhaps sent
     * to one that ended; a slow server says so again.
     */
    private Standing standing(boolean trusted, int confirmed) {
        boolean soon = trust.isFresh();
        if (!trust.confirm()) {
            return Standing.DOUBTED;
        }
        return trusted && (soon || confirmed > 1) ? Standing.BELIEVED : Standing.ASKED_AGAIN;
    }

    private boolean isOver(long began) {
        return nanos.getAsLong() - began > patience.toNanos();
    }

    private static boolean isDoubtful(ClusterException refusal) {
        return refusal.problem() == Problem.FORBIDDEN || refusal.problem() == Problem.NOT_FOUND;
    }

    /** A webhook, a quota, a right: somebody may put it right while the step waits. */
    private static boolean isForNow(ClusterException refusal) {
        return refusal.problem() == Problem.FORBIDDEN || refusal.problem() == Problem.REFUSED;
    }

    private boolean isWithoutRights(ClusterException refusal) {
        return refusal.problem() == Problem.FORBIDDEN && !allowed.get();
    }

    private Duration pause(Duration pause, @Nullable ClusterException why) {
        try {
            pauses.pause(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw why != null ? why : new ClusterException(Problem.UNAVAILABLE, "interrupted", e);
        }
        signals.check();
        return atMostTheLongest(pause.multipliedBy(2));
    }

    private Duration atMostTheLongest(Duration pause) {
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }

    /** Whether what the server says is not there is really not there. Shared by all calls of a step. */
    private static final class Trust {

        private final Supplier<Boolean> ready;
        private final LongSupplier nanos;
        private boolean steady = true;
        private @Nullable Long readySince;
        private @Nullable Long confirmedAt;

        Trust(Supplier<Boolean> ready, LongSupplier nanos) {
            this.ready = ready;
            this.nanos = nanos;
        }

        /** Asks whether the server is ready; where it is not, trust is lost. */
        synchronized void check() {
            if (isReady()) {
                readySince = readySince == null ? nanos.getAsLong() : readySince;
            } else {
                steady = false;
                readySince = null;
            }
        }

        /** Whether the server said a moment ago that it is ready, and was believed. */
        synchronized boolean isFresh() {
            return steady && confirmedAt != null && nanos.getAsLong() - confirmedAt < FRESH.toNanos();
        }

        /** Asks whether the server is ready; whether it is, and was all the time or is again for a while. */
        synchronized boolean confirm() {
            check();
            long now = nanos.getAsLong();
            steady |= readySince != null && now - readySince >= STEADY.toNanos();
            confirmedAt = now;
            return steady;
        }

        private boolean isReady() {
            try {
                return ready.get();
            } catch (ClusterException e) {
                return false;
            }
        }
    }
}
