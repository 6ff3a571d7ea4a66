package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.adapter.streams.Outputs.Cause;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.planner.core.claim.ClaimCore;
import io.calicofleet.planner.core.claim.ClaimDecision;
import io.calicofleet.planner.core.claim.ClaimState;
import io.calicofleet.runtime.streams.PromptCommit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell around {@link ClaimCore}, for the clusters of one partition: what is decided is stored and said in one transaction. */
final class ClaimProcessor implements Processor<byte[], byte[], Object, Object> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClaimProcessor.class);

    private static final Duration SWEEP = Duration.ofHours(1);

    private final StreamMeters meters;
    private @Nullable Partition partition;

    ClaimProcessor(StreamMeters meters) {
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        partition = new Partition(
                context,
                context.getStateStore(PlannerTopology.CLAIMS),
                new Outputs(context),
                new PromptCommit(context));
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
    }

    @Override
    public void close() {
        partition = null;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Partition here = partition;
        if (here == null) {
            throw new IllegalStateException("Kafka Streams uses a processor it has closed");
        }
        try {
            switch (EventCodec.read(record.headers(), record.value())) {
                case Received.Parsed parsed -> event(here, record, parsed.event());
                case Received.Unreadable unreadable -> deadLetter(here, record, unreadable.reason());
                case Received.Tombstone tombstone -> meters.input("none", Result.NOTHING);
            }
        } catch (TooLargeException e) {
            deadLetter(here, record, String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("a record could not be processed");
            deadLetter(here, record, "bug in the planner: " + e);
        }
    }

    private void event(Partition here, Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        if (!(event.data() instanceof ClaimCall call)) {
            deadLetter(here, record, event.data().type().shortName() + " is nothing that is said of a cluster's claim");
            return;
        }
        String cluster = call.cluster().value();
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (!key.equals(cluster)) {
            deadLetter(
                    here,
                    record,
                    "the key is '" + key + "', not the cluster '" + cluster + "': it may be on a wrong partition");
            return;
        }
        Instant now = Instant.ofEpochMilli(here.context().currentSystemTimeMs());
        ClaimState before = here.claims().get(cluster);
        ClaimDecision decision = ClaimCore.decide(before, call, now);
        boolean changed = !decision.state().equals(before);
        Cause cause =
                new Cause(now, event.attributes().actor(), event.attributes().traceparent());
        // All of them, before anything changes: one may be too large.
        List<ProducerRecord<String, byte[]>> answers = decision.answers().stream()
                .map(answer -> here.outputs().claim(answer, cause))
                .toList();
        if (changed) {
            here.claims().put(cluster, decision.state());
        }
        answers.forEach(here.outputs()::send);
        if (!decision.answers().isEmpty()) {
            here.commit().published(record.timestamp());
        }
        meters.input(call.type().shortName(), changed ? Result.CHANGED : Result.NOTHING);
    }

    /** What nobody has asked for in a long time is forgotten. */
    private void sweep(long now) {
        Partition here = partition;
        if (here == null) {
            return;
        }
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

    private void deadLetter(Partition here, Record<byte[], byte[]> record, String reason) {
        meters.input("none", Result.UNREADABLE);
        here.outputs().deadLetter(record, reason);
    }

    /** What there is while the partition is assigned here. */
    private record Partition(
            ProcessorContext<Object, Object> context,
            KeyValueStore<String, ClaimState> claims,
            Outputs outputs,
            PromptCommit commit) {}
}
