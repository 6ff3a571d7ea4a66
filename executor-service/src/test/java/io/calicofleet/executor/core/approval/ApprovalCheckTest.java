package io.calicofleet.executor.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.Identity;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.PasskeyUse;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.event.WaveName;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.model.approval.Participants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What an executor does not begin, whatever its planner says. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApprovalCheckTest {

    private static final Instant CREATED = Instant.parse("2026-11-28T10:00:00Z");
    private static final Instant NOW = CREATED.plus(Duration.ofHours(1));
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final WaveName WAVE = WaveName.of("rest");
    private static final Participants CLUSTERS = Participants.of(
            Map.of(ClusterId.of("c1"), WaveName.of("canary"), ClusterId.of("c2"), WAVE, ClusterId.of("c3"), WAVE));

    @Nullable
    private ApprovalSpec rule = new ApprovalSpec(ApprovalTime.BEFORE, List.of("bob", "carol"), 2, true, null, null);

    private OwnRules own = OwnRules.NONE;
    private List<WaveApproval> given = List.of(by("bob"), by("carol"));

    @Test
    void a_step_with_the_approvals_it_needs_is_begun() {
        assertThat(problem("c2", TARGET)).isEmpty();
    }

    @Test
    void one_for_a_cluster_that_was_not_approved_is_not() {
        StepRequested moved = asked("c9", TARGET, CLUSTERS.path(ClusterId.of("c2")));
        assertThat(new ApprovalCheck(own).problem(moved, NOW).orElseThrow())
                .matches(
                        "It needs 2 approvals of 'before rest', by its digest [0-9a-f]{12}; 0 of the 2 it carries count.");
        StepRequested ofCanary = asked("c1", TARGET, CLUSTERS.path(ClusterId.of("c1")));
        assertThat(new ApprovalCheck(own).problem(ofCanary, NOW)).isPresent();
        StepRequested nonsense = asked("c2", TARGET, List.of("x"));
        assertThat(new ApprovalCheck(own).problem(nonsense, NOW))
                .hasValue("What it carries of its approvals cannot be read.");
    }

    @Test
    void one_to_another_target_than_the_approved_one_is_not() {
        assertThat(problem("c2", CalicoVersion.of(3, 23, 0)))
                .hasValue("It is to upgrade to v3.23.0, and what was approved to v3.22.5.");
    }

    @Test
    void one_that_lacks_an_approval_is_not() {
        given = List.of(by("bob"));
        assertThat(problem("c2", TARGET).orElseThrow()).contains("1 of the 1 it carries counts.");
        given = List.of(by("bob"), by("bob"));
        assertThat(problem("c2", TARGET)).as("a quorum counts people").isPresent();
        given = List.of(by("bob"), by("eve"));
        assertThat(problem("c2", TARGET)).as("eve may not").isPresent();
        given = List.of(by("bob"), otherDigest("carol"));
        assertThat(problem("c2", TARGET)).as("carol approved something else").isPresent();
    }

    @Test
    void the_author_does_not_count_where_the_campaign_says_so_whatever_they_are_called() {
        rule = new ApprovalSpec(ApprovalTime.BEFORE, List.of(), 1, true, null, null);
        given = List.of(by("alice"));
        assertThat(problem("c2", TARGET)).isPresent();
        Identity alice = new Identity("al", "s-alice", null, "oidc", List.of());
        given = List.of(new WaveApproval("al", "", NOW, alice, false, digest(), null));
        assertThat(problem("c2", TARGET)).isPresent();
        given = List.of(by("bob"));
        assertThat(problem("c2", TARGET)).isEmpty();
    }

    @Test
    void broken_glass_counts_for_all_of_what_it_was_broken_for() {
        given = List.of(new WaveApproval("eve", "fire", NOW, null, true, digest(), null));
        assertThat(problem("c2", TARGET)).isEmpty();
        given = List.of(new WaveApproval("eve", "fire", NOW, null, true, "0".repeat(64), null));
        assertThat(problem("c2", TARGET)).isPresent();
    }

    @Test
    void where_the_campaign_asks_for_a_passkey_others_do_not_count() {
        rule = new ApprovalSpec(ApprovalTime.BEFORE, List.of(), 1, false, null, PasskeyUse.REQUIRED);
        given = List.of(by("bob"));
        assertThat(problem("c2", TARGET)).isPresent();
        given = List.of(signed("bob"));
        assertThat(problem("c2", TARGET)).isEmpty();
    }

    @Test
    void a_step_of_another_kind_than_was_approved_is_not_begun() {
        StepRequested drill = asked("c2", null, CLUSTERS.path(ClusterId.of("c2")), "drill");
        assertThat(new ApprovalCheck(own).problem(drill, NOW))
                .hasValue("Its step is drill, and what was approved is: upgrade.");
    }

    @Test
    void a_planner_that_says_nothing_needs_no_approval_but_by_the_rules_of_the_executor() {
        // Given
        StepRequested bare =
                new StepRequested(StepId.parse("u1/c2/upgrade/1"), List.of(), StepParameters.NONE, "please");
        assertThat(ApprovalCheck.OF_THE_STEP.problem(bare, NOW)).isEmpty();
        // When
        own = ownRules(1, Set.of(), true);
        // Then
        assertThat(new ApprovalCheck(own).problem(bare, NOW))
                .hasValue(
                        "This executor begins no step on c2 without 1 approval signed with a passkey that its own file"
                                + " has. The step carries none.");
        StepRequested elsewhere =
                new StepRequested(StepId.parse("u1/d1/upgrade/1"), List.of(), StepParameters.NONE, "please");
        assertThat(new ApprovalCheck(own).problem(elsewhere, NOW))
                .as("its rules are not for d1")
                .isEmpty();
    }

    @Test
    void by_its_own_rules_only_passkeys_it_knows_count_whatever_the_planner_says_of_them() {
        rule = null;
        own = ownRules(2, Set.of("bob", "carol"), true);
        given = List.of(by("bob"), by("carol"));
        assertThat(problem("c2", TARGET).orElseThrow())
                .endsWith("Of the 0 it carries with a passkey, those of 0 people count.");
        given = List.of(signed("bob"), new WaveApproval("carol", "", NOW, null, false, digest(), passkey("bob")));
        assertThat(problem("c2", TARGET).orElseThrow())
                .endsWith("Of the 2 it carries with a passkey, those of 1 person count: bob.");
        given = List.of(signed("bob"), signed("eve"));
        assertThat(problem("c2", TARGET)).as("eve does not count here").isPresent();
        given = List.of(signed("bob"), signed("carol"));
        assertThat(problem("c2", TARGET)).isEmpty();
        given = List.of(new WaveApproval("eve", "fire", NOW, null, true, digest(), null));
        assertThat(problem("c2", TARGET)).as("no glass is broken here").isPresent();
    }

    @Test
    void what_was_signed_long_ago_does_not_count_by_its_own_rules() {
        rule = null;
        own = ownRules(1, Set.of(), true);
        given = List.of(signed("bob"));
        StepRequested step = asked("c2", TARGET, CLUSTERS.path(ClusterId.of("c2")));
        assertThat(new ApprovalCheck(own).problem(step, CREATED.plus(Duration.ofDays(30))))
                .isEmpty();
        assertThat(new ApprovalCheck(own)
                        .problem(step, CREATED.plus(Duration.ofDays(31)))
                        .orElseThrow())
                .startsWith("Its campaign was created at 2026-11-28T10:00:00Z");
    }

    @Test
    void a_change_is_of_what_was_approved_word_for_word() {
        ChangeSpec change = ChangeSpec.ofFelix(List.of(new FieldSetting("logSeverityScreen", "\"Warning\"")));
        ChangeSpec other = ChangeSpec.ofFelix(List.of(new FieldSetting("logSeverityScreen", "\"Debug\"")));

        assertThat(changing(change, change.toString())).isEmpty();
        assertThat(changing(other, change.toString()))
                .hasValue("It is to change felixConfiguration: logSeverityScreen=Debug, and what was approved to change"
                        + " felixConfiguration: logSeverityScreen=Warning.");
        assertThat(changing(change, null))
                .hasValueSatisfying(said -> assertThat(said).endsWith("to change nothing."));
        // One that pretends to be of another change has another digest
        assertThat(changing(other, other.toString())).isPresent();
    }

    private Optional<String> changing(ChangeSpec asked, @Nullable String approved) {
        rule = null;
        String digest = ApprovalDigests.of(new ApprovalSubject(
                "before rest",
                CampaignName.of("u1"),
                CREATED,
                Procedure.UPGRADE,
                null,
                "d".repeat(64),
                CLUSTERS.root(),
                "felixConfiguration: logSeverityScreen=Warning"));
        StepRequested step = new StepRequested(
                StepId.parse("u1/c2/change/1"),
                List.of(),
                StepParameters.NONE.withChange(asked),
                "please",
                null,
                null,
                new StepApprovals(
                        WAVE,
                        CREATED,
                        Procedure.UPGRADE,
                        null,
                        "d".repeat(64),
                        CLUSTERS.path(ClusterId.of("c2")),
                        List.of(new NeededApproval(
                                "before rest",
                                null,
                                null,
                                null,
                                List.of(new WaveApproval("bob", "", NOW, null, false, digest, null)))),
                        approved));
        return ApprovalCheck.OF_THE_STEP.problem(step, NOW);
    }

    @Test
    void restores_need_none_where_its_own_rules_leave_them_out() {
        StepRequested restore =
                new StepRequested(StepId.parse("r1/c2/restore/1"), List.of(), StepParameters.NONE, "please");
        assertThat(new ApprovalCheck(ownRules(1, Set.of(), true)).problem(restore, NOW))
                .isPresent();
        assertThat(new ApprovalCheck(ownRules(1, Set.of(), false)).problem(restore, NOW))
                .isEmpty();
    }

    /** Every signature of these tests is the digest itself, and names its signer. */
    private static OwnRules ownRules(int quorum, Set<String> people, boolean restores) {
        return new OwnRules(
                List.of(new OwnRules.Rule(
                        cluster -> cluster.value().startsWith("c"), quorum, people, Duration.ofDays(30), restores)),
                (assertion, digest) ->
                        assertion.signature().equals(digest) ? Optional.of(assertion.id()) : Optional.empty());
    }

    private Optional<String> problem(String cluster, CalicoVersion target) {
        return new ApprovalCheck(own).problem(asked(cluster, target, CLUSTERS.path(ClusterId.of(cluster))), NOW);
    }

    private StepRequested asked(String cluster, CalicoVersion target, List<String> path) {
        return asked(cluster, target, path, "upgrade");
    }

    private StepRequested asked(String cluster, @Nullable CalicoVersion target, List<String> path, String kind) {
        return new StepRequested(
                StepId.parse("u1/" + cluster + "/" + kind + "/1"),
                List.of(),
                StepParameters.ofUpgrade(null, null, target, null),
                "please",
                null,
                null,
                new StepApprovals(
                        WAVE,
                        CREATED,
                        Procedure.UPGRADE,
                        TARGET,
                        "d".repeat(64),
                        path,
                        List.of(new NeededApproval(
                                "before rest",
                                rule,
                                "alice",
                                new Identity("alice", "s-alice", null, "oidc", List.of()),
                                given)),
                        null));
    }

    private static String digest() {
        return ApprovalDigests.of(new ApprovalSubject(
                "before rest",
                CampaignName.of("u1"),
                CREATED,
                Procedure.UPGRADE,
                TARGET,
                "d".repeat(64),
                CLUSTERS.root(),
                null));
    }

    private static WaveApproval by(String person) {
        return new WaveApproval(person, "", NOW, null, false, digest(), null);
    }

    private static WaveApproval signed(String person) {
        return new WaveApproval(person, "", NOW, null, false, digest(), passkey(person));
    }

    private static WaveApproval otherDigest(String person) {
        return new WaveApproval(person, "", NOW, null, false, "0".repeat(64), null);
    }

    private static PasskeyAssertion passkey(String person) {
        return new PasskeyAssertion(person, "", "", digest());
    }
}
