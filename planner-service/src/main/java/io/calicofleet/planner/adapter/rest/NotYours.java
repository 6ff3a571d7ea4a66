package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Rights.Placed;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.port.FleetView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says at each command of an explanation that whoever asks may not type it, and which role that takes; somebody else may. */
final class NotYours {

    private static final Map<String, Act> ACTS = Map.ofEntries(
            Map.entry("approve", Act.APPROVE),
            Map.entry("pause", Act.STEER),
            Map.entry("resume", Act.STEER),
            Map.entry("abort", Act.STEER),
            Map.entry("retry", Act.STEER),
            Map.entry("skip", Act.STEER),
            Map.entry("take-over", Act.STEER),
            Map.entry("restore", Act.RESTORE),
            Map.entry("apply", Act.CREATE),
            Map.entry("delete", Act.DELETE));

    private static final Pattern CLUSTER = Pattern.compile(".* --cluster ([a-z0-9.-]+).*");

    private final FleetView all;

    /** By all there is, seen or not. */
    NotYours(FleetView all) {
        this.all = all;
    }

    Explanation marked(Explanation of, Rights rights) {
        return new Explanation(
                of.campaign(),
                of.cluster(),
                of.summary(),
                of.stop(),
                of.places(),
                of.failures(),
                of.reasons().stream()
                        .map(reason -> marked(of.campaign(), reason, rights))
                        .toList());
    }

    private Reason marked(CampaignName campaign, Reason of, Rights rights) {
        return new Reason(
                of.rule(),
                of.says(),
                of.clusters(),
                of.count(),
                of.sentence(),
                of.since(),
                of.events(),
                of.evidence(),
                of.ends(),
                of.endedBy(),
                of.commands().stream()
                        .map(next -> takes(campaign, next.command(), rights)
                                .map(act -> new NextCommand(
                                        next.label() + " (not you: it takes the role " + Role.allowing(act) + ")",
                                        next.command()))
                                .orElse(next))
                        .toList());
    }

    /** What a command takes that they may not do; empty: they may, or anybody may. */
    private Optional<Act> takes(CampaignName campaign, String command, Rights rights) {
        if (command.startsWith("resume --all")) {
            return rights.refusalOfAll(Act.GO_ON).map(refused -> Act.GO_ON);
        }
        int space = command.indexOf(' ');
        Act act = ACTS.get(space < 0 ? command : command.substring(0, space));
        if (act == null) {
            return Optional.empty();
        }
        Matcher named = CLUSTER.matcher(command);
        List<Placed> clusters = named.matches()
                ? List.of(VisibleFleet.placed(ClusterId.of(named.group(1)), all.fleet()))
                : VisibleFleet.placed(campaign, all);
        return rights.refusal(act, campaign, clusters, "").map(refused -> act);
    }
}
