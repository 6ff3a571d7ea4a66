package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.streams.PromptCommit;
import io.calicofleet.planner.adapter.streams.Inputs.Addressed;
import io.calicofleet.planner.adapter.streams.Outputs.Cause;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around the core, for one partition:
 *
 * <pre>
 * on a record:  what is no input of a campaign of this key goes to the dead letters
 * on a tick:    every campaign that goes on learns the time
 *
 * 1. state    = what is built, or built anew from the stores
 * 2. decision = core.decide(state, input); where it throws, the record is a dead letter and nothing has changed
 * 3. store what changed, publish the effects: one transaction with the input's offset
 * </pre>
 */
final class CampaignProcessor implements Processor<byte[], byte[], Object, Object> {

    private static final Logger LOGGER = LoggerFactory.getLogger(CampaignProcessor.class);

    private final Decider core;
    private final Duration tick;
    private final StreamMeters meters;
    private @Nullable Partition partition;

    CampaignProcessor(Decider core, Duration tick, StreamMeters meters) {
        this.core = core;
        this.tick = tick;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        KeyValueStore<String, byte[]> fleet = context.getStateStore(Fleet.STORE);
        partition = new Partition(
                context,
                new CampaignStore(
                        context.getStateStore(PlannerTopology.HEADERS),
                        context.getStateStore(PlannerTopology.CLUSTERS)),
                new Inputs(() -> Fleet.snapshot(fleet), () -> Instant.ofEpochMilli(context.currentSystemTimeMs())),
                new Outputs(context),
                new PromptCommit(context));
        context.schedule(tick, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void close() {
        partition = null;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        switch (EventCodec.read(record.headers(), record.value())) {
            case Received.Parsed parsed -> input(record, parsed.event());
            case Received.Unreadable unreadable -> deadLetter(record, unreadable.reason(), Result.UNREADABLE);
            case Received.Tombstone tombstone -> meters.input("none", Result.NOTHING);
        }
    }

    private void input(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        Partition here = partition();
        meters.waited(Duration.ofMillis(here.context().currentSystemTimeMs() - record.timestamp()));
        Optional<Addressed> addressed = here.inputs().of(event);
        if (addressed.isEmpty()) {
            String reason = event.data().type().shortName() + " is nothing a planner listens to";
            deadLetter(record, reason, Result.UNREADABLE);
            return;
        }
        CampaignName campaign = addressed.get().campaign();
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (!key.equals(campaign.value())) {
            String reason =
                    "the key is '" + key + "', not the campaign '" + campaign + "': it may be on a wrong partition";
            deadLetter(record, reason, Result.UNREADABLE);
            return;
        }
        PlannerInput input = addressed.get().input();
        Cause cause = new Cause(
                input.at(), event.attributes().actor(), event.attributes().traceparent());
        try {
            Decision decision = decide(campaign, input);
            carryOut(campaign, decision, cause);
            if (decision.effects().stream().anyMatch(CampaignProcessor::isWaitedFor)) {
                here.commit().published(record.timestamp());
            }
            meters.input(event.data().type().shortName(), result(decision));
        } catch (CoreFailedException e) {
            bug(campaign, e);
            deadLetter(record, "bug in the planner: " + e.getCause(), Result.BUG);
        }
    }

    private void tick(long now) {
        Cause cause = new Cause(Instant.ofEpochMilli(now), null, null);
        for (CampaignName campaign : partition().store().unfinished(now)) {
            try {
                carryOut(campaign, decide(campaign, new PlannerInput.Tick(cause.at())), cause);
            } catch (CoreFailedException e) {
                bug(campaign, e);
            }
        }
    }

    /** @throws CoreFailedException where the core throws, which it never should */
    private Decision decide(CampaignName campaign, PlannerInput input) {
        long start = System.nanoTime();
        Partition here = partition();
        var state = here.store().find(campaign, here.context().currentSystemTimeMs());
        try {
            return core.decide(state, input);
        } catch (RuntimeException e) {
            throw new CoreFailedException(e);
        } finally {
            meters.decided(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void carryOut(CampaignName campaign, Decision decision, Cause cause) {
        Partition here = partition();
        here.store().save(campaign, decision, here.context().currentSystemTimeMs());
        for (Effect effect : decision.effects()) {
            switch (effect) {
                case Effect.RequestStep step -> {
                    here.outputs().request(step.request(), cause);
                    meters.requested(step.request().step().kind());
                }
                case Effect.CallClaim claim -> here.outputs().claim(claim.call(), cause);
                case Effect.PublishClusterStatus status -> here.outputs().status(status.status(), cause);
                case Effect.PublishCampaignStatus status -> here.outputs().status(status.status(), cause);
                case Effect.RefuseCommand refused ->
                    LOGGER.atInfo()
                            .addKeyValue(LogKeys.CAMPAIGN, refused.campaign())
                            .addKeyValue("command", refused.command().shortName())
                            .addKeyValue(LogKeys.REASON, refused.reason())
                            .log("a command changed nothing");
            }
        }
    }

    private void deadLetter(Record<byte[], byte[]> record, String reason, Result result) {
        LOGGER.atWarn().addKeyValue(LogKeys.REASON, reason).log("a record goes to the dead letters");
        meters.input("none", result);
        partition().outputs().deadLetter(record, reason);
    }

    private static void bug(CampaignName campaign, CoreFailedException e) {
        LOGGER.atError().addKeyValue(LogKeys.CAMPAIGN, campaign).setCause(e).log("the core failed on an input");
    }

    private static boolean isWaitedFor(Effect effect) {
        return effect instanceof Effect.RequestStep || effect instanceof Effect.CallClaim;
    }

    private static Result result(Decision decision) {
        if (decision.effects().stream().anyMatch(Effect.RefuseCommand.class::isInstance)) {
            return Result.REFUSED;
        }
        boolean changed = decision.headerChanged()
                || !decision.changedClusters().isEmpty()
                || !decision.effects().isEmpty();
        return changed ? Result.CHANGED : Result.NOTHING;
    }

    private Partition partition() {
        if (partition == null) {
            throw new IllegalStateException("Kafka Streams uses a processor it has closed");
        }
        return partition;
    }

    /** What there is while the partition is assigned here. */
    private record Partition(
            ProcessorContext<Object, Object> context,
            CampaignStore store,
            Inputs inputs,
            Outputs outputs,
            PromptCommit commit) {}

    /** A bug in the core; nothing was changed. */
    private static final class CoreFailedException extends RuntimeException {

        CoreFailedException(RuntimeException cause) {
            super(cause);
        }
    }
}
