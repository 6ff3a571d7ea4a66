package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.model.release.ObjectKey;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A journal for clusters that are not there; forgets everything with the process. */
public final class MemoryJournal implements Journal {

    private static final int REMEMBERED_HERE = 8;

    private final ConcurrentLinkedDeque<Entry> entries = new ConcurrentLinkedDeque<>();
    private final Map<StepId, Map<ObjectKey, ObjectNode>> intents = new ConcurrentHashMap<>();
    private long seenEpoch;
    private long seenSequence;
    private final InstantSource clock;

    /** An empty journal. */
    public MemoryJournal(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Optional<Entry> find(StepId step) {
        return entries.stream().filter(entry -> entry.step().equals(step)).findFirst();
    }

    @Override
    public synchronized void started(StepId step, long epoch, long sequence) {
        if (Journal.isOutranked(epoch, sequence, seenEpoch, seenSequence)) {
            throw Journal.outranked(
                    step,
                    epoch,
                    seenEpoch,
                    Optional.ofNullable(entries.peekFirst()).map(Entry::step));
        }
        seenEpoch = epoch;
        seenSequence = sequence;
        put(new Entry(step, clock.instant(), null));
    }

    @Override
    public void done(StepId step, StepProgress outcome) {
        put(new Entry(step, clock.instant(), outcome));
        intents.remove(step);
    }

    @Override
    public Intents intents(StepId step) {
        return new Intents() {
            @Override
            public Optional<ObjectNode> recreating(ObjectKey key) {
                return Optional.ofNullable(intents.getOrDefault(step, Map.of()).get(key));
            }

            @Override
            public void recreate(ObjectNode replacement) {
                intents.computeIfAbsent(step, unused -> new TreeMap<>()).put(ObjectKey.of(replacement), replacement);
            }

            @Override
            public void recreated(ObjectKey key) {
                intents.getOrDefault(step, new TreeMap<>()).remove(key);
            }
        };
    }

    private void put(Entry entry) {
        entries.removeIf(known -> known.step().equals(entry.step()));
        entries.addFirst(entry);
        while (entries.size() > REMEMBERED_HERE) {
            entries.removeLast();
        }
    }
}
