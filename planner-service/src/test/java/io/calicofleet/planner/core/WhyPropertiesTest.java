package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimRefused;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.PlannerInput.CommandReceived;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Revision;
import io.calicofleet.planner.core.why.Explanations;
import io.calicofleet.planner.core.why.RuleNames;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whoever waits has a reason, over random runs; see {@link PlannerPropertiesTest} for how to run one alone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WhyPropertiesTest {

    private static final long FIRST = 20261128L;
    private static final Pattern CLUSTER = Pattern.compile(" --cluster (\\S+)");
    private static final Set<String> LOOKS = Set.of("status", "review", "clusters", "restore", "apply", "plan");

    private final PlannerCore core = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
    private final Set<String> rules = new TreeSet<>();
    private final Set<String> offered = new TreeSet<>();

    @Test
    void whoever_waits_has_a_reason_and_a_command_that_is_offered_is_taken() {
        Seeds.from(FIRST, 120).forEach(seed -> {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dcalicofleet.seed=" + seed, e);
            }
        });
        refused();
        if (!Seeds.isOneAlone()) {
            assertThat(rules).as("every rule and every reason is met").containsExactlyElementsOf(RuleNames.all());
            assertThat(offered).contains("resume", "abort", "approve", "retry", "skip", "take-over");
        }
    }

    /** What random runs have no cause for: clusters that are not there, and a line that is too long. */
    private void refused() {
        PlannerTime now = Times.at(Driver.START);
        CampaignSpec spec = Fleet.campaign("clusters", Map.of("names", List.of("nowhere")));
        CommandReceived created =
                new CommandReceived(now, new CampaignCreated(spec.name(), spec, ""), "ada", Fleet.of(2));
        check(core.decide(null, created).state(), created, Set.of(), Fleet.of(2));

        CampaignSpec other = Fleet.campaign();
        Decision asks = core.decide(
                null, new CommandReceived(now, new CampaignCreated(other.name(), other, ""), "ada", Fleet.of(2)));
        ClaimCall call = asks.effects().stream()
                .filter(Effect.CallClaim.class::isInstance)
                .map(effect -> ((Effect.CallClaim) effect).call())
                .findFirst()
                .orElseThrow();
        PlannerInput answer = new PlannerInput.ClaimAnswered(
                now, new ClaimRefused(call.campaign(), call.cluster(), call.attempt(), "too many wait", ""));
        check(core.decide(asks.state(), answer).state(), answer, Set.of(), Fleet.of(2));
    }

    private void run(long seed) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        world.settle();
        CampaignState state = null;
        Set<String> asked = new HashSet<>();
        for (PlannerInput input : world.log) {
            Decision decision = core.decide(state, input);
            state = decision.state();
            decision.effects().stream()
                    .filter(Effect.RequestStep.class::isInstance)
                    .map(effect -> ((Effect.RequestStep) effect).request().step())
                    .forEach(step -> asked.add(EventIds.requested(step)));
            if (state != null) {
                check(state, input, asked, world.fleet);
            }
        }
    }

    private void check(CampaignState state, PlannerInput input, Set<String> asked, List<ClusterCandidate> fleet) {
        CampaignStatus campaign = Statuses.of(state, "", input.at());
        List<ClusterStatus> clusters = state.clusters().values().stream()
                .sorted(Comparator.comparing(ClusterState::cluster))
                .map(cluster -> Statuses.of(state, cluster))
                .toList();
        Explanation explanation = Explanations.of(campaign, clusters, input.at().clock());
        long unfinished = clusters.stream()
                .filter(cluster ->
                        !cluster.phase().terminal() && !campaign.phase().terminal())
                .filter(cluster -> campaign.phase() != CampaignPhase.ABORTING || cluster.phase() != ClusterPhase.FAILED)
                .peek(cluster -> assertThat(
                                Explanations.of(campaign, cluster, input.at().clock())
                                        .reasons())
                        .as("%s", cluster)
                        .hasSize(1))
                .count();
        assertThat(explanation.reasons().stream().mapToInt(Reason::count).sum())
                .as("each cluster that is not finished has one reason: %s", explanation)
                .isEqualTo(Math.toIntExact(unfinished));
        if (state.header().phase().terminal()) {
            assertThat(explanation.reasons()).isEmpty();
        } else {
            somebodyOrSomethingEndsIt(state, explanation);
        }
        for (Reason reason : explanation.reasons()) {
            rules.add(reason.rule());
            assertThat(List.of(reason.says(), reason.sentence(), reason.ends()))
                    .as("%s", reason)
                    .allSatisfy(text -> assertThat(text)
                            .matches("(?s)[A-Z0-9].*|.*[a-z0-9] .*")
                            .isNotBlank());
            assertThat(asked).containsAll(reason.events());
            reason.commands().forEach(command -> taken(state, command, input, fleet));
        }
    }

    /** What ends by itself needs something that moves; else there is a person to ask, and a command for them. */
    private static void somebodyOrSomethingEndsIt(CampaignState state, Explanation explanation) {
        boolean moves = state.tally().running() > state.silent().size()
                || state.tally().asking() > 0
                || !state.kept().isEmpty()
                || state.header().phase() == CampaignPhase.SOAKING
                || comes(explanation);
        if (!moves) {
            assertThat(explanation.reasons()).as("%s", explanation).anySatisfy(reason -> {
                assertThat(reason.endedBy()).isNotEqualTo(EndedBy.ITSELF);
                assertThat(reason.commands()).isNotEmpty();
            });
        }
    }

    /** Whether a time is told that comes by itself. */
    private static boolean comes(Explanation explanation) {
        return explanation.reasons().stream()
                .anyMatch(reason ->
                        Set.of("schedule", "paused").contains(reason.rule()) && reason.endedBy() == EndedBy.ITSELF);
    }

    /** Whoever types it is not refused, and something changes. */
    private void taken(CampaignState state, NextCommand next, PlannerInput input, List<ClusterCandidate> fleet) {
        if (next.command().startsWith("take-over") && state.tally().asking() > 0) {
            return; // No status tells which cluster takes a place while it is asked whether it is free.
        }
        if (next.label().equals("or go on without")
                && (state.tally().failed() == state.tally().forgiven()
                        || state.tally().asking() > 0)) {
            return; // Nor which failures were forgiven, while another one still goes back or the last ones are about to
            // start.
        }
        command(state, next.command()).ifPresent(command -> {
            offered.add(verb(next.command()));
            Decision decision = core.decide(
                    state, new PlannerInput.CommandReceived(input.at(), command, whoMay(state, command), fleet));
            // An approval of all that waits says of a review nobody looked at that it goes on waiting.
            boolean ofAll = command instanceof CampaignApproved approved && approved.cluster() == null;
            assertThat(decision.effects())
                    .as("%s in %s", next, state)
                    .noneMatch(effect -> effect instanceof Effect.RefuseCommand && !ofAll);
            assertThat(decision.state()).as("%s in %s", next, state).isNotEqualTo(state);
        });
    }

    /** Somebody who may approve the revision it is about, or else the wave that waits, where one does. */
    private static String whoMay(CampaignState state, CampaignCommand command) {
        if (command instanceof CampaignApproved approved
                && RevisionRules.isAbout(state.header().revision(), approved)) {
            return RandomWorld.PEOPLE.stream()
                    .filter(actor -> new SeenState(state)
                            .revisionRefusal(actor, approved)
                            .isEmpty())
                    .findFirst()
                    .orElseThrow();
        }
        return RandomWorld.PEOPLE.stream()
                .filter(actor -> new SeenState(state)
                        .waveRefusal(actor, new CampaignApproved(state.name(), null, "seen", null, false, ""))
                        .isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static String verb(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }

    private static Optional<CampaignCommand> command(CampaignState state, String line) {
        String verb = verb(line);
        if (LOOKS.contains(verb)
                || line.startsWith("resume --all")
                || line.contains("=...")
                || line.contains(".yaml")) {
            return Optional.empty();
        }
        Matcher matcher = CLUSTER.matcher(line);
        ClusterId cluster = matcher.find() ? ClusterId.of(matcher.group(1)) : null;
        ClusterState about = cluster == null ? null : state.cluster(cluster);
        if (verb.equals("approve") && about != null && about.findings().holdReason() == HoldReason.PLAN_CHANGED) {
            return Optional.empty(); // It names the digest of a plan, and this world makes none.
        }
        return Optional.of(
                switch (verb) {
                    case "resume" -> new CampaignResumed(state.name(), "", "");
                    case "abort" -> new CampaignAborted(state.name(), "", "");
                    case "retry" -> new ClusterRetried(state.name(), cluster, "", "");
                    case "skip" -> new ClusterSkipped(state.name(), cluster, "", "");
                    case "take-over" -> new ClusterTakenOver(state.name(), cluster, "", "");
                    case "delete" -> new CampaignDeleted(state.name(), "", "");
                    case "approve" -> approve(state, cluster, line);
                    default -> throw new AssertionError("what is this? " + line);
                });
    }

    private static CampaignApproved approve(CampaignState state, ClusterId cluster, String line) {
        ClusterState known = cluster == null ? null : state.cluster(cluster);
        TrafficReview review = known == null || known.phase() != ClusterPhase.HELD
                ? null
                : known.findings().review();
        return new CampaignApproved(
                state.name(),
                cluster,
                "seen",
                line.contains("--conflicts keep-mine") ? OnConflict.KEEP_MINE : null,
                line.contains("--apply-suggested-policy"),
                digest(state, review, cluster, line),
                null,
                List.of(),
                "");
    }

    private static String digest(CampaignState state, TrafficReview review, ClusterId cluster, String line) {
        Revision proposed = state.header().revision();
        return !line.contains("--digest")
                ? null
                : review != null ? review.digest() : cluster == null && proposed != null ? proposed.digest() : null;
    }
}
