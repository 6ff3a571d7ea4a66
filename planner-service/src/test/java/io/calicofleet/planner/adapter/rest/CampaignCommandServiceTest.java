package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Stop;
import io.calicofleet.event.WaveName;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.access.Grant;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.access.Scope;
import io.calicofleet.planner.core.why.Heartbeat;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.CommandSender.CommandTooLargeException;
import io.calicofleet.planner.port.FleetView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Commands that are refused, and are not sent then. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignCommandServiceTest {

    private static final Caller ALICE = new Caller(
            Rights.of(Person.local("alice"), List.of(new Grant(Role.ADMIN, Set.of("alice"), Set.of(), Scope.ALL))),
            null);

    private static final FieldConflict ASKED =
            new FieldConflict("ConfigMap kube-system/calico-config", "data.level", "info", "debug", "warning");

    private final List<CampaignCommand> sent = new ArrayList<>();
    private final OneHeld view = new OneHeld();
    private final CampaignCommandService service = new CampaignCommandService(
            view,
            view,
            command -> sent.add((CampaignCommand) command.data()),
            CatalogueFile.load(),
            () -> Instant.EPOCH);

    @Test
    void a_campaign_whose_clusters_another_one_has_is_accepted_and_that_is_told() {
        ClusterId one = ClusterId.of("a-cluster-of-the-fleet-whose-name-is-quite-long-1");
        view.engagements = Map.of(one, CampaignName.of("c"));

        Accepted accepted = service.create(Drill.document("next", 1, List.of(one.value())), false, ALICE);

        assertThat(accepted.notes())
                .containsExactly("1 of its clusters, such as " + one
                        + ", are in campaign c, which has not ended; they wait for it.");
    }

    @Test
    void an_approval_that_fits_is_sent() {
        assertThat(service.act(Action.APPROVE, "c", approval(1000), ALICE).event())
                .isNotEmpty();
        assertThat(sent).hasSize(1);
    }

    @Test
    void an_answer_to_what_is_not_asked_is_refused_and_not_sent() {
        Map<String, Object> answer = Map.of("question", "0123abcd", "answer", "keep-mine");
        assertThatThrownBy(() ->
                        service.act(Action.APPROVE, "c", Map.of("cluster", "a", "answers", List.of(answer)), ALICE))
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::document)
                .satisfies(problem -> {
                    assertThat(problem.status()).isEqualTo(409);
                    assertThat(problem.detail()).startsWith("Cluster a: it has no question 0123abcd");
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void an_approval_that_fits_into_no_record_is_413_with_what_to_do_and_not_sent() {
        assertThatThrownBy(() -> service.act(Action.APPROVE, "c", approval(70_000), ALICE))
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::document)
                .satisfies(problem -> {
                    assertThat(problem.status()).isEqualTo(413);
                    assertThat(problem.detail())
                            .matches("The command takes \\d+ bytes as a record; at most 3145728 fit\\. .*")
                            .contains("answer fewer questions in one approval");
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void a_campaign_that_fits_into_no_record_is_413_with_what_to_do_and_not_sent() {
        List<String> names = IntStream.range(0, 60_000)
                .mapToObj(i -> "a-cluster-of-the-fleet-whose-name-is-quite-long-" + i)
                .toList();
        assertThatThrownBy(() -> service.create(Drill.document("large", 1, names), false, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::document)
                .satisfies(problem -> {
                    assertThat(problem.status()).isEqualTo(413);
                    assertThat(problem.detail()).contains("Choose clusters by their labels");
                });
        assertThat(sent).isEmpty();
    }

    @Test
    void what_the_broker_takes_less_of_is_413_too_and_nothing_to_try_again() {
        var response =
                new ProblemMapper(() -> "/").toResponse(new CommandTooLargeException("too large", new Exception()));
        assertThat(response.getStatus()).isEqualTo(413);
        assertThat(response.getHeaderString("Retry-After")).isNull();
    }

    @Test
    void a_campaign_that_does_not_fit_is_refused_and_not_before_the_clusters_are_read() {
        Object document = Drill.document("elsewhere", 1, List.of("nobody-serves-this"));
        assertThatThrownBy(() -> service.create(document, false, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> assertThat(refused.document().status()).isEqualTo(422));
        // When
        view.behind = List.of("calico-fleet.clusters partition 3");
        // Then
        assertThatThrownBy(() -> service.create(document, false, ALICE))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(refused -> assertThat(refused.document().status()).isEqualTo(503));
        assertThat(sent).isEmpty();
    }

    @Test
    void a_campaign_that_is_there_as_it_is_asked_for_is_unchanged_and_nothing_is_sent() {
        Accepted answer = service.create(Drill.document("c", 1, List.of("a")), false, ALICE);
        assertThat(answer.unchanged()).isTrue();
        assertThat(answer.event()).isNull();
        assertThat(sent).isEmpty();
    }

    private static Map<String, Object> approval(int answers) {
        return Map.of(
                "cluster",
                "a",
                "answers",
                Collections.nCopies(answers, Map.of("question", ASKED.question(), "answer", "keep-mine")));
    }

    /** A campaign with a cluster that is held for its conflicts. */
    private static final class OneHeld implements FleetView {

        private static final CampaignName NAME = CampaignName.of("c");

        private List<String> behind = List.of();
        private Map<ClusterId, CampaignName> engagements = Map.of();

        @Override
        public List<CampaignStatus> campaigns() {
            return List.of(new CampaignStatus(
                    NAME,
                    Drill.spec(Drill.document("c", 1, List.of("a"))),
                    CampaignPhase.HELD,
                    "",
                    List.of(),
                    1,
                    Map.of("held", 1),
                    0,
                    null,
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    ""));
        }

        @Override
        public SortedMap<String, Heartbeat> heartbeats() {
            return new TreeMap<>();
        }

        @Override
        public Optional<CampaignStatus> campaign(CampaignName name) {
            return campaigns().stream()
                    .filter(status -> status.campaign().equals(name))
                    .findFirst();
        }

        @Override
        public Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign) {
            return Map.of(
                    ClusterId.of("a"),
                    new ClusterDocument(ClusterId.of("a"), new byte[0], "held", "all", "", "", "", ""));
        }

        @Override
        public Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
            return Optional.of(new ClusterStatus(
                    campaign,
                    cluster,
                    WaveName.of("all"),
                    Map.of(),
                    ClusterPhase.HELD,
                    HoldReason.CUSTOMISATION_CONFLICTS,
                    List.of(),
                    null,
                    0,
                    0,
                    "",
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(ASKED),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    List.of(),
                    Instant.EPOCH,
                    ""));
        }

        @Override
        public Map<ClusterId, ClusterAnnounced> fleet() {
            Map<ClusterId, ClusterAnnounced> fleet = new HashMap<>();
            IntStream.range(0, 60_000)
                    .mapToObj(i -> Drill.announced("a-cluster-of-the-fleet-whose-name-is-quite-long-" + i))
                    .forEach(announced -> fleet.put(announced.cluster(), announced));
            return fleet;
        }

        @Override
        public Map<ClusterId, CampaignName> engagements() {
            return engagements;
        }

        @Override
        public Optional<Stop> stop() {
            return Optional.empty();
        }

        @Override
        public boolean isWhole() {
            return behind.isEmpty();
        }

        @Override
        public List<String> behind() {
            return behind;
        }
    }
}
