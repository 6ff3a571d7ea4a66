package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades {@code canal.yaml} on the Kubernetes datastore by the merged manifest. The pods gate judges both containers;
 * flannel's has no probe, so its restarts count.
 */
public final class CanalRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE);
    }
}
