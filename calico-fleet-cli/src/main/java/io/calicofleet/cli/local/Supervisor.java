package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps processes running:
 *
 * <ol>
 *   <li>One that dies is started again after a delay: {@link #FIRST_DELAY}, doubled at each death up to
 *       {@link #LONGEST_DELAY}, and the first one again once it has run for {@link #STABLE}.
 *   <li>One that dies {@value #GIVE_UP} times without having run that long is given up.
 *   <li>{@link #close()} stops all in the opposite order of their start, each within {@link #STOP_PATIENCE}.
 * </ol>
 */
final class Supervisor implements AutoCloseable {

    static final Duration FIRST_DELAY = Duration.ofMillis(500);
    static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    static final Duration STABLE = Duration.ofSeconds(60);
    static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    static final int GIVE_UP = 6;

    private final Consumer<String> tell;
    private final InstantSource clock = InstantSource.system();
    private final ScheduledExecutorService restarts = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("supervisor").factory());
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private boolean closed;
    private @Nullable String givenUp;

    /** A process and how it fared. */
    private static final class Entry {
        final ProcessSpec spec;
        ManagedProcess process;
        Instant startedAt;
        int deaths;

        Entry(ProcessSpec spec, ManagedProcess process, Instant startedAt) {
            this.spec = spec;
            this.process = process;
            this.startedAt = startedAt;
        }
    }

    /**
     * A supervisor.
     *
     * @param tell takes what people should know, a line each; called on any thread
     */
    Supervisor(Consumer<String> tell) {
        this.tell = tell;
    }

    /** Starts a process and keeps it running. */
    synchronized void start(ProcessSpec spec) {
        if (closed) {
            throw new IllegalStateException("the supervisor is closed");
        }
        Entry entry = new Entry(spec, ManagedProcess.start(spec), clock.instant());
        entries.put(spec.name(), entry);
        watch(entry);
    }

    /** The process id of the one with that name; empty where it does not run now. */
    synchronized OptionalLong pid(String name) {
        Entry entry = entries.get(name);
        return entry == null || !entry.process.alive() ? OptionalLong.empty() : OptionalLong.of(entry.process.pid());
    }

    /** What was given up, in a sentence; null where everything runs or is about to. */
    synchronized @Nullable String givenUp() {
        return givenUp;
    }

    /** The last lines of the log of the one with that name. */
    synchronized List<String> lastLines(String name, int count) {
        Entry entry = entries.get(name);
        return entry == null ? List.of() : entry.process.lastLines(count);
    }

    /** Stops everything, last started first. Idempotent. */
    @Override
    public void close() {
        Deque<ManagedProcess> running = new ArrayDeque<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            new ArrayList<>(entries.values()).forEach(entry -> running.push(entry.process));
        }
        restarts.shutdownNow();
        boolean interrupted = false;
        for (ManagedProcess process : running) {
            try {
                process.stop(STOP_PATIENCE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Entry entry) {
        ManagedProcess process = entry.process;
        var unused = process.onExit().thenRun(() -> died(entry, process));
    }

    private synchronized void died(Entry entry, ManagedProcess process) {
        if (closed || entry.process != process) {
            return;
        }
        boolean ranLong = Duration.between(entry.startedAt, clock.instant()).compareTo(STABLE) >= 0;
        entry.deaths = ranLong ? 1 : entry.deaths + 1;
        String name = entry.spec.name();
        if (entry.deaths >= GIVE_UP) {
            givenUp = "the " + name + " ended " + entry.deaths + " times in a row; see " + entry.spec.log();
            tell.accept(givenUp);
            return;
        }
        Duration delay = delay(entry.deaths);
        tell.accept("the " + name + " ended (" + how(process.exitCode()) + "); starting it again in "
                + (delay.toMillis() < 1000 ? delay.toMillis() + " ms" : delay.toSeconds() + " s"));
        var unused = restarts.schedule(() -> again(entry), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void again(Entry entry) {
        if (closed) {
            return;
        }
        try {
            entry.process = ManagedProcess.start(entry.spec);
            entry.startedAt = clock.instant();
            watch(entry);
        } catch (CliException e) {
            givenUp = e.text();
            tell.accept(e.text());
        }
    }

    static Duration delay(int deaths) {
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(10, deaths - 1));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }

    private static String how(int exitCode) {
        return exitCode > 128 ? "signal " + (exitCode - 128) : "exit code " + exitCode;
    }
}
