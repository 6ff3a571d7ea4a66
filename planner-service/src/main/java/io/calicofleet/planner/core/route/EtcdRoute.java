package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/**
 * Upgrades {@code calico-etcd.yaml} by the merged manifest. Host endpoints, policy and ClusterInformation live in etcd; the
 * step refuses before its first write where endpoints and certificates cannot be carried over.
 */
public final class EtcdRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE);
    }
}
