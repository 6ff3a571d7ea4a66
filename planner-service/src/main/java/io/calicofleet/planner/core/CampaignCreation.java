package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.revision.Members;
import io.calicofleet.planner.core.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Resolves, once, which clusters take part and with which wave, from the fleet as it was when the campaign was created. All
 * that speaks against it is found at once; then the campaign is refused as a whole and has not begun. REST asks the same of the fleet
 * it knows, so that a typing error is told at once and not by a campaign that fails.
 */
public final class CampaignCreation {

    private static final int NAMED = 20;

    private final CampaignSpec spec;
    private final Map<ClusterId, ClusterCandidate> fleet = new TreeMap<>();
    private final List<Problem> objections = new ArrayList<>();
    private Map<String, String> accepted = Map.of();
    private Set<ClusterId> members = Set.of();

    private CampaignCreation(CampaignSpec spec, Collection<ClusterCandidate> fleet) {
        this.spec = spec;
        fleet.forEach(candidate -> this.fleet.put(candidate.cluster(), candidate));
    }

    /** All that speaks against the campaign on this fleet, by the releases in the catalogue as well; empty where nothing does. */
    public static List<Problem> problems(
            CampaignSpec spec,
            Collection<ClusterCandidate> fleet,
            VersionCatalogue catalogue,
            @Nullable String actor,
            Instant now) {
        List<Problem> all = new ArrayList<>(problems(spec, fleet, actor, now));
        all.addAll(VersionProblems.of(spec, chosen(spec, fleet), catalogue));
        return List.copyOf(all);
    }

    /** What a person should know of a campaign that can be created, a sentence each: not every cluster may get to the target. */
    public static List<String> notes(
            CampaignSpec spec, Collection<ClusterCandidate> fleet, VersionCatalogue catalogue) {
        return VersionProblems.notes(spec, chosen(spec, fleet), catalogue);
    }

    /** The clusters of the fleet that a campaign selects, by id. */
    public static List<ClusterCandidate> chosen(CampaignSpec spec, Collection<ClusterCandidate> fleet) {
        return List.copyOf(new CampaignCreation(spec, fleet).selected().values());
    }

    /** All that speaks against the campaign on this fleet, would it be created now; empty where nothing does. */
    public static List<Problem> problems(
            CampaignSpec spec, Collection<ClusterCandidate> fleet, @Nullable String actor, Instant now) {
        CampaignCreation creation = new CampaignCreation(spec, fleet);
        // Asked before it is sent only: one that waits for a planner while its time comes starts when it is taken up.
        creation.objections.addAll(ApprovalProblems.ofAuthor(spec, actor));
        ScheduleProblems.past(spec, now).ifPresent(creation.objections::add);
        creation.clusters(new PlannerTime(now, Duration.ZERO));
        return List.copyOf(creation.objections);
    }

    /** The campaign at its beginning: no step asked for yet, or refused, with all objections as its reason. */
    static CampaignState create(
            CampaignCreated created, PlannerInput.CommandReceived input, VersionCatalogue catalogue, PlannerTime now) {
        CampaignSpec spec = created.spec();
        Instant deletedAt = input.deletedAt();
        CampaignCreation creation = new CampaignCreation(spec, input.fleet());
        creation.accepted = created.acceptedPlans();
        if (deletedAt != null) {
            creation.object(
                    "name",
                    "A campaign " + spec.name() + " was deleted at " + deletedAt
                            + ". The clusters remember its steps, so its name cannot be used again: choose another.");
        }
        List<ClusterState> clusters = creation.clusters(now);
        creation.objections.addAll(ApprovalProblems.ofAuthor(spec, input.actor()));
        creation.objections.addAll(VersionProblems.of(spec, chosen(spec, input.fleet()), catalogue));
        boolean refused = !creation.objections.isEmpty();
        CampaignHeader header = new CampaignHeader(
                spec,
                refused ? Standing.REFUSED : Standing.GO,
                "",
                null,
                // A plan only reads, and is what people want who have stopped everything.
                spec.procedure() == Procedure.PLAN ? null : input.stop(),
                input.actor(),
                created.identity(),
                null,
                null,
                null,
                Collections.nCopies(spec.waves().size(), WaveProgress.WAITING),
                refused ? CampaignPhase.FAILED : CampaignPhase.RUNNING,
                refused ? "Refused, nothing was started: " + creation.told() : "",
                now.clock(),
                now.clock(),
                now.clock(),
                now.worked(),
                now.clock());
        return CampaignState.of(header, refused ? List.of() : clusters);
    }

    /**
     * Where clusters go by another document of a campaign that runs.
     *
     * @param problems what speaks against it
     * @param waves the wave of each cluster of waves that have not begun, and of those that are added
     * @param labels those of its labels that rules are about, for each cluster of the fleet that takes part
     * @param added those that take no part yet
     */
    record Placed(
            List<Problem> problems,
            Map<ClusterId, Integer> waves,
            Map<ClusterId, Map<String, String>> labels,
            Set<ClusterId> added) {}

    /**
     * Places the clusters of waves that have not begun anew, and new ones. A wave that has begun takes new ones that it names, that carry its labels,
     * or all that is left; by a number or a share it took what it takes.
     *
     * @param adds whether clusters that the selector takes, and that take no part, are added
     */
    static Placed place(
            CampaignSpec spec, Collection<ClusterCandidate> fleet, Members members, boolean adds, Instant now) {
        CampaignCreation creation = new CampaignCreation(spec, fleet);
        creation.members = members.waves().keySet();
        // Who is not served any more still takes part.
        creation.members.forEach(
                id -> creation.fleet.computeIfAbsent(id, key -> new ClusterCandidate(key, Map.of(), "")));
        creation.form();
        Set<ClusterId> known = fleet.stream().map(ClusterCandidate::cluster).collect(Collectors.toSet());
        Set<ClusterId> added = new TreeSet<>();
        if (adds) {
            added.addAll(creation.selected().keySet());
            added.removeAll(creation.members);
        }
        Map<ClusterId, ClusterCandidate> left = new TreeMap<>();
        members.waves().forEach((id, wave) -> {
            if (wave >= members.begun()) {
                left.put(id, creation.candidate(id));
            }
        });
        added.forEach(id -> left.put(id, creation.candidate(id)));
        int total = creation.members.size() + added.size();
        Map<ClusterId, Integer> waves = new TreeMap<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            boolean begun = i < members.begun();
            List<ClusterCandidate> taken = begun ? creation.joining(i, left, added) : creation.taken(i, left, total);
            if (!begun && taken.isEmpty() && !spec.waves().get(i).clusters().equals(WaveClusters.REST)) {
                creation.object(
                        "waves[" + i + "].clusters",
                        "Wave " + spec.waves().get(i).name() + " gets no cluster. Correct its clusters, or remove it.");
            }
            for (ClusterCandidate candidate : taken) {
                left.remove(candidate.cluster());
                waves.put(candidate.cluster(), i);
            }
        }
        creation.untaken(texts(left.keySet()));
        Schedule schedule = Schedule.of(spec.schedule());
        Map<ClusterId, Map<String, String>> labels = new TreeMap<>();
        Stream.concat(creation.members.stream(), added.stream())
                .filter(known::contains)
                .forEach(id -> labels.put(id, creation.asked(schedule, creation.candidate(id))));
        creation.unknownLabels(labels.values());
        if (spec.schedule() != null && ScheduleProblems.ofForm(spec.schedule()).isEmpty()) {
            creation.objections.addAll(ScheduleProblems.of(spec.schedule(), labels, now));
        }
        labels.keySet().removeAll(members.finished());
        return new Placed(creation.objections, waves, labels, added);
    }

    private List<ClusterCandidate> joining(int index, Map<ClusterId, ClusterCandidate> left, Set<ClusterId> added) {
        WaveClusters wanted = spec.waves().get(index).clusters();
        return left.values().stream()
                .filter(candidate -> added.contains(candidate.cluster()))
                .filter(candidate -> wanted.equals(WaveClusters.REST)
                        || wanted.names().contains(candidate.cluster())
                        || (!wanted.matchLabels().isEmpty() && candidate.carries(wanted.matchLabels())))
                .toList();
    }

    private List<ClusterState> clusters(PlannerTime now) {
        form();
        Map<ClusterId, ClusterCandidate> left = new TreeMap<>(selected());
        int total = left.size();
        Schedule schedule = Schedule.of(spec.schedule());
        List<ClusterState> states = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            WaveSpec wave = spec.waves().get(i);
            List<ClusterCandidate> taken = taken(i, left, total);
            if (taken.isEmpty() && total > 0 && !wave.clusters().equals(WaveClusters.REST)) {
                object(
                        "waves[" + i + "].clusters",
                        "Wave " + wave.name() + " gets no cluster. Correct its clusters, or remove it.");
            }
            for (ClusterCandidate candidate : taken) {
                left.remove(candidate.cluster());
                states.add(ClusterState.pending(
                        candidate.cluster(),
                        i,
                        asked(schedule, candidate),
                        notes(candidate),
                        acceptedPlan(candidate),
                        now));
            }
        }
        if (!spec.waves().isEmpty()) {
            untaken(texts(left.keySet()));
        }
        if (!states.isEmpty()) {
            unknownLabels(states.stream().map(ClusterState::labels).toList());
        }
        if (spec.schedule() != null
                && !states.isEmpty()
                && ScheduleProblems.ofForm(spec.schedule()).isEmpty()) {
            Map<ClusterId, Map<String, String>> labels = new TreeMap<>();
            states.forEach(state -> labels.put(state.cluster(), state.labels()));
            objections.addAll(ScheduleProblems.of(spec.schedule(), labels, now.clock()));
        }
        return states;
    }

    /** Of what a person has accepted; a cluster they have not seen has a plan that is none. */
    private @Nullable String acceptedPlan(ClusterCandidate candidate) {
        return accepted.isEmpty()
                ? null
                : accepted.getOrDefault(candidate.cluster().value(), "none");
    }

    /** Those of its labels that rules of the campaign are about. */
    private Map<String, String> asked(Schedule schedule, ClusterCandidate candidate) {
        Map<String, String> asked = new TreeMap<>(schedule.asked(candidate.labels()));
        for (LabelLimit limit : spec.perLabel()) {
            String value = candidate.labels().get(limit.label());
            if (value != null) {
                asked.put(limit.label(), value);
            }
        }
        return asked;
    }

    /** What a reader of documents refuses, for commands that came another way. */
    private void form() {
        if (spec.procedure().hasTarget()
                && spec.target() == null
                && spec.upgradeOrDefault().change() == null) {
            object("target", "An upgrade needs a target, or a change.");
        }
        if (spec.waves().isEmpty()) {
            object("waves", "A campaign needs at least one wave.");
        }
        if (spec.waves().stream().map(WaveSpec::name).distinct().count()
                != spec.waves().size()) {
            object("waves", "Two waves have the same name.");
        }
        objections.addAll(ScheduleProblems.ofForm(spec.schedule()));
        objections.addAll(ApprovalProblems.ofForm(spec));
        boolean never = spec.maxConcurrent().value() == 0
                || spec.waves().stream()
                        .map(WaveSpec::maxConcurrent)
                        .anyMatch(quantity -> quantity != null && quantity.value() == 0);
        for (int i = 0; i < spec.perLabel().size(); i++) {
            Quantity most = spec.perLabel().get(i).maxConcurrent();
            if (most != null && most.value() == 0) {
                object("perLabel[" + i + "].maxConcurrent", "With a maxConcurrent of 0 nothing would ever start.");
            }
        }
        if (never) {
            object("maxConcurrent", "With a maxConcurrent of 0 nothing would ever start.");
        }
    }

    private Map<ClusterId, ClusterCandidate> selected() {
        var selector = spec.clusters();
        Map<ClusterId, ClusterCandidate> chosen = new TreeMap<>();
        if (!selector.names().isEmpty()) {
            served("clusters", selector.names());
            selector.names().stream().filter(fleet::containsKey).forEach(id -> chosen.put(id, candidate(id)));
        } else if (!selector.matchLabels().isEmpty()) {
            fleet.values().stream()
                    .filter(candidate -> candidate.carries(selector.matchLabels()))
                    .forEach(candidate -> chosen.put(candidate.cluster(), candidate));
        } else if (selector.all()) {
            chosen.putAll(fleet);
        }
        if (chosen.isEmpty() && objections.isEmpty()) {
            object("clusters", "No cluster is selected: of " + fleet.size() + " known none fits 'clusters'.");
        }
        return chosen;
    }

    private List<ClusterCandidate> taken(int index, Map<ClusterId, ClusterCandidate> left, int total) {
        WaveSpec wave = spec.waves().get(index);
        WaveClusters wanted = wave.clusters();
        if (!wanted.names().isEmpty()) {
            String field = "waves[" + index + "].clusters";
            served(field, wanted.names());
            Set<ClusterId> selected = selectedIds();
            for (int i = 0; i < wanted.names().size(); i++) {
                ClusterId id = wanted.names().get(i);
                if (fleet.containsKey(id) && !selected.contains(id)) {
                    object(
                            field + ".names[" + i + "]",
                            "Wave " + wave.name() + " names cluster " + id + ", which is not in the campaign.");
                }
            }
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
    private Set<ClusterId> selectedIds() {
        return spec.clusters().names().isEmpty()
                ? fleet.values().stream()
                        .filter(candidate -> spec.clusters().all()
                                || members.contains(candidate.cluster())
                                || candidate.carries(spec.clusters().matchLabels()))
                        .map(ClusterCandidate::cluster)
                        .collect(Collectors.toSet())
                : Set.copyOf(spec.clusters().names());
    }

    /** Objects to those of {@code names} that no executor serves, with what was probably meant. */
    private void served(String field, List<ClusterId> names) {
        for (int i = 0; i < names.size(); i++) {
            if (!fleet.containsKey(names.get(i))) {
                String name = names.get(i).value();
                objections.add(new Problem(
                        field + ".names[" + i + "]",
                        "'" + name + "' is served by no executor.",
                        "the id of a cluster that is served",
                        objections.size() < NAMED ? Suggestion.of(name, texts(fleet.keySet())) : ""));
            }
        }
    }

    private void untaken(List<String> clusters) {
        if (!clusters.isEmpty()) {
            object(
                    "waves",
                    "No wave takes these clusters: "
                            + clusters.stream().limit(NAMED).collect(Collectors.joining(", "))
                            + (clusters.size() > NAMED ? " and " + (clusters.size() - NAMED) + " more" : "")
                            + ". Add a last wave without 'clusters': it takes everything left.");
        }
    }

    /** A label that no cluster carries is a typing error: the limit would hold for all together. */
    private void unknownLabels(Collection<Map<String, String>> states) {
        for (int i = 0; i < spec.perLabel().size(); i++) {
            String label = spec.perLabel().get(i).label();
            if (states.stream().noneMatch(labels -> labels.containsKey(label))) {
                objections.add(new Problem(
                        "perLabel[" + i + "].label",
                        "No cluster of the campaign carries the label '" + label + "'.",
                        "a label of its clusters",
                        Suggestion.of(
                                label,
                                fleet.values().stream()
                                        .flatMap(candidate -> candidate.labels().keySet().stream())
                                        .distinct()
                                        .toList())));
            }
        }
    }

    private void object(String field, String sentence) {
        objections.add(new Problem(field, sentence, "", ""));
    }

    /** The objections as one text, without their fields. */
    private String told() {
        String first = objections.stream()
                .limit(NAMED)
                .map(problem -> problem.message()
                        + (problem.suggestion().isEmpty() ? "" : " Did you mean '" + problem.suggestion() + "'?"))
                .collect(Collectors.joining(" "));
        return objections.size() > NAMED ? first + " And " + (objections.size() - NAMED) + " more." : first;
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
