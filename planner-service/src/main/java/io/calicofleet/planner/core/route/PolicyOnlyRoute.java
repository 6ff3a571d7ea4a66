package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades {@code calico-policy-only.yaml} by the merged manifest. Typha comes first: an older one would not understand
 * newer nodes.
 */
public final class PolicyOnlyRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE);
    }
}
