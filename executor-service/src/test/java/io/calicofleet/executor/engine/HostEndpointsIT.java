package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostEndpointsIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.calico("c01");
        closeByItself();
        executor = fleet.executor("run1", cluster);
        assertThat(executor.run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        assertThat(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1)).isInstanceOf(StepSucceeded.class);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void only_endpoints_of_all_interfaces_are_labelled_and_the_policy_is_stored_as_calico_stores_it() {
        assertThat(labels("c01-node-1-all").toString()).isEqualTo("{\"host-endpoint-upgrade\":\"\"}");
        assertThat(labels("c01-node-2-eth0").toString()).isEqualTo("{\"env\":\"prod\"}");
        JsonNode policy =
                cluster.get("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "", "default.allow-all-upgrade");
        assertThat(policy.at("/spec/selector").asText()).isEqualTo("has(host-endpoint-upgrade)");
        assertThat(policy.at("/spec/ingress/0/action").asText()).isEqualTo("Log");
        assertThat(policy.at("/spec/ingress/1/action").asText()).isEqualTo("Allow");
    }

    @Test
    void the_release_is_refused_where_it_would_close_an_endpoint_and_removes_nothing() {
        var outcome = executor.run(release(1, false));

        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED);
            assertThat(failed.evidence()).containsExactly("HostEndpoint c01-node-1-all");
        });
        assertThat(policies()).containsExactly("default.allow-all-upgrade");
        assertThat(labels("c01-node-1-all").has("host-endpoint-upgrade")).isTrue();
    }

    @Test
    void with_the_suggested_policy_in_place_it_goes_and_a_restore_takes_both_away() {
        // When
        var outcome = executor.run(release(1, true));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(policies()).containsExactly("default.calico-fleet-host-endpoints");
        assertThat(labels("c01-node-1-all").toString()).isEqualTo("{\"calico-fleet.io/host-endpoint\":\"\"}");
        // When
        assertThat(executor.run(StepKind.RESTORE, 1)).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(policies()).isEmpty();
        assertThat(labels("c01-node-1-all").isEmpty()).isTrue();
    }

    @Test
    void the_nodes_do_not_roll_where_a_policy_would_lock_somebody_out_and_nothing_is_written() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.deny-ports}
                spec:
                  order: 10
                  selector: all()
                  types: [Ingress]
                  ingress: [{action: Deny, protocol: TCP, destination: {ports: ["10000:10300"]}}]
                """);

        assertThat(executor.run(StepKind.INSPECT, 1))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        inspected -> assertThat(inspected.facts())
                                .extracting(ClusterFacts::lockouts)
                                .isEqualTo(List.of(new LockoutFact(
                                        "kubelet tcp/10250",
                                        "c01-node-1",
                                        "c01-node-1-all",
                                        "the API server",
                                        "GlobalNetworkPolicy deny-ports ingress rule 1"))));
        assertThat(executor.run(StepKind.UPGRADE, 1)).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.message())
                    .isEqualTo(
                            "kubelet tcp/10250 on c01-node-1, used by the API server, by GlobalNetworkPolicy deny-ports"
                                    + " ingress rule 1 (HostEndpoint c01-node-1-all) would be cut once the nodes run v3.22.5");
        });
        assertThat(cluster.audit()).noneMatch(entry -> entry.resource().contains("daemonsets"));
    }

    @Test
    void the_release_is_refused_where_a_policy_of_its_own_would_lock_somebody_out() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.web-only}
                spec:
                  selector: all()
                  types: [Ingress, Egress]
                  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]
                  egress: [{action: Allow}]
                """);

        assertThat(executor.run(release(1, false))).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.evidence())
                    .contains(
                            "kubelet tcp/10250 on c01-node-1, used by the API server, by the end of all policies: no rule of"
                                    + " GlobalNetworkPolicy web-only allows it (HostEndpoint c01-node-1-all)");
        });
        assertThat(policies()).contains("default.allow-all-upgrade");
    }

    @Test
    void asked_about_a_policy_the_review_says_what_the_release_would_refuse_and_writes_nothing() {
        String web = """
                kind: GlobalNetworkPolicy
                spec:
                  selector: has(calico-fleet.io/host-endpoint)
                  types: [Ingress, Egress]
                  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]
                  egress: [{action: Allow}]
                """;
        int before = cluster.audit().size();

        assertThat(check(1, SimulatedFleet.SUGGESTED_POLICY).refusals()).isEmpty();
        assertThat(check(2, web).refusals())
                .contains(
                        "kubelet tcp/10250 on c01-node-1, used by the API server, by the end of all policies: no rule of"
                                + " GlobalNetworkPolicy calico-fleet-host-endpoints allows it (HostEndpoint c01-node-1-all)"
                                + " would be cut");
        assertThat(check(3, "spec: {selector: all(), types: [Ingress]}").refusals())
                .contains("nothing would open HostEndpoint c01-node-1-all");
        assertThat(check(4, "no policy").refusals()).singleElement().asString().contains("cannot be read");
        assertThat(policies()).containsExactly("default.allow-all-upgrade");
        assertThat(cluster.audit().subList(before, cluster.audit().size()))
                .noneMatch(entry -> entry.resource().contains("policies")
                        || entry.resource().contains("hostendpoints"));
    }

    @Test
    void the_approved_policy_is_put_beside_the_temporary_one_until_the_traffic_is_confirmed() {
        StepRequested asked = release(1, true);
        StepParameters kept = asked.parameters().withTemporaryPolicyKept();
        assertThat(executor.run(new StepRequested(asked.step(), asked.gates(), kept, "please")))
                .isInstanceOf(StepSucceeded.class);
        assertThat(policies()).containsExactly("default.allow-all-upgrade", "default.calico-fleet-host-endpoints");
        assertThat(labels("c01-node-1-all").has("host-endpoint-upgrade")).isTrue();

        StepRequested late = release(2, true);
        assertThat(executor.run(new StepRequested(
                        late.step(), late.gates(), late.parameters().withNotAfter(Instant.EPOCH), "please")))
                .isInstanceOfSatisfying(
                        StepHeld.class, held -> assertThat(held.reason()).isEqualTo(HoldReason.TRAFFIC_REVIEW));
        assertThat(policies()).hasSize(2);

        StepRequested now = release(3, true);
        assertThat(executor.run(new StepRequested(
                        now.step(),
                        now.gates(),
                        now.parameters().withNotAfter(Instant.now().plusSeconds(600)),
                        "please")))
                .isInstanceOf(StepSucceeded.class);
        assertThat(policies()).containsExactly("default.calico-fleet-host-endpoints");
    }

    @Test
    void the_policy_of_an_approval_that_is_void_is_taken_back_once_and_a_policy_of_people_is_not() {
        // Given
        StepRequested asked = release(1, true);
        assertThat(executor.run(with(asked, asked.parameters().withTemporaryPolicyKept())))
                .isInstanceOf(StepSucceeded.class);
        StepRequested back = release(2, false);
        // When
        assertThat(executor.run(with(back, back.parameters().withTemporaryPolicyKept())))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.changes())
                                .contains(
                                        "GlobalNetworkPolicy calico-fleet-host-endpoints",
                                        "HostEndpoint c01-node-1-all"));
        // Then
        assertThat(policies()).containsExactly("default.allow-all-upgrade");
        assertThat(labels("c01-node-1-all").toString()).isEqualTo("{\"host-endpoint-upgrade\":\"\"}");
        // When
        StepRequested again = release(3, false);
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.calico-fleet-host-endpoints}
                spec: {selector: all(), types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}]}
                """);
        assertThat(executor.run(with(again, again.parameters().withTemporaryPolicyKept())))
                .isInstanceOfSatisfying(
                        StepSucceeded.class, done -> assertThat(done.changes()).isEmpty());
        // Then
        assertThat(policies()).hasSize(2);
    }

    @Test
    void a_release_without_a_policy_does_not_count_on_the_one_of_a_void_approval_and_takes_it_back() {
        StepRequested asked = release(1, true);
        assertThat(executor.run(with(asked, asked.parameters().withTemporaryPolicyKept())))
                .isInstanceOf(StepSucceeded.class);

        assertThat(executor.run(release(2, false)))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED));
        assertThat(policies()).contains("default.allow-all-upgrade");

        cluster.patch(
                "crd.projectcalico.org/v1",
                "HostEndpoint",
                "",
                "c01-node-1-all",
                "{\"spec\":{\"profiles\":[\"projectcalico-default-allow\"]}}");
        assertThat(executor.run(release(3, false))).isInstanceOf(StepSucceeded.class);
        assertThat(policies()).isEmpty();
        assertThat(labels("c01-node-1-all").isEmpty()).isTrue();
    }

    @Test
    void the_policy_of_an_approval_that_an_aborted_campaign_left_is_taken_back_by_the_next_one() {
        // Given
        StepRequested asked = release(1, true);
        assertThat(executor.run(with(asked, asked.parameters().withTemporaryPolicyKept())))
                .isInstanceOf(StepSucceeded.class);
        assertThat(policies()).hasSize(2);
        // When
        for (StepKind step :
                List.of(StepKind.BACKUP, StepKind.PROTECT_HOST_ENDPOINTS, StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC)) {
            assertThat(executor.run(next(step, 1))).isInstanceOf(StepSucceeded.class);
        }
        // Then
        assertThat(executor.run(next(StepKind.RELEASE_HOST_ENDPOINTS, 1)))
                .as("what nobody confirmed opens nothing")
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED));
        StepRequested back = next(StepKind.RELEASE_HOST_ENDPOINTS, 2);
        assertThat(executor.run(with(back, back.parameters().withTemporaryPolicyKept())))
                .isInstanceOf(StepSucceeded.class);
        assertThat(policies()).containsExactly("default.allow-all-upgrade");
        assertThat(labels("c01-node-1-all").toString()).isEqualTo("{\"host-endpoint-upgrade\":\"\"}");
    }

    @Test
    void a_policy_that_was_confirmed_is_nothing_that_a_later_campaign_takes_back() {
        // Given
        assertThat(executor.run(release(1, true))).isInstanceOf(StepSucceeded.class);
        assertThat(policies()).containsExactly("default.calico-fleet-host-endpoints");
        int before = cluster.audit().size();
        assertThat(executor.run(release(2, true)))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        again -> assertThat(again.changes()).isEmpty());
        // When
        assertThat(executor.run(next(StepKind.BACKUP, 1))).isInstanceOf(StepSucceeded.class);
        assertThat(executor.run(next(StepKind.PROTECT_HOST_ENDPOINTS, 1))).isInstanceOf(StepSucceeded.class);
        assertThat(executor.run(next(StepKind.RELEASE_HOST_ENDPOINTS, 1))).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(policies()).containsExactly("default.calico-fleet-host-endpoints");
        assertThat(labels("c01-node-1-all").toString()).isEqualTo("{\"calico-fleet.io/host-endpoint\":\"\"}");
        assertThat(cluster.audit().subList(before, cluster.audit().size()))
                .noneMatch(entry -> entry.toString().contains("calico-fleet-host-endpoints"));
    }

    /** The same of the campaign after this one. */
    private StepRequested next(StepKind kind, int ordinal) {
        return new StepRequested(
                new StepId(CampaignName.of("c2"), ClusterId.of("c01"), kind, ordinal),
                List.of(),
                release(1, false).parameters(),
                "please");
    }

    private static StepRequested with(StepRequested asked, StepParameters parameters) {
        return new StepRequested(asked.step(), asked.gates(), parameters, "please");
    }

    private PolicyCheck check(int ordinal, String policy) {
        StepRequested asked = new StepRequested(
                executor.id(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, ordinal),
                List.of(),
                release(1, false).parameters().withSuggestedPolicy(true, policy),
                "please");
        return ((StepSucceeded) executor.run(asked)).policyCheck();
    }

    /** Without a profile nothing but the temporary policy opens it. */
    private void closeByItself() {
        cluster.patch(
                "crd.projectcalico.org/v1", "HostEndpoint", "", "c01-node-1-all", "{\"spec\":{\"profiles\":null}}");
    }

    private StepRequested release(int ordinal, boolean suggested) {
        return new StepRequested(
                executor.id(StepKind.RELEASE_HOST_ENDPOINTS, ordinal),
                List.of(),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null)
                        .withSuggestedPolicy(suggested, suggested ? SimulatedFleet.SUGGESTED_POLICY : null),
                "please");
    }

    private JsonNode labels(String endpoint) {
        return cluster.get("crd.projectcalico.org/v1", "HostEndpoint", "", endpoint)
                .at("/metadata/labels");
    }

    private List<String> policies() {
        return cluster.list("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "").stream()
                .map(policy -> policy.at("/metadata/name").asText())
                .toList();
    }
}
