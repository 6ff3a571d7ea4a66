package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.Kept;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.StepRequested;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether campaigns kept what they allow themselves. */
final class Limits {

    /** In which nothing new begins. */
    private static final Set<CampaignPhase> RESTS = EnumSet.of(
            CampaignPhase.AWAITING_APPROVAL, CampaignPhase.PAUSED, CampaignPhase.STOPPED, CampaignPhase.SCHEDULED);

    private Limits() {}

    /** What was so from a moment on. */
    private record Change(Instant at, ClusterId cluster, boolean inFlight) {}

    /** Clusters that run or are held, at any moment, by what {@code status} said: never more than {@code maxConcurrent}. */
    static List<Finding> concurrency(History history) {
        List<Finding> findings = new ArrayList<>();
        for (CampaignStatus campaign : history.campaigns()) {
            int most = campaign.spec().maxConcurrent().atMostOf(campaign.clusters());
            List<Change> changes = history.all(ClusterStatus.class)
                    .filter(status -> status.data().campaign().equals(campaign.campaign()))
                    .map(status -> new Change(status.time(), status.data().cluster(), inFlight(status.data())))
                    // Of what happens at one moment a place is given up first.
                    .sorted(Comparator.comparing(Change::at).thenComparing(Change::inFlight))
                    .toList();
            Set<String> now = new TreeSet<>();
            for (Change change : changes) {
                if (!change.inFlight()) {
                    now.remove(change.cluster().value());
                } else if (now.add(change.cluster().value()) && now.size() > most) {
                    findings.add(Finding.of(
                            campaign.campaign(),
                            now.size() + " clusters are in flight, " + most + " may be",
                            change.at() + " in flight: " + now));
                }
            }
        }
        return findings;
    }

    private static boolean inFlight(ClusterStatus status) {
        return status.phase() == ClusterPhase.RUNNING || status.phase() == ClusterPhase.HELD;
    }

    /** While more have failed than {@code maxFailures}, no cluster is begun. */
    static List<Finding> budget(History history) {
        List<Finding> findings = new ArrayList<>();
        for (CampaignStatus campaign : history.campaigns()) {
            int most = campaign.spec().failureBudget().maxFailures().atMostOf(campaign.clusters());
            Map<ClusterId, Instant> begun = begun(history, campaign);
            Instant spent = null;
            for (Kept<CampaignStatus> status : history.all(CampaignStatus.class)
                    .filter(one -> one.data().campaign().equals(campaign.campaign()))
                    .toList()) {
                Instant at = status.time();
                boolean over = status.data().failures() > most;
                if (spent != null) {
                    findings.addAll(between(campaign, begun, spent, at));
                }
                spent = over ? at : null;
            }
            if (spent != null) {
                findings.addAll(between(campaign, begun, spent, Instant.MAX));
            }
        }
        return findings;
    }

    /** While a campaign is paused, stopped or before its time, no cluster is begun; and none ever in a freeze of all the run. */
    static List<Finding> rests(History history) {
        List<Finding> findings = new ArrayList<>();
        for (CampaignStatus campaign : history.campaigns()) {
            Map<ClusterId, Instant> begun = begun(history, campaign);
            Kept<CampaignStatus> rests = null;
            for (Kept<CampaignStatus> status : history.all(CampaignStatus.class)
                    .filter(one -> one.data().campaign().equals(campaign.campaign()))
                    .toList()) {
                if (rests != null) {
                    findings.addAll(begunIn(rests, begun, status.time()));
                }
                rests = RESTS.contains(status.data().phase()) ? status : null;
            }
            if (rests != null) {
                findings.addAll(begunIn(rests, begun, Instant.MAX));
            }
            if (isFrozen(history, campaign)) {
                begun.forEach((cluster, at) -> findings.add(Finding.of(
                        campaign.campaign(), cluster + " is begun in a freeze", at + " its first step is asked for")));
            }
        }
        return findings;
    }

    private static List<Finding> begunIn(Kept<CampaignStatus> rests, Map<ClusterId, Instant> begun, Instant to) {
        List<Finding> findings = new ArrayList<>();
        begun.forEach((cluster, at) -> {
            if (at.isAfter(rests.time()) && at.isBefore(to)) {
                findings.add(Finding.of(
                        rests.data().campaign(),
                        cluster + " is begun though the campaign is "
                                + rests.data().phase().encode(),
                        rests.time() + " " + rests.data().summary(),
                        at + " the first step of " + cluster + " is asked for"));
            }
        });
        return findings;
    }

    private static boolean isFrozen(History history, CampaignStatus campaign) {
        ScheduleSpec schedule = campaign.spec().schedule();
        return schedule != null
                && schedule.freezes().stream()
                        .anyMatch(freeze -> history.records().stream()
                                .allMatch(record -> freeze.from().isBefore(record.time())
                                        && freeze.to().isAfter(record.time())));
    }

    private static List<Finding> between(
            CampaignStatus campaign, Map<ClusterId, Instant> begun, Instant from, Instant to) {
        List<Finding> findings = new ArrayList<>();
        begun.forEach((cluster, at) -> {
            if (at.isAfter(from) && at.isBefore(to)) {
                findings.add(Finding.of(
                        campaign.campaign(),
                        cluster + " is begun though the failure budget is spent",
                        from + " the budget is spent",
                        at + " the first step of " + cluster + " is asked for"));
            }
        });
        return findings;
    }

    private static Map<ClusterId, Instant> begun(History history, CampaignStatus campaign) {
        Map<ClusterId, Instant> begun = new HashMap<>();
        Set<ClusterId> known = new HashSet<>();
        history.all(StepRequested.class)
                .filter(request -> request.data().step().campaign().equals(campaign.campaign()))
                .forEach(request -> {
                    if (known.add(request.data().step().cluster())) {
                        begun.put(request.data().step().cluster(), request.time());
                    }
                });
        return begun;
    }
}
