package io.calicofleet.planner.core;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.approval.Approvable;
import io.calicofleet.planner.core.approval.Gate;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Revision;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.revision.Members;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a campaign becomes another one while it runs, and who is told of clusters that come and go.
 *
 * <ol>
 *   <li>A document is proposed; the difference is worked out, and shown with a digest. Nothing changes by that.
 *   <li>It is approved by that digest, by whoever may approve the strictest of the campaign's waves. Where it would change something else by
 *       then, for a wave has begun or a cluster has come, nothing is approved: the difference is shown anew. Once it cannot be put in force any
 *       more, it is taken back and told.
 *   <li>In force it holds for what starts from then on. A cluster in a step goes on by the steps it was given.
 *   <li>One proposal at a time: another takes its place, and the document in force takes it back.
 *   <li>Clusters that begin or cease to fit the selector are told, and nothing else: {@code takesIn} of a revision takes in those that came.
 * </ol>
 */
final class RevisionRules {

    private static final int NAMED = 5;
    private static final int LISTED = 100;
    private static final String TOO_LATE = "It cannot be put in force any more. ";

    private final VersionCatalogue catalogue;

    RevisionRules(VersionCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The approval that a proposal needs. */
    static Gate gate(CampaignHeader header, Revision proposed) {
        return Gate.ofRevision(
                header.spec().waves(), proposed.author(), proposed.authorIdentity(), proposed.approvals());
    }

    void propose(DecisionBuilder decision, CampaignRevised command, PlannerInput.CommandReceived input) {
        CampaignHeader header = decision.header();
        Revision before = header.revision();
        RevisionProposal made = proposal(decision, command.spec(), command.takesIn(), input.fleet());
        if (made.changes().isEmpty()) {
            if (before == null) {
                decision.refuse(
                        command, "The campaign does what this document says already: there is nothing to revise.");
            } else {
                decision.tell("The revision " + before.digest() + " is taken back.");
                decision.header(header.proposed(null, decision.now()));
            }
        } else if (!made.problems().isEmpty()) {
            decision.refuse(command, made.told());
        } else if (before == null
                || !before.digest().equals(made.digest())
                || !before.spec().equals(command.spec())) {
            Revision proposed = new Revision(
                    command.spec(),
                    command.takesIn(),
                    made.digest(),
                    made.changes(),
                    subject(decision.state(), command.spec(), made),
                    input.actor(),
                    command.identity(),
                    decision.now().clock(),
                    List.of());
            decision.header(header.proposed(proposed, decision.now()));
        }
    }

    /** Whether an approval is about what is proposed. */
    static boolean isAbout(@Nullable Revision proposed, CampaignApproved command) {
        return proposed != null
                && command.cluster() == null
                && proposed.digest().equals(command.digest());
    }

    void approve(DecisionBuilder decision, CampaignApproved command, PlannerInput.CommandReceived input) {
        Revision proposed = Objects.requireNonNull(decision.header().revision());
        Optional<String> refusal = gate(decision.header(), proposed).refusal(input.actor(), command);
        if (refusal.isPresent()) {
            decision.refuse(command, refusal.orElseThrow());
            return;
        }
        RevisionProposal made = proposal(decision, proposed.spec(), proposed.takesIn(), input.fleet());
        if (!made.problems().isEmpty()) {
            decision.header(decision.header().proposed(null, decision.now()));
            decision.refuse(command, TOO_LATE + made.told());
            return;
        }
        if (!made.digest().equals(proposed.digest())) {
            decision.header(decision.header()
                    .proposed(
                            proposed.changing(
                                    made.digest(), made.changes(), subject(decision.state(), proposed.spec(), made)),
                            decision.now()));
            decision.refuse(
                    command,
                    "The revision would change something else by now than what was approved: look at it again; its digest"
                            + " is " + made.digest() + ".");
            return;
        }
        String digest = ApprovalDigests.of(subject(decision.state(), proposed.spec(), made));
        if (command.subject() != null && !command.subject().equals(digest)) {
            decision.refuse(command, CommandClauses.OF_ANOTHER);
            return;
        }
        Gate after = gate(decision.header(), proposed)
                .with(new WaveApproval(
                        input.actor(),
                        command.reason(),
                        decision.now().clock(),
                        command.identity(),
                        command.breakGlass(),
                        digest,
                        command.passkey()));
        if (after.passed()) {
            inForce(decision, proposed.approved(after.given()), made);
            decision.tell("The revision " + proposed.digest() + " is in force.");
        } else {
            decision.header(decision.header().proposed(proposed.approved(after.given()), decision.now()));
        }
    }

    /** A wave has begun: what is proposed of it is no longer offered to anybody. */
    static void begun(DecisionBuilder decision) {
        Revision proposed = decision.header().revision();
        if (proposed == null) {
            return;
        }
        String problems = RevisionProposal.fixed(new InState(decision.state()), proposed.spec());
        if (!problems.isEmpty()) {
            decision.header(decision.header().proposed(null, decision.now()));
            decision.tell("The revision " + proposed.digest() + " is taken back. " + TOO_LATE + problems);
        }
    }

    /** Nothing can be revised of a campaign that ends. */
    static void ended(DecisionBuilder decision) {
        CampaignPhase phase = decision.header().phase();
        if (decision.header().revision() != null && (phase.terminal() || phase == CampaignPhase.ABORTING)) {
            decision.header(decision.header().proposed(null, decision.now()));
        }
    }

    private static void inForce(DecisionBuilder decision, Revision proposed, RevisionProposal made) {
        CampaignState state = decision.state();
        CampaignSpec spec = proposed.spec();
        boolean keepsToPlans = state.clusters().values().stream().anyMatch(cluster -> cluster.acceptedPlan() != null);
        Map<ClusterId, ClusterState> clusters = new TreeMap<>();
        state.clusters().values().forEach(cluster -> clusters.put(cluster.cluster(), placed(decision, cluster, made)));
        made.added()
                .forEach(id -> clusters.put(
                        id,
                        ClusterState.pending(
                                id,
                                Objects.requireNonNull(made.places().get(id)),
                                made.labels().getOrDefault(id, Map.of()),
                                List.of("It was taken in by revision " + proposed.digest() + "."),
                                keepsToPlans ? "none" : null,
                                decision.now())));
        List<WaveProgress> progress = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            progress.add(progress(state.header(), spec.waves().get(i), i));
        }
        boolean approved = Stream.of(state.header().spec(), spec)
                .flatMap(document -> document.waves().stream())
                .anyMatch(WaveSpec::approval);
        NeededApproval needed = approved
                ? new NeededApproval(
                        ApprovalSubject.REVISION,
                        gate(state.header(), proposed).wave().approvalRule(),
                        proposed.author(),
                        proposed.authorIdentity(),
                        proposed.approvals())
                : null;
        CampaignHeader header = decision.header().revised(spec, progress, needed, decision.now());
        MembersStatus members = header.members();
        decision.rebuild(
                members == null ? header : header.members(without(members, made.added()), decision.now()),
                clusters.values());
    }

    private static ApprovalSubject subject(CampaignState state, CampaignSpec spec, RevisionProposal made) {
        Map<ClusterId, Integer> waves = new TreeMap<>(made.places());
        state.clusters().forEach((id, cluster) -> waves.putIfAbsent(id, cluster.wave()));
        return new Approvable(spec, state.header().createdAt(), waves).subject(ApprovalSubject.REVISION);
    }

    private static ClusterState placed(DecisionBuilder decision, ClusterState cluster, RevisionProposal made) {
        int wave = made.places().getOrDefault(cluster.cluster(), cluster.wave());
        Map<String, String> labels = made.labels().getOrDefault(cluster.cluster(), cluster.labels());
        return wave == cluster.wave() && labels.equals(cluster.labels())
                ? cluster
                : cluster.placed(wave, labels, decision.now());
    }

    /** What was approved of a wave that is another now is not what it is. */
    private static WaveProgress progress(CampaignHeader header, WaveSpec wave, int index) {
        List<WaveSpec> before = header.spec().waves();
        boolean begun = index < before.size() && header.waves().get(index).startedAt() != null;
        return begun || (index < before.size() && before.get(index).equals(wave))
                ? header.waves().get(index)
                : WaveProgress.WAITING;
    }

    private RevisionProposal proposal(
            DecisionBuilder decision, CampaignSpec spec, boolean takesIn, List<ClusterCandidate> fleet) {
        return RevisionProposal.of(
                new InState(decision.state()),
                spec,
                takesIn,
                fleet,
                catalogue,
                decision.now().clock());
    }

    /** The clusters that fit a campaign otherwise than when it was created; null where none do. */
    static @Nullable MembersStatus members(CampaignState state, Collection<ClusterCandidate> fleet) {
        Set<ClusterId> fit = CampaignCreation.chosen(state.header().spec(), fleet).stream()
                .map(ClusterCandidate::cluster)
                .collect(Collectors.toSet());
        List<ClusterId> joined = fit.stream()
                .filter(cluster -> state.cluster(cluster) == null)
                .sorted()
                .toList();
        List<ClusterId> left = state.clusters().values().stream()
                .filter(cluster -> !cluster.finished() && !fit.contains(cluster.cluster()))
                .map(ClusterState::cluster)
                .sorted()
                .toList();
        return joined.isEmpty() && left.isEmpty()
                ? null
                : new MembersStatus(
                        joined.stream().limit(LISTED).toList(),
                        Math.max(0, joined.size() - LISTED),
                        left.stream().limit(LISTED).toList(),
                        Math.max(0, left.size() - LISTED));
    }

    /** Tells what of it is news. */
    static void heard(DecisionBuilder decision, @Nullable MembersStatus now) {
        MembersStatus before = Objects.requireNonNullElse(decision.header().members(), MembersStatus.ALL);
        MembersStatus after = Objects.requireNonNullElse(now, MembersStatus.ALL);
        String joined = news(
                before.joined(),
                after.joined(),
                "Fits the campaign by now, and takes no part; a revision can take it in: ");
        String left = news(
                before.left(),
                after.left(),
                "Does not fit the campaign any more, or is served by no executor; it takes part until it is skipped: ");
        String told = Stream.of(joined, left).filter(said -> !said.isEmpty()).collect(Collectors.joining(" "));
        if (!told.isEmpty()) {
            decision.tell(told);
        }
        decision.header(decision.header().members(now, decision.now()));
    }

    private static String news(List<ClusterId> before, List<ClusterId> after, String what) {
        List<ClusterId> fresh =
                after.stream().filter(cluster -> !before.contains(cluster)).toList();
        return fresh.isEmpty()
                ? ""
                : what + fresh.stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "))
                        + (fresh.size() > NAMED ? " and " + (fresh.size() - NAMED) + " more" : "") + ".";
    }

    private static @Nullable MembersStatus without(MembersStatus members, Set<ClusterId> added) {
        List<ClusterId> joined = members.joined().stream()
                .filter(cluster -> !added.contains(cluster))
                .toList();
        return joined.isEmpty() && members.left().isEmpty()
                ? null
                : new MembersStatus(joined, members.moreJoined(), members.left(), members.moreLeft());
    }

    /** As the state of a campaign has them. */
    private record InState(CampaignState state) implements Members {

        @Override
        public CampaignSpec spec() {
            return state.header().spec();
        }

        @Override
        public int begun() {
            return (int) state.header().waves().stream()
                    .filter(wave -> wave.startedAt() != null)
                    .count();
        }

        @Override
        public Map<ClusterId, Integer> waves() {
            Map<ClusterId, Integer> waves = new TreeMap<>(Comparator.naturalOrder());
            state.clusters().forEach((id, cluster) -> waves.put(id, cluster.wave()));
            return waves;
        }

        @Override
        public Set<ClusterId> finished() {
            return state.clusters().values().stream()
                    .filter(ClusterState::finished)
                    .map(ClusterState::cluster)
                    .collect(Collectors.toSet());
        }
    }
}
