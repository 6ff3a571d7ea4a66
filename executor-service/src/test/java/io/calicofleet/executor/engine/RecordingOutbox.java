package io.calicofleet.executor.engine;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An outbox that remembers. */
final class RecordingOutbox implements Outbox {

    private final List<FleetEvent> events = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();
    /** What becomes of what is published. */
    CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

    private Consumer<FleetEvent> listener = event -> {};

    @Override
    public synchronized CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event) {
        events.add(event);
        ids.add(id);
        listener.accept(event);
        return answer;
    }

    @Override
    public synchronized CompletableFuture<Void> deadLetter(Delivery delivery, String reason) {
        deadLetters.add(reason);
        return CompletableFuture.completedFuture(null);
    }

    synchronized void listen(Consumer<FleetEvent> consumer) {
        listener = consumer;
    }

    synchronized List<FleetEvent> events() {
        return List.copyOf(events);
    }

    synchronized List<String> ids() {
        return List.copyOf(ids);
    }

    synchronized List<String> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /** The outcomes said of a step. */
    List<StepProgress> outcomes(StepId step) {
        List<StepProgress> outcomes = new ArrayList<>();
        for (FleetEvent event : events()) {
            if (event instanceof StepProgress progress
                    && progress.step().equals(step)
                    && !(event instanceof StepAccepted)
                    && !(event instanceof StepProgressed)) {
                outcomes.add(progress);
            }
        }
        return outcomes;
    }

    List<ChecksObserved> checks() {
        return events().stream()
                .filter(ChecksObserved.class::isInstance)
                .map(ChecksObserved.class::cast)
                .toList();
    }
}
