package io.calicofleet.planner.core.claim;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimLost;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.ClaimRefused;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.claim.ClaimState.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which campaign has a cluster: one at a time, whoever asked first.
 *
 * <pre>
 *  free -- requested --> granted -- released --> granted to the next in line, or free
 *                           |
 *                           +---- taken over by a person: lost to one that gets it at once
 * </pre>
 *
 * <ol>
 *   <li>A claim ends when its campaign releases it, or a person takes it over; never because time goes by.
 *   <li>Each grant has an epoch higher than all before of that cluster. It is no lower than the time, so that it also grows
 *       where the topics were lost and the clusters remember.
 *   <li>A request counts up. The same one again is answered again; an older one is nothing; a later one ends those before and
 *       goes to the end of the line.
 *   <li>A request that is repeated after its release gets a new grant, which its campaign, since it waits for none, releases.
 *   <li>A takeover names the grant that it ends. Where that has ended by itself, it changes nothing: its campaign stays where it is in
 *       line, or joins it.
 *   <li>A line has an end: who asks when it is full is refused.
 * </ol>
 */
public final class ClaimCore {

    /** How many campaigns may wait for one cluster. */
    public static final int LONGEST_LINE = 100;

    /** How far a clock may be set back without an epoch being used twice. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final ClusterId cluster;
    private final Instant now;
    private final List<ClaimAnswer> answers = new ArrayList<>();
    private ClaimState state;

    private ClaimCore(ClaimState state, ClusterId cluster, Instant now) {
        this.state = state;
        this.cluster = cluster;
        this.now = now;
    }

    /**
     * What becomes of a cluster when a campaign says this of it.
     *
     * @param state of that cluster; null where nobody has ever asked for it
     * @param call what the campaign says
     * @param now the time; orders nothing, but lets epochs grow
     */
    public static ClaimDecision decide(@Nullable ClaimState state, ClaimCall call, Instant now) {
        ClaimState before = state == null ? ClaimState.FREE : state;
        ClaimCore core = new ClaimCore(before, call.cluster(), now);
        switch (call) {
            case ClaimRequested requested -> core.requested(requested);
            case ClaimReleased released -> core.released(released);
        }
        core.tellWhoWaits(before);
        return new ClaimDecision(core.state, core.answers);
    }

    /**
     * Whether nothing need be kept of a cluster: nobody has it or waits for it, and its last grant is so long ago that the epoch of the next
     * one, which is no lower than the time, is higher by itself.
     */
    public static boolean isForgotten(ClaimState state, Instant now) {
        return state.holder() == null
                && state.line().isEmpty()
                && state.epoch() < now.minus(KEPT).toEpochMilli();
    }

    private void requested(ClaimRequested request) {
        CampaignName campaign = request.campaign();
        Place wanted = new Place(campaign, request.attempt());
        Place known = state.of(campaign).orElse(null);
        if (known != null && known.attempt() > wanted.attempt()) {
            return;
        }
        Place holder = state.holder();
        if (wanted.equals(holder)) {
            answers.add(granted(wanted));
        } else if (holder != null && request.takes() != null && request.takes() == state.epoch()) {
            state = state.without(campaign).without(holder.campaign());
            answers.add(lost(holder, request));
            grant(wanted);
        } else if (wanted.equals(known)) {
            answers.add(queued(wanted, state.line().indexOf(wanted)));
        } else if (request.takes() != null && known != null && state.line().contains(known)) {
            state = state.renumbered(wanted);
        } else {
            state = state.without(campaign);
            grantNext();
            join(wanted);
        }
    }

    private void join(Place wanted) {
        if (state.holder() == null) {
            grant(wanted);
        } else if (state.line().size() >= LONGEST_LINE) {
            answers.add(refused(wanted));
        } else {
            state = state.queued(wanted);
        }
    }

    private void released(ClaimReleased release) {
        Place known = state.of(release.campaign()).orElse(null);
        if (known != null && known.attempt() <= release.attempt()) {
            state = state.without(release.campaign());
            grantNext();
        }
    }

    private void grantNext() {
        if (state.holder() == null && !state.line().isEmpty()) {
            Place next = state.line().getFirst();
            state = state.without(next.campaign());
            grant(next);
        }
    }

    private void grant(Place place) {
        state = state.grantedTo(place, Math.max(state.epoch() + 1, now.toEpochMilli()));
        answers.add(granted(place));
    }

    /** Everybody whose place in line, or whose holder, is another than before. */
    private void tellWhoWaits(ClaimState before) {
        boolean same = state.epoch() == before.epoch();
        for (int i = 0; i < state.line().size(); i++) {
            Place place = state.line().get(i);
            if (!same || before.line().indexOf(place) != i) {
                answers.add(queued(place, i));
            }
        }
    }

    private ClaimAnswer granted(Place place) {
        return new ClaimGranted(
                place.campaign(), cluster, place.attempt(), state.epoch(), place.campaign() + " has " + cluster + ".");
    }

    private ClaimAnswer queued(Place place, int position) {
        Place holder = state.holder();
        if (holder == null) {
            throw new IllegalStateException(
                    "somebody waits for " + cluster + ", which nobody has: a fault of ClaimCore");
        }
        String more = position == 0 ? "." : "; " + position + " more get it first.";
        return new ClaimQueued(
                place.campaign(),
                cluster,
                place.attempt(),
                holder.campaign(),
                state.epoch(),
                position + 1,
                place.campaign() + " waits for " + holder.campaign() + ", which has " + cluster + more);
    }

    private ClaimAnswer refused(Place place) {
        String reason = LONGEST_LINE + " campaigns wait for it.";
        return new ClaimRefused(
                place.campaign(),
                cluster,
                place.attempt(),
                reason,
                place.campaign() + " does not get " + cluster + ": " + reason);
    }

    private ClaimAnswer lost(Place holder, ClaimRequested request) {
        return new ClaimLost(
                holder.campaign(),
                cluster,
                holder.attempt(),
                request.campaign(),
                request.reason(),
                holder.campaign() + " has lost " + cluster + " to " + request.campaign()
                        + (request.reason().isEmpty() ? "." : ": " + request.reason()));
    }
}
