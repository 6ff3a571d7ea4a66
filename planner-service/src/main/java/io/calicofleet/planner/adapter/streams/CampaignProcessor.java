package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.adapter.streams.Inputs.Addressed;
import io.calicofleet.planner.adapter.streams.Outputs.Cause;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.port.journal.Changed;
import io.calicofleet.planner.port.journal.Journal;
import io.calicofleet.runtime.streams.PromptCommit;
import io.calicofleet.runtime.trace.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around the core, for one partition:
 *
 * <pre>
 * on a record:  what is no input of a campaign of this key goes to the dead letters
 * on a tick:    every campaign that goes on learns the time
 * before both:  a campaign learns whether everything is stopped, where that is news for it
 * from time to time: every campaign that goes on learns which clusters fit it by now
 * on a sweep:   every campaign that was over for long enough is deleted
 *
 * 1. state    = what is built, or built anew from the stores
 * 2. decision = core.decide(state, input); where it throws, nothing has changed: a record is a dead letter, and a
 *    campaign whose time cannot pass is set aside, so that others go on, until something else happens to it
 * 3. make records of what changed, of the effects, and of what was decided on; where one of them is too large, nothing has
 *    changed either
 * 4. store and publish them: one transaction with the input's offset
 * </pre>
 */
final class CampaignProcessor extends RecordProcessor<CampaignProcessor.Partition> {

    private static final Logger LOGGER = LoggerFactory.getLogger(CampaignProcessor.class);

    private static final Duration SWEEP = Duration.ofMinutes(1);
    /** How often it is looked whether other clusters fit a campaign: often enough for people, and seldom enough for thousands of clusters. */
    private static final Duration MEMBERS = Duration.ofSeconds(15);
    /** A sweep is one transaction; what is left waits for the next. */
    private static final int CLUSTERS_PER_SWEEP = 5000;

    private final Decider core;
    private final Duration tick;
    private final Retention retention;
    private final StreamMeters meters;
    private final PromptCommit commit;
    private final WorkedTime.Clock steady;
    private final Twins twins;

    CampaignProcessor(
            Decider core,
            Duration tick,
            Retention retention,
            StreamMeters meters,
            PromptCommit commit,
            WorkedTime.Clock steady,
            Twins twins) {
        super(meters);
        this.core = core;
        this.tick = tick;
        this.retention = retention;
        this.meters = meters;
        this.commit = commit;
        this.steady = steady;
        this.twins = twins;
    }

    @Override
    Partition open(ProcessorContext<Object, Object> context) {
        Fleet fleet = new Fleet(context.getStateStore(Fleet.STORE), twins);
        FleetStops stops = new FleetStops(context.getStateStore(FleetStops.STORE));
        CampaignStore store = new CampaignStore(
                context.getStateStore(PlannerTopology.HEADERS),
                context.getStateStore(PlannerTopology.CLUSTERS),
                context.getStateStore(PlannerTopology.NAMES));
        WorkedTime worked = new WorkedTime(context.getStateStore(PlannerTopology.NAMES), steady);
        context.schedule(tick, PunctuationType.WALL_CLOCK_TIME, this::tick);
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
        context.schedule(MEMBERS, PunctuationType.WALL_CLOCK_TIME, this::members);
        return new Partition(
                context,
                store,
                worked,
                stops,
                fleet,
                new Inputs(
                        fleet,
                        stops,
                        store::deletedAt,
                        () -> worked.at(Instant.ofEpochMilli(context.currentSystemTimeMs()))),
                new Outputs(context));
    }

    @Override
    void event(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        Partition here = partition();
        meters.waited(Duration.ofMillis(here.context().currentSystemTimeMs() - record.timestamp()));
        Optional<Addressed> addressed = here.inputs().of(event);
        if (addressed.isEmpty()) {
            String reason = event.data().type().shortName() + " is nothing a planner listens to";
            deadLetter(record, reason, Result.UNREADABLE);
            return;
        }
        CampaignName campaign = addressed.get().campaign();
        if (!isKeyed(record, "campaign", campaign.value())) {
            return;
        }
        PlannerInput input = addressed.get().input();
        Cause cause = new Cause(
                input.at().clock(),
                event.attributes().actor(),
                Tracing.here(event.attributes().trace()));
        try {
            heedStop(campaign, input.at(), cause);
            Decision decision = decide(campaign, input);
            if (event.data() instanceof CampaignCreated && decision.state() != null) {
                here.store().began(campaign, Tracing.isOn() ? cause.trace() : null);
            }
            carryOut(campaign, input, decision, cause);
            if (decision.effects().stream().anyMatch(CampaignProcessor::isWaitedFor)) {
                commit.published(here.context());
            }
            meters.input(event.data().type().shortName(), result(decision));
        } catch (CoreFailedException e) {
            bug(campaign, e);
            deadLetter(record, "bug in the planner: " + e.getCause(), Result.BUG);
        } catch (TooLargeException e) {
            deadLetter(record, String.valueOf(e.getMessage()), Result.TOO_LARGE);
            tell(
                    campaign,
                    "What " + event.data().type().shortName() + " said has no place: " + e.getMessage() + ".",
                    input.at(),
                    cause);
        }
    }

    private void tick(long now) {
        Cause cause = new Cause(Instant.ofEpochMilli(now), null, null);
        PlannerTime at = partition().worked().at(cause.at());
        partition().worked().store();
        for (CampaignName campaign : partition().store().unfinished(now)) {
            try {
                heedStop(campaign, at, cause);
                PlannerInput tick = new PlannerInput.Tick(at);
                carryOut(campaign, tick, decide(campaign, tick), cause);
            } catch (CoreFailedException e) {
                bug(campaign, e);
                setAside(campaign, "a fault of the planner, " + e.getCause() + ", which its log tells", at, cause);
            } catch (TooLargeException e) {
                setAside(campaign, e.getMessage(), at, cause);
            }
        }
    }

    /** Campaigns learn which clusters fit them otherwise than when they were created. */
    private void members(long now) {
        Cause cause = new Cause(Instant.ofEpochMilli(now), null, null);
        PlannerTime at = partition().worked().at(cause.at());
        List<CampaignName> unfinished = partition().store().unfinished(now);
        List<ClusterCandidate> fleet =
                unfinished.isEmpty() ? List.of() : partition().fleet().snapshot();
        for (CampaignName campaign : unfinished) {
            try {
                CampaignState state = partition().store().find(campaign, now);
                MembersStatus members = state == null || fleet.isEmpty() ? null : PlannerCore.members(state, fleet);
                if (state != null && !Objects.equals(members, state.header().members())) {
                    PlannerInput heard = new PlannerInput.MembersHeard(at, members);
                    carryOut(campaign, heard, decide(campaign, heard), cause);
                }
            } catch (CoreFailedException e) {
                bug(campaign, e);
            } catch (TooLargeException e) {
                tell(campaign, "Which clusters fit it by now has no place: " + e.getMessage() + ".", at, cause);
            }
        }
    }

    /** Before anything else is decided the campaign learns whether everything is stopped, or goes on. */
    private void heedStop(CampaignName campaign, PlannerTime at, Cause cause) {
        var state = partition().store().find(campaign, cause.at().toEpochMilli());
        Stop stop = partition().stops().current();
        if (state != null
                && !state.header().phase().terminal()
                && !Objects.equals(state.header().stop(), stop)) {
            PlannerInput heard = new PlannerInput.StopHeard(at, stop);
            carryOut(campaign, heard, decide(campaign, heard), cause);
        }
    }

    private void setAside(CampaignName campaign, @Nullable String why, PlannerTime at, Cause cause) {
        LOGGER.atError()
                .addKeyValue(LogKeys.CAMPAIGN, campaign)
                .addKeyValue(LogKeys.REASON, why)
                .log("no time passes for a campaign until something else happens to it");
        meters.setAside();
        partition().store().setAside(campaign);
        tell(
                campaign,
                "Set aside: no wave, soak or silence of it is looked at, because of " + why
                        + ". Anything that happens to it has it tried again; it can be paused, resumed and aborted.",
                at,
                cause);
    }

    /** Says in its status what the core cannot know. */
    private void tell(CampaignName campaign, String word, PlannerTime at, Cause cause) {
        Partition here = partition();
        var state = here.store().find(campaign, cause.at().toEpochMilli());
        if (state != null) {
            try {
                here.outputs().send(here.outputs().status(PlannerCore.told(state, word, at), cause));
            } catch (TooLargeException e) {
                LOGGER.atError()
                        .addKeyValue(LogKeys.CAMPAIGN, campaign)
                        .addKeyValue(LogKeys.REASON, e.getMessage())
                        .log("a campaign cannot be told what is wrong with it");
            }
        }
    }

    private void sweep(long now) {
        Cause cause = new Cause(Instant.ofEpochMilli(now), null, null);
        PlannerTime at = partition().worked().at(cause.at());
        int clusters = 0;
        for (CampaignHeader header : partition().store().headers()) {
            var due = retention.due(header, at);
            if (due.isEmpty() || clusters >= CLUSTERS_PER_SWEEP) {
                continue;
            }
            CampaignName campaign = header.spec().name();
            try {
                PlannerInput asked = new PlannerInput.CommandReceived(at, due.orElseThrow(), null, List.of());
                Decision decision = decide(campaign, asked);
                carryOut(campaign, asked, decision, cause);
                clusters += decision.effects().stream()
                        .mapToInt(effect -> effect instanceof Effect.ForgetCampaign forget
                                ? forget.clusters().size()
                                : 0)
                        .sum();
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

    /** @throws TooLargeException where a record of it would be; then nothing has changed */
    private void carryOut(CampaignName campaign, PlannerInput input, Decision decision, Cause cause) {
        Partition here = partition();
        Outputs outputs = here.outputs();
        List<ProducerRecord<String, byte[]>> made = new ArrayList<>();
        for (Effect effect : decision.effects()) {
            switch (effect) {
                case Effect.RequestStep step ->
                    made.add(outputs.request(
                            step.request(), cause, Tracing.isOn() ? here.store().began(campaign) : null));
                case Effect.CallClaim claim -> made.add(outputs.claim(claim.call(), cause));
                case Effect.TellFailure failure -> made.add(outputs.failure(failure.failure(), cause));
                case Effect.PublishClusterStatus status -> made.add(outputs.status(status.status(), cause));
                case Effect.PublishCampaignStatus status -> made.add(outputs.status(status.status(), cause));
                case Effect.ForgetCampaign forget -> made.addAll(Outputs.tombstones(forget));
                case Effect.RefuseCommand refused ->
                    LOGGER.atInfo()
                            .addKeyValue(LogKeys.CAMPAIGN, refused.campaign())
                            .addKeyValue("command", refused.command().shortName())
                            .addKeyValue(LogKeys.REASON, refused.reason())
                            .log("a command changed nothing");
            }
        }
        Changed changed = Changed.of(decision);
        CampaignStore.fits(campaign, changed);
        if (Journal.tells(decision)) {
            Journal.entries(campaign, input, here.store().rebuilt(campaign), changed)
                    .forEach(entry -> made.add(outputs.decision(entry, cause)));
        }
        long now = here.context().currentSystemTimeMs();
        here.store().save(campaign, decision, changed, now);
        made.forEach(outputs::send);
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.RequestStep step) {
                meters.requested(step.request().step().kind());
            } else if (effect instanceof Effect.ForgetCampaign forget) {
                here.store().forget(forget, now);
                meters.deleted();
                LOGGER.atInfo().addKeyValue(LogKeys.CAMPAIGN, campaign).log("campaign deleted");
            }
        }
    }

    @Override
    Outputs outputs() {
        return partition().outputs();
    }

    private static void bug(CampaignName campaign, CoreFailedException e) {
        LOGGER.atError().addKeyValue(LogKeys.CAMPAIGN, campaign).setCause(e).log("the core failed on an input");
    }

    private static boolean isWaitedFor(Effect effect) {
        return effect instanceof Effect.RequestStep
                || effect instanceof Effect.CallClaim
                || effect instanceof Effect.TellFailure;
    }

    private static Result result(Decision decision) {
        if (decision.effects().stream().anyMatch(Effect.RefuseCommand.class::isInstance)) {
            return Result.REFUSED;
        }
        return Journal.tells(decision) ? Result.CHANGED : Result.NOTHING;
    }

    /** What there is while the partition is assigned here. */
    record Partition(
            ProcessorContext<Object, Object> context,
            CampaignStore store,
            WorkedTime worked,
            FleetStops stops,
            Fleet fleet,
            Inputs inputs,
            Outputs outputs) {}

    /** A bug in the core; nothing was changed. */
    private static final class CoreFailedException extends RuntimeException {

        CoreFailedException(RuntimeException cause) {
            super(cause);
        }
    }
}
