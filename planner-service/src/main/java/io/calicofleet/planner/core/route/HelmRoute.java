package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades a Helm release of the operator. Where the chart's namespace has moved (v3.23), the step hands the objects over
 * itself, before it installs the release there.
 */
public final class HelmRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE_HELM_RELEASE);
    }
}
