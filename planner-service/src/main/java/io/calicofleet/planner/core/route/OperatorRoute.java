package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/** Upgrades an install by the operator: its definitions, then the operator, which upgrades Calico itself. */
public final class OperatorRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE_OPERATOR);
    }
}
