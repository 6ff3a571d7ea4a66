package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.view.CommandLines;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.planner.core.catalogue.KubernetesVersion;
import io.calicofleet.planner.core.catalogue.Release;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.preflight.VersionRules;
import io.calicofleet.planner.core.route.RouteChoice;
import io.calicofleet.planner.core.route.Routes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A campaign file for a fleet: every choice in it has a comment that says why. What only an inspection can tell, such as what people
 * changed, is not in it; a plan tells that.
 *
 * @param text of the file
 * @param summary of it, for people
 */
record FleetCampaign(String text, String summary) {

    private static final int NAMED = 5;

    /**
     * A file for these clusters.
     *
     * @param announced as the planner lists them, at least one
     * @param target the release; null: the newest that all of them can go to, or else most of them
     * @param selector the labels by which they were chosen; null: all of them
     * @throws CliException where none of them can be upgraded
     */
    static FleetCampaign of(
            Iterable<JsonNode> announced,
            VersionCatalogue catalogue,
            @Nullable CalicoVersion target,
            @Nullable String selector,
            CommandLines commands) {
        List<FleetCluster> fleet = new ArrayList<>();
        announced.forEach(each -> fleet.add(FleetCluster.of(each)));
        fleet.sort(Comparator.comparing(FleetCluster::id));
        Map<String, String> out = new TreeMap<>();
        fleet.forEach(cluster -> unfit(cluster).ifPresent(why -> out.put(cluster.id(), why)));
        List<FleetCluster> fit =
                fleet.stream().filter(cluster -> !out.containsKey(cluster.id())).toList();
        CalicoVersion to = target == null ? newest(fit, catalogue) : target;
        fit.forEach(cluster -> objection(cluster, to, catalogue).ifPresent(why -> out.put(cluster.id(), why)));
        List<FleetCluster> in =
                fleet.stream().filter(cluster -> !out.containsKey(cluster.id())).toList();
        if (in.isEmpty()) {
            throw CliException.usage("none of the clusters can be upgraded to " + to + ":\n  "
                    + out.entrySet().stream()
                            .limit(NAMED)
                            .map(each -> each.getKey() + ": " + each.getValue())
                            .collect(Collectors.joining("\n  ")));
        }
        String summary = in.size() + (in.size() == 1 ? " cluster" : " clusters") + " to " + to
                + (out.isEmpty() ? "" : ", " + out.size() + " left out");
        return new FleetCampaign(new FleetCampaignFile(in, out, to, catalogue, selector, commands).text(), summary);
    }

    /** Why it cannot be upgraded at all. */
    private static Optional<String> unfit(FleetCluster cluster) {
        if (!cluster.problem().isEmpty()) {
            return Optional.of("it is not reached: " + cluster.problem());
        }
        if (cluster.calico().isEmpty()) {
            return Optional.of("which Calico it has is not known");
        }
        return cluster.method().map(Routes::of).flatMap(choice -> switch (choice) {
            case RouteChoice.Upgraded upgraded -> Optional.empty();
            case RouteChoice.Refused refused -> Optional.of(refused.sentence());
        });
    }

    private static Optional<String> objection(FleetCluster cluster, CalicoVersion target, VersionCatalogue catalogue) {
        VersionRules rules = new VersionRules(catalogue);
        CalicoVersion version = cluster.calico().orElseThrow();
        return rules.newer(version, target)
                .or(() -> rules.tooOld(version, target))
                .or(() -> target.equals(version) ? Optional.of("it has " + target + " already") : Optional.empty())
                .or(() -> catalogue
                        .release(target)
                        .filter(release -> KubernetesVersion.tryParse(cluster.kubernetes())
                                .filter(kubernetes -> !release.tested().contains(kubernetes))
                                .isPresent())
                        .map(release -> target + " is tested with Kubernetes " + release.tested() + ", and it has "
                                + cluster.kubernetes()));
    }

    /** The newest release the most of them can go to. */
    private static CalicoVersion newest(List<FleetCluster> fit, VersionCatalogue catalogue) {
        return catalogue.releases().stream()
                .map(Release::last)
                .filter(Objects::nonNull)
                .sorted(Comparator.reverseOrder())
                .max(Comparator.comparingLong(target -> fit.stream()
                        .filter(cluster -> objection(cluster, target, catalogue).isEmpty())
                        .count()))
                .orElseThrow();
    }
}
