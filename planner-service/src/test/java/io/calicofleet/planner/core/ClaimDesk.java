package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.claim.ClaimCore;
import io.calicofleet.planner.core.claim.ClaimDecision;
import io.calicofleet.planner.core.claim.ClaimState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Brings what campaigns say of clusters to where it is decided, and the answers back, at once and in order. */
final class ClaimDesk {

    final Map<ClusterId, ClaimState> claims = new HashMap<>();
    private final Map<CampaignName, Driver> campaigns = new HashMap<>();
    private final Deque<ClaimAnswer> answers = new ArrayDeque<>();
    private boolean delivering;

    void call(Driver from, ClaimCall call, Instant now) {
        campaigns.put(call.campaign(), from);
        ClaimDecision decision = ClaimCore.decide(claims.get(call.cluster()), call, now);
        claims.put(call.cluster(), decision.state());
        answers.addAll(decision.answers());
    }

    boolean delivering() {
        return delivering;
    }

    void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        for (ClaimAnswer answer = answers.poll(); answer != null; answer = answers.poll()) {
            Driver to = campaigns.get(answer.campaign());
            to.feed(new PlannerInput.ClaimAnswered(Times.at(to.now), answer));
        }
        delivering = false;
    }
}
