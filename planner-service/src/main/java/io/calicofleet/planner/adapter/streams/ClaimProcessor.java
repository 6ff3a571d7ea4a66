package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.planner.adapter.streams.Outputs.Cause;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.planner.core.claim.ClaimCore;
import io.calicofleet.planner.core.claim.ClaimDecision;
import io.calicofleet.planner.core.claim.ClaimState;
import io.calicofleet.runtime.streams.PromptCommit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The shell around {@link ClaimCore}, for the clusters of one partition: what is decided is stored and said in one transaction. */
final class ClaimProcessor extends RecordProcessor<ClaimProcessor.Partition> {

    private static final Duration SWEEP = Duration.ofHours(1);

    private final StreamMeters meters;
    private final PromptCommit commit;

    ClaimProcessor(StreamMeters meters, PromptCommit commit) {
        super(meters);
        this.meters = meters;
        this.commit = commit;
    }

    @Override
    Partition open(ProcessorContext<Object, Object> context) {
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
        return new Partition(context, context.getStateStore(PlannerTopology.CLAIMS), new Outputs(context));
    }

    @Override
    void event(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        if (!(event.data() instanceof ClaimCall call)) {
            String reason = event.data().type().shortName() + " is nothing that is said of a cluster's claim";
            deadLetter(record, reason, Result.UNREADABLE);
            return;
        }
        String cluster = call.cluster().value();
        if (!isKeyed(record, "cluster", cluster)) {
            return;
        }
        Partition here = partition();
        Instant now = Instant.ofEpochMilli(here.context().currentSystemTimeMs());
        ClaimState before = here.claims().get(cluster);
        ClaimDecision decision = ClaimCore.decide(before, call, now);
        boolean changed = !decision.state().equals(before);
        Cause cause =
                new Cause(now, event.attributes().actor(), event.attributes().trace());
        // All of them, before anything changes: one may be too large.
        List<ProducerRecord<String, byte[]>> answers = decision.answers().stream()
                .map(answer -> here.outputs().claim(answer, cause))
                .toList();
        if (changed) {
            here.claims().put(cluster, decision.state());
        }
        answers.forEach(here.outputs()::send);
        if (!decision.answers().isEmpty()) {
            commit.published(here.context());
        }
        meters.input(call.type().shortName(), changed ? Result.CHANGED : Result.NOTHING);
    }

    /** What nobody has asked for in a long time is forgotten. */
    private void sweep(long now) {
        Partition here = partition();
        List<String> over = new ArrayList<>();
        try (var all = here.claims().all()) {
            all.forEachRemaining(claim -> {
                if (ClaimCore.isForgotten(claim.value, Instant.ofEpochMilli(now))) {
                    over.add(claim.key);
                }
            });
        }
        over.forEach(here.claims()::delete);
    }

    @Override
    Outputs outputs() {
        return partition().outputs();
    }

    /** What there is while the partition is assigned here. */
    record Partition(
            ProcessorContext<Object, Object> context, KeyValueStore<String, ClaimState> claims, Outputs outputs) {}
}
