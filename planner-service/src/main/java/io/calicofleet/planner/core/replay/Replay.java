package io.calicofleet.planner.core.replay;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.campaign.CampaignState;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A campaign decided once more, by the core that decides about all of them, from what was written down. It says where it decides
 * otherwise than was decided then, as a planner of another release may.
 */
public final class Replay {

    private final PlannerCore core;
    private final Function<Decision, String> checksum;
    private @Nullable CampaignState state;
    private @Nullable CampaignStatus status;
    private final SortedMap<ClusterId, ClusterStatus> clusters = new TreeMap<>();
    private @Nullable Recorded first;
    private @Nullable Recorded last;
    private @Nullable Recorded differs;

    /**
     * One that knows nothing yet.
     *
     * @param core who decides
     * @param checksum of what a decision changed, as it is written down
     */
    public Replay(PlannerCore core, Function<Decision, String> checksum) {
        this.core = requireNonNull(core, "core");
        this.checksum = requireNonNull(checksum, "checksum");
    }

    /**
     * Decides on the next one.
     *
     * @return empty as long as the campaign has not begun: what is left of one whose beginning is not known changes nothing
     */
    public Optional<Decision> decide(Recorded next) {
        if (first == null && !creates(next)) {
            return Optional.empty();
        }
        if (next.rebuilt() && state != null) {
            state = CampaignState.of(state.header(), state.clusters().values());
        }
        Decision decision = core.decide(state, next.input());
        boolean same = checksum.apply(decision).equals(next.changed());
        if (first == null && !same) {
            // It was refused, since there was a campaign of the name already.
            return Optional.empty();
        }
        state = decision.state();
        if (first == null) {
            first = next;
        }
        last = next;
        decision.effects().forEach(this::tell);
        if (differs == null && !same) {
            differs = next;
        }
        return Optional.of(decision);
    }

    private void tell(Effect effect) {
        switch (effect) {
            case Effect.PublishCampaignStatus told -> status = told.status();
            case Effect.PublishClusterStatus told -> clusters.put(told.status().cluster(), told.status());
            case Effect.ForgetCampaign gone -> {
                status = null;
                clusters.clear();
            }
            case Effect.CallClaim other -> {}
            case Effect.RequestStep other -> {}
            case Effect.TellFailure other -> {}
            case Effect.RefuseCommand other -> {}
        }
    }

    private static boolean creates(Recorded recorded) {
        return recorded.input() instanceof PlannerInput.CommandReceived got && got.command() instanceof CampaignCreated;
    }

    /** Where the campaign is now; null where there is none yet, or none any more. */
    public @Nullable CampaignState state() {
        return state;
    }

    /** What was said of the campaign; null where nothing is, or nothing any more. */
    public @Nullable CampaignStatus status() {
        return status;
    }

    /** What was said of its clusters, by their ids. */
    public List<ClusterStatus> clusters() {
        return List.copyOf(clusters.values());
    }

    /** What was decided on first. */
    public Optional<Recorded> first() {
        return Optional.ofNullable(first);
    }

    /** What was decided on last. */
    public Optional<Recorded> last() {
        return Optional.ofNullable(last);
    }

    /** What it means that this decision was another one then, a sentence. */
    public static String otherwise(Recorded other) {
        return "From " + other.input().at().clock() + " on, offset " + other.offset()
                + ", this release decides otherwise than the one that decided then.";
    }

    /** The first decision that was another one then: from there on this is not what was; empty where all are the same. */
    public Optional<Recorded> differs() {
        return Optional.ofNullable(differs);
    }
}
