package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.revision.Members;
import io.calicofleet.planner.core.revision.SpecDifference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What another document would make of a campaign that runs, and what speaks against it. The core and REST work it out alike, each from what
 * it has.
 *
 * <pre>
 *   may change      who takes part, by more clusters; waves that have not begun, all of them; of one that has: its limits and its soak;
 *                   limits, budgets, times, gates, and what the steps of clusters that have not begun do with what they find
 *   may not         what the campaign is: its name, procedure, target, and how the release gets to a cluster; of a wave that has
 *                   begun who goes with it and its approval; clusters that would drop out, since those are skipped by name
 * </pre>
 *
 * <p>A cluster keeps the steps it was given: they are planned when it is inspected.
 *
 * @param problems all that speaks against it; empty where nothing does
 * @param changes what would be another, a line each; empty where nothing would
 * @param digest of all that
 * @param places the wave of each cluster that gets another one, or its first
 * @param labels the labels that rules are about, of each cluster that the fleet has
 * @param added those of the clusters that take no part now
 */
public record RevisionProposal(
        List<Problem> problems,
        List<String> changes,
        String digest,
        Map<ClusterId, Integer> places,
        Map<ClusterId, Map<String, String>> labels,
        Set<ClusterId> added) {

    private static final int SHORT = 16;
    private static final int NAMED = 20;

    /** Why a field stays as it is, by how its place begins. */
    private static final Map<String, String> FIXED = Map.of(
            "name", "another name is another campaign.",
            "procedure", "what is done to each cluster is what the campaign is.",
            "target", "some clusters are at the target already, or on their way; another target is another campaign.",
            "drillSteps", "what is done to each cluster is what the campaign is.",
            "helm.chart", "all clusters of a campaign get the release from one place.",
            "apply", "all clusters of a campaign get the release in one way.",
            "change", "all clusters of a campaign get the same fields; other ones are another campaign.",
            "migrate", "all clusters of a campaign go to the same way of installing.",
            "hostEndpoints.migrateToAutomatic", "all clusters of a campaign are upgraded alike.");

    /** What else may change; a field that is not known here stays as it is. */
    private static final List<String> OPEN = List.of(
            "clusters",
            "waves",
            "maxConcurrent",
            "failureBudget",
            "gates",
            "customisations",
            "onGateFailure",
            "kubernetes",
            "owners",
            "rollouts",
            "applicationLayerPolicy",
            "upgrade.acceptPolicies",
            "upgrade.canaryNodes",
            "upgrade.continuity",
            "upgrade.migrationDeadline",
            "upgrade.restartDeadline",
            "schedule",
            "perLabel",
            "unreachable");

    private static final Set<String> OF_A_WAVE_THAT_HAS_BEGUN =
            Set.of("maxConcurrent", "minSucceeded", "soak", "failureBudget");

    public RevisionProposal {
        problems = List.copyOf(problems);
        changes = List.copyOf(changes);
        requireNonNull(digest, "digest");
        places = Map.copyOf(places);
        labels = Map.copyOf(labels);
        added = Set.copyOf(added);
    }

    /**
     * Works it out.
     *
     * @param takesIn whether clusters that fit the selector since are to take part, though it is the same
     * @param fleet every cluster known
     */
    public static RevisionProposal of(
            Members members,
            CampaignSpec wanted,
            boolean takesIn,
            Collection<ClusterCandidate> fleet,
            VersionCatalogue catalogue,
            Instant now) {
        CampaignSpec spec = members.spec();
        List<SpecDifference> differences = SpecDifference.between(spec, wanted);
        List<Problem> problems = new ArrayList<>();
        problems.addAll(fixed(members, wanted, differences));
        boolean otherClusters = !spec.clusters().equals(wanted.clusters());
        CampaignCreation.Placed placed = CampaignCreation.place(wanted, fleet, members, takesIn || otherClusters, now);
        problems.addAll(placed.problems());
        if (otherClusters) {
            dropped(members, wanted, fleet, problems);
        }
        problems.addAll(VersionProblems.of(
                wanted,
                fleet.stream()
                        .filter(candidate -> placed.added().contains(candidate.cluster()))
                        .toList(),
                catalogue));
        Map<ClusterId, Integer> places = new TreeMap<>();
        placed.waves().forEach((cluster, wave) -> {
            if (!wave.equals(members.waves().get(cluster)) || isOtherWave(members, wanted, cluster, wave)) {
                places.put(cluster, wave);
            }
        });
        List<String> changes =
                new ArrayList<>(differences.stream().map(SpecDifference::line).toList());
        List<String> moves = moves(members, wanted, places, placed.added());
        changes.addAll(moves.stream().limit(NAMED).toList());
        if (moves.size() > NAMED) {
            changes.add("and " + (moves.size() - NAMED) + " more of the kind");
        }
        String digest = Digests.sha256(Stream.concat(
                                differences.stream().map(SpecDifference::line),
                                places.entrySet().stream().map(Object::toString))
                        .collect(Collectors.joining("\n")))
                .substring(0, SHORT);
        return new RevisionProposal(problems, changes, digest, placed.waves(), placed.labels(), placed.added());
    }

    /** What speaks against it by how far the campaign is, whatever clusters there are, as one text; empty where nothing does. */
    static String fixed(Members members, CampaignSpec wanted) {
        return told(fixed(members, wanted, SpecDifference.between(members.spec(), wanted)));
    }

    private static List<Problem> fixed(Members members, CampaignSpec wanted, List<SpecDifference> differences) {
        List<Problem> problems = new ArrayList<>();
        differences.forEach(difference -> problems.addAll(fixed(members, difference)));
        begun(members, wanted, problems);
        return problems;
    }

    /** A position is another wave where the one before it has another name. */
    private static boolean isOtherWave(Members members, CampaignSpec wanted, ClusterId cluster, int wave) {
        Integer before = members.waves().get(cluster);
        return before != null
                && !members.spec()
                        .waves()
                        .get(before)
                        .name()
                        .equals(wanted.waves().get(wave).name());
    }

    private static List<Problem> fixed(Members members, SpecDifference difference) {
        String path = difference.path();
        for (Map.Entry<String, String> fixed : FIXED.entrySet()) {
            if (isIn(path, fixed.getKey())) {
                return List.of(problem(path, "'" + path + "' stays " + difference.then() + ": " + fixed.getValue()));
            }
        }
        if (OPEN.stream().noneMatch(open -> isIn(path, open))) {
            return List.of(problem(path, "'" + path + "' is fixed when a campaign is created."));
        }
        return members.spec().waves().stream()
                .limit(members.begun())
                .filter(wave -> path.startsWith("waves[" + wave.name() + "]"))
                .filter(wave -> OF_A_WAVE_THAT_HAS_BEGUN.stream()
                        .noneMatch(field -> isIn(path, "waves[" + wave.name() + "]." + field)))
                .map(wave -> problem(
                        path,
                        "Wave " + wave.name()
                                + " has begun: only its limits, its soak and its rule of success can change, not '"
                                + path + "'."))
                .toList();
    }

    private static boolean isIn(String path, String start) {
        return path.equals(start) || path.startsWith(start + ".") || path.startsWith(start + "[");
    }

    /** Those that have begun come first, and in their order. */
    private static void begun(Members members, CampaignSpec wanted, List<Problem> problems) {
        for (int i = 0; i < members.begun(); i++) {
            WaveSpec wave = members.spec().waves().get(i);
            if (i >= wanted.waves().size() || !wanted.waves().get(i).name().equals(wave.name())) {
                problems.add(problem(
                        "waves[" + i + "]",
                        "Wave " + wave.name() + " has begun, so it stays wave " + (i + 1) + " of the campaign."));
            }
        }
    }

    private static void dropped(
            Members members, CampaignSpec wanted, Collection<ClusterCandidate> fleet, List<Problem> problems) {
        Set<ClusterId> chosen = CampaignCreation.chosen(wanted, fleet).stream()
                .map(ClusterCandidate::cluster)
                .collect(Collectors.toSet());
        members.waves().keySet().stream()
                .filter(cluster -> !members.finished().contains(cluster) && !chosen.contains(cluster))
                .sorted()
                .limit(NAMED)
                .forEach(cluster -> problems.add(problem(
                        "clusters", "Cluster " + cluster + " would drop out. Nobody does silently: skip it first.")));
    }

    private static List<String> moves(
            Members members, CampaignSpec wanted, Map<ClusterId, Integer> places, Set<ClusterId> added) {
        List<String> lines = new ArrayList<>();
        Map<String, Set<ClusterId>> alike = new TreeMap<>();
        places.forEach((cluster, wave) -> {
            String to = wanted.waves().get(wave).name().value();
            String from = added.contains(cluster)
                    ? ""
                    : members.spec()
                            .waves()
                            .get(Objects.requireNonNull(members.waves().get(cluster)))
                            .name()
                            .value();
            if (!from.equals(to)) {
                alike.computeIfAbsent(
                                from.isEmpty()
                                        ? "takes part, with wave " + to
                                        : "goes with wave " + to + " instead of " + from,
                                key -> new TreeSet<>())
                        .add(cluster);
            }
        });
        alike.forEach((what, clusters) -> clusters.forEach(cluster -> lines.add("cluster " + cluster + ": " + what)));
        return lines;
    }

    /** All that speaks against it, as one text. */
    String told() {
        return told(problems);
    }

    private static String told(List<Problem> problems) {
        return problems.stream().limit(NAMED).map(Problem::message).collect(Collectors.joining(" "))
                + (problems.size() > NAMED ? " And " + (problems.size() - NAMED) + " more." : "");
    }

    private static Problem problem(String field, String sentence) {
        return new Problem(field, sentence, "", "");
    }
}
