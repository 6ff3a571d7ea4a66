package io.calicofleet.planner.core.claim;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has a cluster, and who waits for it.
 *
 * @param epoch of the last grant; 0: there was none
 * @param holder who has it; null: nobody, and then nobody waits
 * @param line who waits for it, whoever asked first at the front; none of them has it
 */
public record ClaimState(long epoch, @Nullable Place holder, List<Place> line) {

    /** A cluster nobody has ever asked for. */
    static final ClaimState FREE = new ClaimState(0, null, List.of());

    public ClaimState {
        line = List.copyOf(line);
    }

    /**
     * A campaign that has the cluster or waits for it.
     *
     * @param campaign which
     * @param attempt with which of its requests
     */
    public record Place(CampaignName campaign, int attempt) {
        public Place {
            requireNonNull(campaign, "campaign");
        }
    }

    /** The place of a campaign; empty where it has none. */
    Optional<Place> of(CampaignName campaign) {
        return holder != null && holder.campaign().equals(campaign)
                ? Optional.of(holder)
                : line.stream()
                        .filter(place -> place.campaign().equals(campaign))
                        .findFirst();
    }

    /** With another holder. */
    ClaimState grantedTo(Place place, long at) {
        return new ClaimState(at, place, line);
    }

    /** With one more at the end of the line. */
    ClaimState queued(Place place) {
        List<Place> longer = new ArrayList<>(line);
        longer.add(place);
        return new ClaimState(epoch, holder, longer);
    }

    /** With this place in line for another request of its campaign. */
    ClaimState renumbered(Place place) {
        return new ClaimState(
                epoch,
                holder,
                line.stream()
                        .map(known -> known.campaign().equals(place.campaign()) ? place : known)
                        .toList());
    }

    /** Without this campaign; nobody has the cluster then, where it was this one. */
    ClaimState without(CampaignName campaign) {
        return new ClaimState(
                epoch,
                holder != null && holder.campaign().equals(campaign) ? null : holder,
                line.stream()
                        .filter(place -> !place.campaign().equals(campaign))
                        .toList());
    }
}
