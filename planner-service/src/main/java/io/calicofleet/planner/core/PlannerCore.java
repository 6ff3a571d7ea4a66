package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.Procedure;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one campaign.
 *
 * <pre>
 *              +------------- soak over, approved, next wave -------------+
 *              v                                                          |
 *  create -> RUNNING -- wave done --> SOAKING --> AWAITING_APPROVAL ------+
 *   |          |  ^
 *   |    pause v  | resume          HELD: only a person can make it go on
 *   |        PAUSED                   ^ |  (retry, skip, approve, abort)
 *   |          |                      +-+-- RUNNING
 *   |  all finished ----------------> SUCCEEDED (absorbs), or FAILED -- retry, skip --> RUNNING
 *   |  abort -> ABORTING -----------> ABORTED (absorbs)
 *   +- refused -> FAILED: no cluster was touched; the same name may be created again
 * </pre>
 *
 * <ol>
 *   <li>A campaign is created once: its clusters and waves are resolved from the fleet as given with the command, and never
 *       again. Whatever speaks against it is said at once and refuses it as a whole. The same creation again changes nothing;
 *       another one of the same name is refused.
 *   <li>A cluster starts when its wave has started, it is the lowest id that waits, and a place is free: campaign and wave
 *       each have {@code maxConcurrent} places, which running and held clusters take. A held cluster keeps its place,
 *       so that what waits for a person does not pile up.
 *   <li>A cluster that may start is claimed first, and belongs to this campaign alone until it is finished ({@link ClaimRules}). One
 *       that another campaign has gives its place to the next and starts, with an inspection, when it is granted.
 *   <li>A cluster that another executor serves under another id is held, with both names, before anything is done to it.
 *   <li>No new cluster starts while the campaign is paused, after an abort, or once more clusters failed than the budget
 *       allows. A retried cluster is not new: the budget does not keep it, a pause does.
 *   <li>A wave starts when every wave before it is finished (nothing pending, running or held) and has met its success rule,
 *       the soak of the one just before has passed, and, where it asks for one, it has its approval.
 *   <li>The next step of a cluster is asked for when the executor has reported success of the one before and the verifier has
 *       passed all its gates, in whatever order these arrive. A failure of either stops the cluster.
 *   <li>An upgrade starts with an inspection. The preflight's objections, all of them, hold the cluster before anything is
 *       written; else the route of its install method says the steps. A retry starts there again, with the next ordinals.
 *   <li>A person decides on held clusters: approve a review or conflicts, retry, or skip. A release refused because it would
 *       close a host endpoint goes back to its review.
 *   <li>A pause lets clusters in flight finish; an abort lets them finish their step, and ends at once those that wait, are
 *       held, are only watched (the traffic review), or have a step nobody answers for.
 *   <li>A step nobody takes up, or nothing is heard of, is told in the status and never given up by itself; only then, and
 *       while it is only watched, a running cluster may be skipped.
 *   <li>A cluster that cannot be reached when its turn comes has failed, is left out, or waits without a place and keeps no wave, as the campaign
 *       says ({@link UnreachableRules}).
 *   <li>The campaign is HELD when nothing can go on without a person, SUCCEEDED when every cluster succeeded or was skipped,
 *       FAILED when every cluster is finished and some failed.
 *   <li>A campaign that is over may be deleted: nothing is left of it but that its name was used.
 *   <li>What is not about the step in flight changes nothing: duplicates, older attempts, other campaigns. SUCCEEDED and
 *       ABORTED change no more.
 *   <li>A campaign becomes another one only by a revision that is shown and approved; clusters that begin or cease to fit it are told
 *       ({@link RevisionRules}).
 *   <li>A command that cannot be carried out gives a refusal with its reason, also in the status, and changes nothing.
 *   <li>Statuses are published at once where a phase changes, else with the next tick. A time before the last one known counts
 *       as that one.
 * </ol>
 */
public final class PlannerCore {

    private final VersionCatalogue catalogue;
    private final StepRules steps;
    private final CommandRules commands;

    /** A planner that knows these releases and has this much patience. */
    public PlannerCore(VersionCatalogue catalogue, PlannerSettings settings) {
        this.catalogue = requireNonNull(catalogue, "catalogue");
        this.steps = new StepRules(catalogue, requireNonNull(settings, "settings"));
        this.commands = new CommandRules(steps, new RevisionRules(catalogue));
    }

    /**
     * What becomes of a campaign when it learns {@code input}; never throws for what people, executors or verifiers send.
     *
     * @param state the campaign; null where there is none of that name
     */
    public Decision decide(@Nullable CampaignState state, PlannerInput input) {
        return switch (input) {
            case PlannerInput.CommandReceived received -> command(state, received);
            case PlannerInput.ProgressReceived received ->
                step(state, received, received.progress().step().campaign());
            case PlannerInput.VerdictReceived received ->
                step(state, received, received.verdict().step().campaign());
            case PlannerInput.MissingHeard heard ->
                step(state, heard, heard.said().step().campaign());
            case PlannerInput.ClaimAnswered received -> answered(state, received);
            case PlannerInput.StopHeard heard -> stop(state, heard);
            case PlannerInput.MembersHeard heard -> members(state, heard);
            case PlannerInput.Tick tick -> tick(state, tick);
        };
    }

    private Decision command(@Nullable CampaignState state, PlannerInput.CommandReceived input) {
        CampaignName name = input.command().campaign();
        boolean begun = state != null && state.header().standing() != Standing.REFUSED;
        if (input.command() instanceof CampaignCreated created && !begun) {
            return create(state, input, created);
        }
        if (state == null || !state.name().equals(name)) {
            String reason = "There is no campaign " + name + ".";
            return new Decision(
                    state,
                    List.of(new Effect.RefuseCommand(name, input.command().type(), reason)),
                    false,
                    Set.of());
        }
        if (input.command() instanceof CampaignCreated created
                && created.spec().equals(state.header().spec())) {
            return unchanged(state);
        }
        if (input.command() instanceof CampaignDeleted deleted
                && CommandClauses.objection(deleted, new SeenState(state)).isEmpty()) {
            return forgotten(state);
        }
        DecisionBuilder decision = new DecisionBuilder(state, state, now(state, input));
        commands.apply(decision, input);
        WaveRules.advance(decision);
        return decision.finish(false);
    }

    private Decision create(
            @Nullable CampaignState state, PlannerInput.CommandReceived input, CampaignCreated created) {
        if (!created.campaign().equals(created.spec().name())) {
            String reason = "The command is for " + created.campaign() + ", but what it creates is called "
                    + created.spec().name() + ".";
            return new Decision(
                    state,
                    List.of(new Effect.RefuseCommand(created.campaign(), created.type(), reason)),
                    false,
                    Set.of());
        }
        PlannerTime now = state == null ? input.at() : now(state, input);
        CampaignState fresh = CampaignCreation.create(created, input, catalogue, now);
        if (state != null && fresh.header().reason().equals(state.header().reason()) && sameSpec(state, fresh)) {
            return unchanged(state);
        }
        DecisionBuilder decision = new DecisionBuilder(state, fresh, now);
        if (fresh.header().standing() == Standing.REFUSED) {
            decision.refuse(created, fresh.header().reason());
        }
        WaveRules.advance(decision);
        return decision.finish(false);
    }

    private Decision step(@Nullable CampaignState state, PlannerInput input, CampaignName campaign) {
        if (state == null || !state.name().equals(campaign)) {
            return unchanged(state);
        }
        DecisionBuilder decision = new DecisionBuilder(state, state, now(state, input));
        switch (input) {
            case PlannerInput.ProgressReceived received ->
                steps.progress(decision, received.progress(), received.twin());
            case PlannerInput.VerdictReceived received -> steps.verdict(decision, received.verdict());
            case PlannerInput.MissingHeard heard -> steps.missing(decision, heard.said());
            case PlannerInput.ClaimAnswered received ->
                ClaimRules.answered(decision, received.answer(), received.twin(), received.uid());
            case PlannerInput.CommandReceived received ->
                throw new IllegalStateException("PlannerCore took a command for a report");
            case PlannerInput.MembersHeard heard ->
                throw new IllegalStateException("PlannerCore took who takes part for a report");
            case PlannerInput.StopHeard heard ->
                throw new IllegalStateException("PlannerCore took a stop for a report");
            case PlannerInput.Tick tick -> throw new IllegalStateException("PlannerCore took a tick for a report");
        }
        if (!decision.changed()) {
            return unchanged(state);
        }
        WaveRules.advance(decision);
        return decision.finish(false);
    }

    /** A campaign that is not there has no use for a cluster. */
    private Decision answered(@Nullable CampaignState state, PlannerInput.ClaimAnswered input) {
        ClaimAnswer answer = input.answer();
        if (state != null && state.name().equals(answer.campaign())) {
            return step(state, input, answer.campaign());
        }
        boolean has = answer instanceof ClaimGranted || answer instanceof ClaimQueued;
        return has
                ? new Decision(state, List.of(new Effect.CallClaim(ClaimRules.release(answer))), false, Set.of())
                : unchanged(state);
    }

    private static Decision stop(@Nullable CampaignState state, PlannerInput.StopHeard heard) {
        if (state == null
                || state.header().spec().procedure() == Procedure.PLAN
                || Objects.equals(state.header().stop(), heard.stop())) {
            return unchanged(state);
        }
        DecisionBuilder decision = new DecisionBuilder(state, state, now(state, heard));
        decision.header(decision.header().stopped(heard.stop(), decision.now()));
        WaveRules.advance(decision);
        return decision.finish(false);
    }

    /**
     * The clusters that fit a campaign otherwise than when it was created, for {@link PlannerInput.MembersHeard}; null where none do, or it does not
     * matter.
     */
    public static @Nullable MembersStatus members(CampaignState state, Collection<ClusterCandidate> fleet) {
        return state.header().spec().procedure() == Procedure.UPGRADE ? RevisionRules.members(state, fleet) : null;
    }

    private static Decision members(@Nullable CampaignState state, PlannerInput.MembersHeard heard) {
        if (state == null || Objects.equals(state.header().members(), heard.members())) {
            return unchanged(state);
        }
        DecisionBuilder decision = new DecisionBuilder(state, state, now(state, heard));
        RevisionRules.heard(decision, heard.members());
        WaveRules.advance(decision);
        return decision.finish(false);
    }

    private Decision tick(@Nullable CampaignState state, PlannerInput.Tick tick) {
        if (state == null) {
            return unchanged(null);
        }
        DecisionBuilder decision = new DecisionBuilder(state, state, now(state, tick));
        steps.lookForSilence(decision);
        CommandRules.endPause(decision);
        UnreachableRules.tryAgain(decision);
        WaveRules.advance(decision);
        return decision.finish(true);
    }

    /** Every cluster is finished, so none is claimed and nothing is in flight; what still comes of it finds no campaign. */
    private static Decision forgotten(CampaignState state) {
        boolean begun = state.header().standing() != Standing.REFUSED;
        Effect forget = new Effect.ForgetCampaign(
                state.name(), state.clusters().keySet().stream().sorted().toList(), begun);
        return new Decision(null, List.of(forget), false, Set.of());
    }

    /**
     * The status of a campaign with a word of the shell: of an input, or of a passing of time, that could not be decided.
     *
     * @param word what happened and what to do
     */
    public static CampaignStatus told(CampaignState state, String word, PlannerTime now) {
        return Statuses.told(state, word, now);
    }

    private static boolean sameSpec(CampaignState state, CampaignState other) {
        return state.header().spec().equals(other.header().spec());
    }

    private static Decision unchanged(@Nullable CampaignState state) {
        return new Decision(state, List.of(), false, Set.of());
    }

    /** What statuses show never runs backwards, whatever the clock does. */
    private static PlannerTime now(CampaignState state, PlannerInput input) {
        Instant known = state.header().updatedAt().isAfter(state.header().publishedAt())
                ? state.header().updatedAt()
                : state.header().publishedAt();
        return input.at().notBefore(known);
    }
}
