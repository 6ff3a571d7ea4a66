package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades {@code canal-etcd.yaml} by the merged manifest. The finished Job {@code configure-canal} cannot be changed, so
 * that it is deleted first, by {@link StepKind#PREPARE}, where the target has another one.
 */
public final class CanalEtcdRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE);
    }
}
