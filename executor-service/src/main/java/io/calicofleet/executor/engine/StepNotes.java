package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepId;
import io.calicofleet.executor.port.StepOutcome;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In the middle of which steps this executor has died.
 *
 * <pre>
 *   a step begins        noted, outside of the process
 *   it ends              the note is gone, whatever came of it; so it is when the process stops in an orderly way
 *   the process dies     its next run finds the notes
 *   found twice          a suspect: it is executed while no other suspect is
 *   found then again     set aside: answered, not executed
 *   tried again          by a person: once more, as a suspect
 * </pre>
 *
 * <p>Only suspects wait, and only for each other. A step runs beside a suspect that was not there when the process died
 * before: it is not the one.
 */
public final class StepNotes implements AutoCloseable {

    /** Where the notes are; what cannot be written there is not noted. Called by one thread at a time. */
    public interface Notebook extends AutoCloseable {

        /** For who has no place for notes. */
        Notebook NONE = new Notebook() {
            @Override
            public List<String> read() {
                return List.of();
            }

            @Override
            public void rewrite(List<String> lines) {}

            @Override
            public void append(String line) {}

            @Override
            public void close() {}
        };

        /** All lines. */
        List<String> read();

        /** Puts these lines in place of all. */
        void rewrite(List<String> lines);

        /** Adds a line; it is there when the process dies in the next moment. */
        void append(String line);

        @Override
        void close();
    }

    /** In the middle of how many deaths a step has to be found to be a suspect. */
    private static final int SUSPECT = 2;

    /** Deaths further apart have nothing to do with each other. */
    private static final Duration TOGETHER = Duration.ofHours(1);

    /** A step that was set aside and is not asked for any more is forgotten. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    /** So long no other suspect begins beside one; whoever kills its process mostly does so at once. */
    private static final Duration TURN = Duration.ofMinutes(1);

    private static final int LINES = 4096;

    /** A step that runs. */
    private record Open(StepId step, boolean suspect, long sinceNanos) {

        String line() {
            return (suspect ? "suspect " : "began ") + step.encode();
        }
    }

    /** When the executor came back from deaths in the middle of a step, and whether that is set aside for them. */
    private record Trail(StepId step, List<Instant> deaths, boolean aside) {

        Trail {
            deaths = List.copyOf(deaths);
        }

        Instant last() {
            return deaths.getLast();
        }

        boolean isSuspect(Instant now) {
            return aside || (deaths.size() >= SUSPECT && !last().plus(TOGETHER).isBefore(now));
        }

        Trail diedAgain(Instant now, boolean setAside) {
            Stream<Instant> before = deaths.stream()
                    .filter(death -> aside || !death.plus(TOGETHER).isBefore(now));
            return new Trail(step, Stream.concat(before, Stream.of(now)).toList(), setAside);
        }

        String line() {
            return (aside ? "aside " : "died ") + step.encode() + " "
                    + deaths.stream().map(Instant::toString).collect(Collectors.joining(","));
        }
    }

    private final Notebook notebook;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Trail> trails = new LinkedHashMap<>();
    private final Map<String, Open> open = new LinkedHashMap<>();
    private int lines;
    private boolean closed;

    /**
     * Reads what an earlier run has left.
     *
     * @param clock tells when the process was found to have died
     * @param nanos a clock that nobody sets
     */
    public StepNotes(Notebook notebook, InstantSource clock, LongSupplier nanos) {
        this.notebook = requireNonNull(notebook, "notebook");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
        notebook.read().forEach(this::replay);
        died();
        rewrite();
    }

    /** Notes of an executor that has no place for them. */
    public static StepNotes none() {
        return new StepNotes(Notebook.NONE, InstantSource.system(), System::nanoTime);
    }

    /** The answer to a step that is set aside; empty where it may be executed. */
    public Optional<StepOutcome> setAside(StepId step) {
        lock.lock();
        try {
            Trail trail = trails.get(key(step));
            return trail == null || !trail.aside() || !trail.step().equals(step)
                    ? Optional.empty()
                    : Optional.of(answer(trail));
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the step begins. False where it has to wait for another suspect. */
    public boolean begin(StepId step) {
        lock.lock();
        try {
            Trail trail = trails.get(key(step));
            boolean suspect = trail != null && trail.isSuspect(clock.instant());
            long now = nanos.getAsLong();
            if (suspect
                    && open.values().stream()
                            .anyMatch(other -> other.suspect() && now - other.sinceNanos() < TURN.toNanos())) {
                return false;
            }
            Open begun = new Open(step, suspect, now);
            open.put(key(step), begun);
            add(begun.line());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that the step has ended here.
     *
     * @param handedBack whether it goes on elsewhere, so that what is known of it stays true
     */
    public void ended(StepId step, boolean handedBack) {
        lock.lock();
        try {
            open.remove(key(step));
            if (!handedBack) {
                trails.remove(key(step));
            }
            add((handedBack ? "left " : "ended ") + step.encode());
        } finally {
            lock.unlock();
        }
    }

    /** The process stops in an orderly way: what still runs is not what ends it. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                open.clear();
                rewrite();
                closed = true;
                notebook.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void replay(String line) {
        String[] words = line.split(" ", -1);
        try {
            StepId step = StepId.parse(words.length > 1 ? words[1] : "");
            switch (words[0]) {
                case "died", "aside" ->
                    trails.put(
                            key(step),
                            new Trail(step, instants(words.length > 2 ? words[2] : ""), words[0].equals("aside")));
                case "began", "suspect" -> open.put(key(step), new Open(step, words[0].equals("suspect"), 0));
                case "left", "ended" -> {
                    open.remove(key(step));
                    if (words[0].equals("ended")) {
                        trails.remove(key(step));
                    }
                }
                default -> {} // Of another version of ours.
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Half a line, of a machine that lost its power: as if it had not been written.
        }
    }

    private static List<Instant> instants(String text) {
        return Stream.of(text.split(",")).map(Instant::parse).toList();
    }

    /** What the process that has died was in the middle of. */
    private void died() {
        Instant now = clock.instant();
        trails.values()
                .removeIf(trail ->
                        trail.last().plus(trail.aside() ? REMEMBERED : TOGETHER).isBefore(now));
        boolean told = open.values().stream().filter(Open::suspect).count() == 1;
        open.forEach((key, left) -> {
            Trail before = trails.getOrDefault(key, new Trail(left.step(), List.of(), false));
            trails.put(
                    key,
                    new Trail(left.step(), before.deaths(), before.aside()).diedAgain(now, told && left.suspect()));
        });
        open.clear();
    }

    private void add(String line) {
        if (closed) {
            return;
        }
        lines++;
        if (lines > LINES + trails.size() + open.size()) {
            rewrite();
        } else {
            notebook.append(line);
        }
    }

    private void rewrite() {
        List<String> all =
                new ArrayList<>(trails.values().stream().map(Trail::line).toList());
        open.values().stream().map(Open::line).forEach(all::add);
        notebook.rewrite(all);
        lines = all.size();
    }

    private static StepOutcome answer(Trail trail) {
        String when = trail.deaths().stream()
                .map(death -> death.truncatedTo(ChronoUnit.SECONDS).toString())
                .collect(Collectors.joining(", "));
        return new StepOutcome.Held(
                HoldReason.EXECUTOR_ENDED,
                List.of(),
                List.of("it came back at " + when + ", the last time from executing no other step it suspects."
                        + " What the step had done is in the cluster."
                        + " See why the executor ended, in the log before these times: memory, a file that is too large,"
                        + " or somebody who killed it; then retry, which executes the step once more"));
    }

    /** A retry has another ordinal and is the same work. */
    private static String key(StepId step) {
        return step.campaign() + "/" + step.cluster() + "/" + step.kind().encode();
    }
}
