package io.calicofleet.planner.core;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.preflight.VersionRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What speaks against a campaign by the versions its clusters were announced with. It is refused where none of them can be upgraded;
 * what is so of some of them, their inspection says, which knows more.
 */
final class VersionProblems {

    private static final int NAMED = 5;

    private final VersionRules rules;
    private final CalicoVersion target;

    private VersionProblems(VersionRules rules, CalicoVersion target) {
        this.rules = rules;
        this.target = target;
    }

    /** What speaks against it. */
    static List<Problem> of(CampaignSpec spec, Collection<ClusterCandidate> chosen, VersionCatalogue catalogue) {
        CalicoVersion target = spec.target();
        return target == null || !spec.procedure().hasTarget()
                ? List.of()
                : new VersionProblems(new VersionRules(catalogue), target).problems(chosen);
    }

    /** What a person should know of it all the same, a sentence each. */
    static List<String> notes(CampaignSpec spec, Collection<ClusterCandidate> chosen, VersionCatalogue catalogue) {
        CalicoVersion target = spec.target();
        if (target == null || !spec.procedure().hasTarget()) {
            return List.of();
        }
        VersionProblems all = new VersionProblems(new VersionRules(catalogue), target);
        List<String> notes = new ArrayList<>();
        all.rules.unpublished(target).ifPresent(notes::add);
        List<ClusterCandidate> impossible = chosen.stream()
                .filter(cluster -> all.objection(cluster).isPresent())
                .toList();
        if (!impossible.isEmpty()) {
            notes.add("By what they announce, " + impossible.size() + " of " + chosen.size()
                    + " clusters will be held, such as " + named(impossible) + ": "
                    + all.objection(impossible.getFirst()).orElseThrow());
        }
        return notes;
    }

    private List<Problem> problems(Collection<ClusterCandidate> chosen) {
        List<Problem> problems = new ArrayList<>();
        rules.ofTarget(target).forEach(sentence -> problems.add(problem(sentence)));
        if (!chosen.isEmpty()
                && chosen.stream().allMatch(cluster -> objection(cluster).isPresent())) {
            chosen.stream()
                    .collect(Collectors.groupingBy(cluster -> objection(cluster).orElseThrow()))
                    .entrySet()
                    .stream()
                    .sorted(Map.Entry.comparingByKey())
                    .limit(NAMED)
                    .forEach(alike -> problems.add(problem(named(alike.getValue()) + ": " + alike.getKey())));
        }
        return problems;
    }

    private Optional<String> objection(ClusterCandidate cluster) {
        CalicoVersion version = cluster.version();
        return version == null
                ? Optional.empty()
                : rules.newer(version, target).or(() -> rules.tooOld(version, target));
    }

    private static Problem problem(String sentence) {
        return new Problem("target", sentence, "", "");
    }

    private static String named(List<ClusterCandidate> clusters) {
        String first = clusters.stream()
                .map(ClusterCandidate::cluster)
                .sorted()
                .limit(NAMED)
                .map(ClusterId::value)
                .collect(Collectors.joining(", "));
        return clusters.size() > NAMED ? first + " and " + (clusters.size() - NAMED) + " more" : first;
    }
}
