package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades a Helm release of the operator. Where the chart's namespace has moved (v3.23), {@link StepKind#PREPARE} moves the
 * ownership of its objects first (facts 5).
 */
public final class HelmRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE_HELM_RELEASE);
    }
}
