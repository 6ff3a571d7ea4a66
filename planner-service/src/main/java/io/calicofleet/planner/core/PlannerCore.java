package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides about one campaign. */
public final class PlannerCore {

    private final VersionCatalogue catalogue;
    private final PlannerSettings settings;

    /** A planner that knows these releases and has this much patience. */
    public PlannerCore(VersionCatalogue catalogue, PlannerSettings settings) {
        this.catalogue = requireNonNull(catalogue, "catalogue");
        this.settings = requireNonNull(settings, "settings");
    }

    /**
     * What becomes of a campaign when it learns {@code input}; never throws for what people, executors or verifiers send.
     *
     * @param state the campaign; null where there is none of that name
     */
    public Decision decide(@Nullable CampaignState state, PlannerInput input) {
        requireNonNull(input, "input");
        requireNonNull(catalogue, "catalogue");
        requireNonNull(settings, "settings");
        return new Decision(state, List.of(), false, Set.of());
    }
}
