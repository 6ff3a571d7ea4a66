package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.Event;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.adapter.streams.Outputs.Cause;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.planner.core.failure.FailureCore;
import io.calicofleet.planner.core.failure.FailureDecision;
import io.calicofleet.planner.core.failure.FailureState;
import io.calicofleet.runtime.streams.PromptCommit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell around {@link FailureCore}, for the signatures of one partition: what is decided is stored and said in one transaction. */
final class FailureProcessor extends RecordProcessor<FailureProcessor.Partition> {

    private static final Logger LOGGER = LoggerFactory.getLogger(FailureProcessor.class);

    private static final Duration SWEEP = Duration.ofHours(1);
    /** So many signatures of a partition are kept over a sweep: the newest. */
    private static final int MOST = 1000;

    private final StreamMeters meters;
    private final PromptCommit commit;
    private final Twins twins;

    FailureProcessor(StreamMeters meters, PromptCommit commit, Twins twins) {
        super(meters);
        this.meters = meters;
        this.commit = commit;
        this.twins = twins;
    }

    @Override
    Partition open(ProcessorContext<Object, Object> context) {
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
        return new Partition(
                context,
                context.getStateStore(PlannerTopology.FAILURES),
                new Fleet(context.getStateStore(Fleet.STORE), twins),
                new FleetStops(context.getStateStore(FleetStops.STORE)),
                new Outputs(context));
    }

    @Override
    void event(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        if (!(event.data() instanceof FailureSeen seen)) {
            String reason = event.data().type().shortName() + " is no failure";
            deadLetter(record, reason, Result.UNREADABLE);
            return;
        }
        if (!isKeyed(record, "signature", seen.signature())) {
            return;
        }
        Partition here = partition();
        FailureState before = here.failures().get(seen.signature());
        FailureDecision decision = FailureCore.decide(before, seen, here.stops().everything(), here.fleet()::labels);
        boolean changed = !decision.state().equals(before);
        Stop stop = decision.stop();
        if (stop != null) {
            Instant now = Instant.ofEpochMilli(here.context().currentSystemTimeMs());
            ProducerRecord<String, byte[]> said = here.outputs()
                    .stop(
                            FleetStop.of(stop, now),
                            new Cause(now, null, event.attributes().trace()));
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, stop.reason()).log("everything is stopped");
            here.failures().put(seen.signature(), decision.state());
            here.outputs().send(said);
            commit.published(here.context());
        } else if (changed) {
            here.failures().put(seen.signature(), decision.state());
        }
        meters.input(seen.type().shortName(), changed ? Result.CHANGED : Result.NOTHING);
    }

    /** What cannot count any more is forgotten, and of the rest what is oldest where there is too much of it. */
    private void sweep(long now) {
        Partition here = partition();
        List<String> over = new ArrayList<>();
        List<Seen> kept = new ArrayList<>();
        try (var all = here.failures().all()) {
            all.forEachRemaining(entry -> {
                if (FailureCore.isForgotten(entry.value, Instant.ofEpochMilli(now))) {
                    over.add(entry.key);
                } else {
                    kept.add(new Seen(entry.key, FailureCore.newest(entry.value)));
                }
            });
        }
        kept.stream()
                .sorted(Comparator.comparing(Seen::at).reversed())
                .skip(MOST)
                .forEach(seen -> over.add(seen.signature()));
        over.forEach(here.failures()::delete);
    }

    @Override
    Outputs outputs() {
        return partition().outputs();
    }

    private record Seen(String signature, Instant at) {}

    /** What there is while the partition is assigned here. */
    record Partition(
            ProcessorContext<Object, Object> context,
            KeyValueStore<String, FailureState> failures,
            Fleet fleet,
            FleetStops stops,
            Outputs outputs) {}
}
