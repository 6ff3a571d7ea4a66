package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.document.Suggestion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Resolves, once, which clusters take part and with which wave, from the fleet as it was when the campaign was created. All
 * that speaks against it is found at once; then the campaign is refused as a whole and has not begun.
 */
final class CampaignCreation {

    private static final int NAMED = 20;

    private final CampaignSpec spec;
    private final Map<ClusterId, ClusterCandidate> fleet = new TreeMap<>();
    private final List<String> objections = new ArrayList<>();

    private CampaignCreation(CampaignSpec spec, List<ClusterCandidate> fleet) {
        this.spec = spec;
        fleet.forEach(candidate -> this.fleet.put(candidate.cluster(), candidate));
    }

    /** The campaign at its beginning: no step asked for yet, or refused, with all objections as its reason. */
    static CampaignState create(CampaignSpec spec, List<ClusterCandidate> fleet, Instant now) {
        CampaignCreation creation = new CampaignCreation(spec, fleet);
        List<ClusterState> clusters = creation.clusters(now);
        boolean refused = !creation.objections.isEmpty();
        CampaignHeader header = new CampaignHeader(
                spec,
                refused ? Standing.REFUSED : Standing.GO,
                "",
                Collections.nCopies(spec.waves().size(), WaveProgress.WAITING),
                refused ? CampaignPhase.FAILED : CampaignPhase.RUNNING,
                refused ? "Refused, nothing was started: " + String.join(" ", creation.objections) : "",
                now,
                now,
                now);
        return CampaignState.of(header, refused ? List.of() : clusters);
    }

    private List<ClusterState> clusters(Instant now) {
        form();
        Map<ClusterId, ClusterCandidate> left = new TreeMap<>(selected());
        int total = left.size();
        List<ClusterState> states = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            WaveSpec wave = spec.waves().get(i);
            List<ClusterCandidate> taken = taken(wave, left, total);
            if (taken.isEmpty() && total > 0 && !wave.clusters().equals(WaveClusters.REST)) {
                objections.add("Wave " + wave.name() + " gets no cluster. Correct its clusters, or remove it.");
            }
            for (ClusterCandidate candidate : taken) {
                left.remove(candidate.cluster());
                states.add(ClusterState.pending(candidate.cluster(), i, notes(candidate), now));
            }
        }
        if (!spec.waves().isEmpty()) {
            object(
                    texts(left.keySet()),
                    "No wave takes these clusters: ",
                    ". Add a last wave without 'clusters': it takes everything left.");
        }
        return states;
    }

    /** What a reader of documents refuses, for commands that came another way. */
    private void form() {
        if (spec.procedure() == Procedure.UPGRADE && spec.target() == null) {
            objections.add("An upgrade needs a target.");
        }
        if (spec.waves().isEmpty()) {
            objections.add("A campaign needs at least one wave.");
        }
        if (spec.waves().stream().map(WaveSpec::name).distinct().count()
                != spec.waves().size()) {
            objections.add("Two waves have the same name.");
        }
        boolean never = spec.maxConcurrent().value() == 0
                || spec.waves().stream()
                        .map(WaveSpec::maxConcurrent)
                        .anyMatch(quantity -> quantity != null && quantity.value() == 0);
        if (never) {
            objections.add("With a maxConcurrent of 0 nothing would ever start.");
        }
    }

    private Map<ClusterId, ClusterCandidate> selected() {
        var selector = spec.clusters();
        Map<ClusterId, ClusterCandidate> chosen = new TreeMap<>();
        if (!selector.names().isEmpty()) {
            known(selector.names(), "These clusters are served by no executor: ", fleet.keySet());
            selector.names().stream().filter(fleet::containsKey).forEach(id -> chosen.put(id, candidate(id)));
        } else if (!selector.matchLabels().isEmpty()) {
            fleet.values().stream()
                    .filter(candidate -> candidate.carries(selector.matchLabels()))
                    .forEach(candidate -> chosen.put(candidate.cluster(), candidate));
        } else if (selector.all()) {
            chosen.putAll(fleet);
        }
        if (chosen.isEmpty() && objections.isEmpty()) {
            objections.add("No cluster is selected: of " + fleet.size() + " known none fits 'clusters'.");
        }
        return chosen;
    }

    private List<ClusterCandidate> taken(WaveSpec wave, Map<ClusterId, ClusterCandidate> left, int total) {
        WaveClusters wanted = wave.clusters();
        if (!wanted.names().isEmpty()) {
            known(
                    wanted.names().stream().filter(fleet::containsKey).toList(),
                    "Wave " + wave.name() + " names clusters that are not in the campaign: ",
                    selectedIds());
            known(
                    wanted.names().stream().filter(id -> !fleet.containsKey(id)).toList(),
                    "Wave " + wave.name() + " names clusters that no executor serves: ",
                    fleet.keySet());
            return wanted.names().stream()
                    .filter(left::containsKey)
                    .map(this::candidate)
                    .toList();
        }
        if (!wanted.matchLabels().isEmpty()) {
            return left.values().stream()
                    .filter(candidate -> candidate.carries(wanted.matchLabels()))
                    .toList();
        }
        Integer count = wanted.count();
        Integer percent = wanted.percent();
        long limit = count != null ? count : percent != null ? ((long) total * percent + 99) / 100 : total;
        return left.values().stream().limit(limit).toList();
    }

    /** Every cluster of the campaign, those earlier waves took included. */
    private Collection<ClusterId> selectedIds() {
        return spec.clusters().names().isEmpty()
                ? fleet.values().stream()
                        .filter(candidate -> spec.clusters().all()
                                || candidate.carries(spec.clusters().matchLabels()))
                        .map(ClusterCandidate::cluster)
                        .toList()
                : spec.clusters().names();
    }

    /** Objects to those of {@code names} that are not among {@code there}, with what was probably meant. */
    private void known(List<ClusterId> names, String sentence, Collection<ClusterId> there) {
        List<String> texts = texts(there);
        object(
                names.stream()
                        .filter(id -> !there.contains(id))
                        .map(id -> {
                            String meant = Suggestion.of(id.value(), texts);
                            return meant.isEmpty() ? id.value() : id + " (did you mean " + meant + "?)";
                        })
                        .toList(),
                sentence,
                ".");
    }

    private void object(List<String> which, String sentence, String remedy) {
        if (!which.isEmpty()) {
            String listed = which.stream().limit(NAMED).collect(Collectors.joining(", "));
            String more = which.size() > NAMED ? " and " + (which.size() - NAMED) + " more" : "";
            objections.add(sentence + listed + more + remedy);
        }
    }

    private ClusterCandidate candidate(ClusterId id) {
        ClusterCandidate candidate = fleet.get(id);
        if (candidate == null) {
            throw new IllegalStateException(id + " is not in the fleet: CampaignCreation asked without looking");
        }
        return candidate;
    }

    private static List<String> notes(ClusterCandidate candidate) {
        return candidate.problem().isEmpty()
                ? List.of()
                : List.of("It was out of reach when the campaign was created: " + candidate.problem());
    }

    private static List<String> texts(Collection<ClusterId> ids) {
        return ids.stream().map(ClusterId::value).toList();
    }
}
