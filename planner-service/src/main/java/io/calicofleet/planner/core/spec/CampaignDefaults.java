package io.calicofleet.planner.core.spec;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PodsGateSpec;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.SameFailure;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.VersionGateSpec;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a campaign's file says where it says nothing: the one place of the defaults. */
public final class CampaignDefaults {

    /** {@code apiVersion} of the document. */
    public static final String API_VERSION = "calico-fleet/v1";

    /** {@code kind} of the document. */
    public static final String KIND = "Campaign";

    /** {@code procedure}. */
    public static final Procedure PROCEDURE = Procedure.UPGRADE;

    /** {@code maxConcurrent}: a quarter of the campaign's clusters, at least one. */
    public static final Quantity MAX_CONCURRENT = new Quantity(25, true);

    /** {@code failureBudget.maxFailures}: one may fail, a second holds the campaign. */
    public static final Quantity MAX_FAILURES = Quantity.of(1);

    /** {@code failureBudget.sameFailure}: three clusters within a day. */
    public static final SameFailure SAME_FAILURE = new SameFailure(Quantity.of(3), Duration.ofDays(1));

    /** {@code gates.pods.deadline}. */
    public static final Duration PODS_DEADLINE = Duration.ofMinutes(15);

    /** {@code gates.version.deadline}. */
    public static final Duration VERSION_DEADLINE = Duration.ofMinutes(5);

    /** {@code gates.hostEndpointTraffic.mode}. */
    public static final TrafficMode TRAFFIC_MODE = TrafficMode.REQUIRED;

    /** {@code gates.hostEndpointTraffic.observe}. */
    public static final Duration TRAFFIC_OBSERVE = Duration.ofMinutes(30);

    /** {@code gates.hostEndpointTraffic.deadline}. */
    public static final Duration TRAFFIC_DEADLINE = Duration.ofMinutes(10);

    /** {@code customisations.onConflict}. */
    public static final OnConflict ON_CONFLICT = OnConflict.HOLD;

    /** {@code customisations.withoutBase}. */
    public static final OnConflict WITHOUT_BASE = OnConflict.HOLD;

    /** {@code waves[].minSucceeded}: every cluster of the wave that was not skipped. */
    public static final Quantity MIN_SUCCEEDED = Quantity.ALL;

    /** {@code waves[].soak}. */
    public static final Duration SOAK = Duration.ZERO;

    /** {@code schedule.expectedDuration}. */
    public static final Duration EXPECTED_DURATION = Duration.ofHours(1);

    /** {@code drill.steps}. */
    public static final int DRILL_STEPS = 1;

    /** All settings that only an upgrade has. */
    public static final UpgradeSpec UPGRADE = UpgradeSpec.DEFAULT;

    /** {@code waves}: one, with everything. */
    public static final List<WaveSpec> WAVES =
            List.of(new WaveSpec(WaveName.of("all"), WaveClusters.REST, null, MIN_SUCCEEDED, SOAK, false));

    /** {@code gates}. */
    public static final GatesSpec GATES = new GatesSpec(
            new PodsGateSpec(PODS_DEADLINE, null),
            new VersionGateSpec(VERSION_DEADLINE),
            new TrafficGateSpec(TRAFFIC_MODE, TRAFFIC_OBSERVE, TRAFFIC_DEADLINE));

    /** {@code gates.limit}: a week, or twice what the gates of a step may take where that is longer. */
    public static final Duration LIMIT = Duration.ofDays(7);

    private CampaignDefaults() {}

    /** How long these gates of a step may be open, whether the cluster is seen or not; null where there are none. */
    public static @Nullable Duration limit(GatesSpec spec, List<GateRequirement> gates) {
        if (gates.isEmpty() || spec.limit() != null) {
            return gates.isEmpty() ? null : spec.limit();
        }
        Duration twice = Duration.ZERO;
        for (GateRequirement gate : gates) {
            Duration observe = gate.observe();
            Duration one = gate.deadline().plus(observe == null ? Duration.ZERO : observe);
            twice = twice.plus(one).plus(one);
        }
        return twice.compareTo(LIMIT) < 0 ? LIMIT : twice;
    }

    /** How many clusters are planned at once: each is read whole. */
    private static final Quantity PLANNED_AT_ONCE = Quantity.of(32);

    /**
     * The campaign that works out what an upgrade would do: of the same clusters in the same waves, which wait for nothing.
     *
     * @param name of the plan
     * @param upgrade what is to be planned
     */
    public static CampaignSpec plan(CampaignName name, CampaignSpec upgrade) {
        List<WaveSpec> waves = upgrade.waves().stream()
                .map(wave -> new WaveSpec(wave.name(), wave.clusters(), null, Quantity.of(0), Duration.ZERO, false))
                .toList();
        return new CampaignSpec(
                name,
                Procedure.PLAN,
                upgrade.target(),
                upgrade.clusters(),
                waves,
                PLANNED_AT_ONCE,
                new FailureBudget(Quantity.ALL),
                upgrade.gates(),
                upgrade.onConflict(),
                upgrade.drillSteps(),
                upgrade.upgrade());
    }

    /** The small campaign that puts back what the backup in {@code cluster} holds. */
    public static CampaignSpec restore(CampaignName name, ClusterId cluster) {
        return new CampaignSpec(
                name,
                Procedure.RESTORE,
                null,
                new ClusterSelector(List.of(cluster), Map.of(), false),
                WAVES,
                MAX_CONCURRENT,
                new FailureBudget(MAX_FAILURES),
                GATES,
                ON_CONFLICT,
                0,
                null);
    }
}
