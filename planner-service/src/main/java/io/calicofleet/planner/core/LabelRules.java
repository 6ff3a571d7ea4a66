package io.calicofleet.planner.core;

import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.LabelStatus;
import io.calicofleet.event.Quantity;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.LabelValue;
import io.calicofleet.planner.core.campaign.Tally;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Limits for each value of a label, such as each region. */
final class LabelRules {

    private static final int TOLD = 100;

    private LabelRules() {}

    /** Whether as many clusters with a label of these are in flight as may be. */
    static boolean noPlace(CampaignState state, Map<String, String> labels) {
        return state.header().spec().perLabel().stream()
                .anyMatch(limit -> isFull(limit, tally(state, LabelValue.of(limit, labels))));
    }

    /** A value of these labels of whose clusters more failed than may. */
    static Optional<LabelValue> spent(CampaignState state, Map<String, String> labels) {
        return state.header().spec().perLabel().stream()
                .filter(limit -> isSpent(limit, tally(state, LabelValue.of(limit, labels))))
                .map(limit -> LabelValue.of(limit, labels))
                .findFirst();
    }

    /** The values, one of whose limits is reached, the first hundred of them. */
    static List<LabelStatus> reached(CampaignState state) {
        return state.header().spec().perLabel().stream()
                .flatMap(limit -> state.byLabel().entrySet().stream()
                        .filter(entry -> entry.getKey().label().equals(limit.label()))
                        .filter(entry -> isFull(limit, entry.getValue()) || isSpent(limit, entry.getValue())))
                .sorted(Map.Entry.comparingByKey())
                .limit(TOLD)
                .map(entry -> status(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static LabelStatus status(LabelValue value, Tally tally) {
        return new LabelStatus(
                value.label(),
                value.value(),
                tally.total(),
                tally.running() + tally.asking(),
                tally.held(),
                tally.failures());
    }

    private static Tally tally(CampaignState state, LabelValue value) {
        return state.byLabel().getOrDefault(value, Tally.NONE);
    }

    private static boolean isFull(LabelLimit limit, Tally tally) {
        Quantity most = limit.maxConcurrent();
        return most != null && tally.inFlight() >= most.atMostOf(tally.total());
    }

    private static boolean isSpent(LabelLimit limit, Tally tally) {
        Quantity most = limit.maxFailures();
        return most != null && tally.failures() > most.atMostOf(tally.total());
    }
}
