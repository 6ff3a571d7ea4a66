package io.calicofleet.executor.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.event.WaveName;
import io.calicofleet.fuzz.SoftwareAuthenticator;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.model.approval.Participants;
import io.calicofleet.runtime.passkey.PasskeysFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody can do at most who has the planner's key, and so writes steps as they like, against an executor whose own file asks for two passkeys on
 * {@code prod-*}. They have seen one campaign that grace and edsger approved: v3.22.5 on prod-1 and prod-2.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StolenPlannerKeyTest {

    private static final String SITE = "fleet.example.com";
    private static final String PAGE = "https://fleet.example.com";
    private static final Instant CREATED = Instant.parse("2026-11-28T10:00:00Z");
    private static final Instant NOW = CREATED.plus(Duration.ofHours(2));
    private static final WaveName WAVE = WaveName.of("all");
    private static final ClusterId ONE = ClusterId.of("prod-1");
    private static final Participants APPROVED = Participants.of(Map.of(ONE, WAVE, ClusterId.of("prod-2"), WAVE));

    private final SoftwareAuthenticator grace = new SoftwareAuthenticator("grace-1", SITE, PAGE);
    private final SoftwareAuthenticator edsger = new SoftwareAuthenticator("edsger-1", SITE, PAGE);
    private final SoftwareAuthenticator thief = new SoftwareAuthenticator("thief-1", SITE, PAGE);
    private ApprovalCheck executor = ApprovalCheck.OF_THE_STEP;

    @TempDir
    private Path folder;

    @BeforeEach
    void rules() throws Exception {
        PasskeysFile.Content content =
                PasskeysFile.read(Files.writeString(folder.resolve("passkeys.yaml"), """
                site: {id: %s, origins: ["%s"]}
                people:
                - {name: grace, passkeys: [{id: "%s", publicKey: "%s"}]}
                - {name: edsger, passkeys: [{id: "%s", publicKey: "%s"}]}
                rules:
                - {clusters: ["prod-*"], quorum: 2}
                """.formatted(
                                SITE, PAGE, grace.id(), grace.publicKey(), edsger.id(), edsger.publicKey())));
        PasskeysFile.Rule rule = content.rules().getFirst();
        executor = new ApprovalCheck(new OwnRules(
                List.of(new OwnRules.Rule(
                        rule.clusters(), rule.quorum(), rule.people(), rule.validFor(), rule.restores())),
                content.passkeys()::signer));
    }

    @Test
    void what_two_people_signed_is_begun() {
        assertThat(begun(step(ONE, "v3.22.5", APPROVED, signed()))).isEmpty();
    }

    @Test
    void they_can_have_anything_done_where_the_executor_has_no_rule() {
        assertThat(begun(bare("dev-1", "upgrade"))).isEmpty();
        assertThat(begun(bare("dev-1", "restore"))).isEmpty();
    }

    @Test
    void they_can_begin_nothing_of_their_own_where_it_has_one() {
        assertThat(begun(bare("prod-1", "upgrade"))).isPresent();
        assertThat(begun(bare("prod-1", "restore"))).isPresent();
        assertThat(begun(step(ONE, "v3.22.5", APPROVED, List.of(said("grace"), said("edsger")))))
                .as("names are easily written")
                .isPresent();
        assertThat(begun(step(ONE, "v3.22.5", APPROVED, List.of(glass()))))
                .as("as is that the glass was broken")
                .isPresent();
        assertThat(begun(step(ONE, "v3.22.5", APPROVED, List.of(by("grace", thief), by("edsger", thief)))))
                .as("a passkey of their own is known to nobody")
                .isPresent();
        assertThat(begun(step(ONE, "v3.22.5", APPROVED, List.of(by("grace", grace), by("edsger", grace)))))
                .as("one that was signed counts once")
                .isPresent();
    }

    @Test
    void they_cannot_use_what_was_signed_for_anything_else() {
        ClusterId three = ClusterId.of("prod-3");
        Participants more = Participants.of(Map.of(ONE, WAVE, three, WAVE));
        assertThat(begun(step(three, "v3.22.5", more, signed())))
                .as("another cluster")
                .isPresent();
        assertThat(begun(step(ONE, "v3.23.0", APPROVED, signed())))
                .as("another target")
                .isPresent();
        StepRequested other = step("other-campaign", ONE, "v3.22.5", APPROVED, CREATED, signed());
        assertThat(begun(other)).as("another campaign").isPresent();
        StepRequested later = step("prod-3-22", ONE, "v3.22.5", APPROVED, CREATED.plusSeconds(1), signed());
        assertThat(begun(later)).as("a campaign that looks younger").isPresent();
        assertThat(executor.problem(step(ONE, "v3.22.5", APPROVED, signed()), CREATED.plus(Duration.ofDays(31))))
                .as("the same, when it does not hold any more")
                .isPresent();
    }

    @Test
    void they_can_have_what_was_signed_done_once_more_and_choose_what_is_not_in_it() {
        StepRequested chosen = step(ONE, "v3.22.5", APPROVED, signed());
        StepParameters parameters = chosen.parameters().withOnConflict(OnConflict.TAKE_NEW);
        assertThat(begun(new StepRequested(
                        StepId.parse("prod-3-22/prod-1/upgrade/2"),
                        List.of(),
                        parameters,
                        "",
                        null,
                        null,
                        chosen.approvals())))
                .isEmpty();
    }

    private Optional<String> begun(StepRequested step) {
        return executor.problem(step, NOW);
    }

    private static StepRequested bare(String cluster, String kind) {
        return new StepRequested(StepId.parse("x/" + cluster + "/" + kind + "/1"), List.of(), StepParameters.NONE, "");
    }

    private StepRequested step(ClusterId cluster, String target, Participants clusters, List<WaveApproval> given) {
        return step("prod-3-22", cluster, target, clusters, CREATED, given);
    }

    private static StepRequested step(
            String campaign,
            ClusterId cluster,
            String target,
            Participants clusters,
            Instant created,
            List<WaveApproval> given) {
        CalicoVersion version = CalicoVersion.parse(target);
        return new StepRequested(
                StepId.parse(campaign + "/" + cluster + "/upgrade/1"),
                List.of(),
                StepParameters.ofUpgrade(null, null, version, null),
                "",
                null,
                null,
                new StepApprovals(
                        WAVE,
                        created,
                        Procedure.UPGRADE,
                        version,
                        "d".repeat(64),
                        clusters.path(cluster),
                        List.of(new NeededApproval("before all", null, null, null, given)),
                        null));
    }

    private static String digest() {
        return ApprovalDigests.of(new ApprovalSubject(
                "before all",
                CampaignName.of("prod-3-22"),
                CREATED,
                Procedure.UPGRADE,
                CalicoVersion.of(3, 22, 5),
                "d".repeat(64),
                APPROVED.root(),
                null));
    }

    private List<WaveApproval> signed() {
        return List.of(by("grace", grace), by("edsger", edsger));
    }

    private static WaveApproval by(String person, SoftwareAuthenticator authenticator) {
        return approval(person, false, authenticator.sign(digest()));
    }

    private static WaveApproval said(String person) {
        return approval(person, false, null);
    }

    private static WaveApproval glass() {
        return approval("grace", true, null);
    }

    private static WaveApproval approval(String person, boolean glass, @Nullable PasskeyAssertion passkey) {
        return new WaveApproval(person, "fine", NOW, null, glass, digest(), passkey);
    }
}
