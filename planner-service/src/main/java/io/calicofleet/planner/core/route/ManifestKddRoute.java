package io.calicofleet.planner.core.route;

import io.calicofleet.event.StepKind;

/** Upgrades {@code calico.yaml} on the Kubernetes datastore, with or without Typha, by the merged manifest. */
public final class ManifestKddRoute implements Route {

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        return UpgradePlan.of(request, StepKind.UPGRADE);
    }
}
