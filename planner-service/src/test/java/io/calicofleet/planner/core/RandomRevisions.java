package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.VersionGateSpec;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Revisions by chance that leave as it is what invariants are about. */
final class RandomRevisions {

    private RandomRevisions() {}

    /** With another deadline, or as it was. */
    static CampaignRevised of(CampaignSpec spec, Random random) {
        GatesSpec gates = random.nextInt(4) == 0
                ? spec.gates()
                : new GatesSpec(
                        spec.gates().pods(),
                        new VersionGateSpec(Duration.ofMinutes(5 + random.nextInt(3))),
                        spec.gates().hostEndpointTraffic());
        CampaignSpec revised = new CampaignSpec(
                spec.name(),
                spec.procedure(),
                spec.target(),
                spec.clusters(),
                spec.waves(),
                spec.maxConcurrent(),
                spec.failureBudget(),
                gates,
                spec.onConflict(),
                spec.drillSteps(),
                spec.upgrade(),
                spec.schedule(),
                spec.perLabel(),
                spec.unreachable());
        return new CampaignRevised(spec.name(), revised, random.nextBoolean(), null, "");
    }

    /** Of what is proposed; now and then of something else. */
    static CampaignApproved approval(CampaignName name, @Nullable CampaignState state, Random random) {
        Revision proposed = state == null ? null : state.header().revision();
        String digest = proposed == null || random.nextInt(8) == 0 ? "0123456789abcdef" : proposed.digest();
        return new CampaignApproved(name, null, "seen", null, false, digest, null, List.of(), "");
    }
}
