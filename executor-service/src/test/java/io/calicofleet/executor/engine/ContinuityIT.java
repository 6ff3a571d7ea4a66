package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HostPaths;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** That packets flowed while the nodes rolled is measured by a prober on each node, which is there for no longer than that. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.SAME_THREAD)
class ContinuityIT extends ContinuityScene {

    @Test
    void an_upgrade_is_measured_to_its_verdict_and_nothing_of_the_prober_stays() throws InterruptedException {
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.round() >= 3);

        ContinuityObservation last = step.last();
        assertThat(step.outcome())
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes()).contains("it is measured whether packets flow, from 3 nodes"));
        // From the pods of three nodes to two others, the same node and the Service, with a kept connection each, the
        // API server
        // and DNS; from their hosts to two pods and two hosts, with a kept connection each.
        assertThat(last.refused()).isNull();
        assertThat(last.paths()).isEqualTo(45);
        assertThat(last.attempts()).isPositive();
        assertThat(last.lost()).isZero();
        assertThat(last.worst()).allSatisfy(fact -> {
            assertThat(fact.longestGap()).isZero();
            assertThat(fact.baselineAttempts()).isPositive();
        });
        assertThat(last.unmeasuredNodes()).isZero();
        awaitNothingLeft();
    }

    @Test
    void a_gap_while_a_node_rolls_is_measured_on_the_paths_of_that_node() throws InterruptedException {
        // Given
        cluster.faults().startGap(Duration.ofSeconds(3));
        // When
        Judged step = judged(
                "run",
                UnaryOperator.identity(),
                true,
                seen -> seen.worst().stream().anyMatch(fact -> fact.longestGap().compareTo(Duration.ofSeconds(2)) > 0));
        // Then
        ContinuityFact worst = step.last().worst().getFirst();
        assertThat(worst.longestGap()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
        assertThat(worst.lost()).isPositive();
        assertThat(worst.to()).isNotEmpty();
        assertThat(worst.baselineLost()).isZero();
        awaitNothingLeft();
    }

    @Test
    void a_plan_lists_what_the_prober_would_write_where_it_would_run_and_what_a_breach_would_stop() {
        // Given
        StepParameters asked = upgrade(true, List.of()).parameters();
        // When
        PlanMade plan = PlanIT.plan(fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE)));
        StepProgress told = fleet.executor("plan", cluster)
                .run(PlanIT.request(cluster, StepKind.PLAN, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE))));
        // Then
        assertThat(plan.writes())
                .extracting(write -> write.step() + " " + write.action() + " " + write.object())
                .startsWith(
                        "upgrade create ConfigMap kube-system/calico-fleet-prober",
                        "upgrade create Service kube-system/calico-fleet-prober",
                        "upgrade create DaemonSet kube-system/calico-fleet-prober",
                        "upgrade create DaemonSet kube-system/calico-fleet-prober-peer",
                        "upgrade create DaemonSet kube-system/calico-fleet-prober-host")
                .contains("upgrade update DaemonSet kube-system/calico-node");
        assertThat(told)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes())
                                .contains(
                                        "the prober busybox:1.36.1 would run on 3 nodes in kube-system, on each as two pods and one in the"
                                                + " network of the host, which listens on tcp/8099; beside what is listed the ConfigMaps"
                                                + " calico-fleet-prober-plan and calico-fleet-prober-baseline, and all of it goes when"
                                                + " the step is judged",
                                        "a path without an answer for longer than 2.0 s, or kept connections that break more often than"
                                                + " allowed, pause the rollout: calico-node gets the updateStrategy OnDelete until a retry or a restore"));
        // The same plan once more is the same one, though its step is another; another limit makes another one.
        assertThat(PlanIT.plan(fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE)))
                        .plan()
                        .digest())
                .isEqualTo(plan.plan().digest());
        StepParameters other = asked.withContinuity(ContinuitySpec.DEFAULT);
        assertThat(PlanIT.plan(fleet, cluster, other.withPlanned(PlanIT.steps(other, StepKind.UPGRADE)))
                        .plan()
                        .digest())
                .isNotEqualTo(plan.plan().digest());
        awaitNothingLeft();
        // Who needs it to be measured is told by the plan already that it would be refused.
        few();
        assertThat(fleet.executor("plan", cluster)
                        .run(PlanIT.request(
                                cluster, StepKind.PLAN, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE)))))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed ->
                                assertThat(failed.message()).contains("no room for the prober", "exceeded quota: few"));
    }

    @Test
    void the_prober_is_in_the_namespace_of_the_campaign_and_a_node_it_may_not_be_on_is_told()
            throws InterruptedException {
        // Given
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: probers}}");
        cluster.patch("v1", "Node", "", "c01-node-3", """
                {"spec":{"taints":[{"key":"dedicated","value":"db","effect":"NoSchedule"}]}}
                """);
        where = spec(true).in("probers", List.of());
        // When
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.round() >= 1);
        // Then
        String left = "node c01-node-3 is not measured: the prober does not bear its taints, or is not for its system";
        assertThat(step.outcome())
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes())
                                .contains("it is measured whether packets flow, from 2 nodes", left));
        assertThat(step.last().notes()).contains(left);
        // As above, but to one other node and one other host, from each of two.
        assertThat(step.last().paths()).isEqualTo(26);
        assertThat(cluster.audit())
                .filteredOn(entry ->
                        entry.name().startsWith(Prober.NAME) && entry.verb().equals("create"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.namespace()).isEqualTo("probers"));
        awaitNothingLeft();
    }

    @Test
    void by_default_it_bears_the_taints_that_calico_node_bears() throws InterruptedException {
        // Given
        cluster.patch("v1", "Node", "", "c01-node-3", """
                {"spec":{"taints":[{"key":"dedicated","value":"db","effect":"NoSchedule"}]}}
                """);
        // When
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.round() >= 1);
        // Then
        assertThat(step.last().paths()).isEqualTo(45);
        assertThat(step.last().notes()).isEmpty();
    }

    @Test
    void what_refuses_the_prober_is_said_in_a_word_before_the_api_servers_own() {
        // Given
        where = spec(true).in("probers", null);
        // Then
        assertThat(failure(UnaryOperator.identity()))
                .contains("there is no namespace probers for the prober: create it, or name another one by"
                        + " continuity.namespace");
        // Given
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: probers}}");
        // Then
        assertThat(failure(api -> new ForwardingCluster(api) {
                    @Override
                    protected <T> T read(String what, Supplier<T> call) {
                        if (what.startsWith("a rehearsal of Pod")) {
                            throw new ClusterException(
                                    ClusterException.Problem.FORBIDDEN,
                                    "pods \"calico-fleet-prober\" is forbidden: violates PodSecurity \"restricted:latest\"",
                                    null);
                        }
                        return call.get();
                    }
                }))
                .contains("PodSecurity of the namespace probers does not take the prober: pods");
    }

    /** As the API server does where PodSecurity is baseline or restricted. */
    private static ClusterApi withoutHosts(ClusterApi api) {
        return new ForwardingCluster(api) {
            @Override
            protected <T> T read(String what, Supplier<T> call) {
                if (what.startsWith("a rehearsal of Pod") && what.endsWith("-host")) {
                    throw new ClusterException(
                            ClusterException.Problem.FORBIDDEN,
                            "pods is forbidden: violates PodSecurity \"baseline:latest\": host namespaces",
                            null);
                }
                return call.get();
            }
        };
    }

    @Test
    void without_pods_in_the_network_of_the_hosts_the_other_paths_are_measured_and_that_is_told()
            throws InterruptedException {
        Judged step = judged("run", ContinuityIT::withoutHosts, true, seen -> seen.round() >= 1);

        assertThat(step.last().notes())
                .anyMatch(note -> note.startsWith("the paths of the hosts cannot be measured: PodSecurity of the"
                        + " namespace kube-system does not take the prober: pods is forbidden"));
        assertThat(step.last().paths()).isEqualTo(27);
        assertThat(step.last().kinds())
                .extracting(ContinuityFact::named)
                .contains("pod-to-pod-same-node over kept connections")
                .noneMatch(kind -> kind.startsWith("host-"));
        assertThat(cluster.audit()).noneMatch(entry -> entry.name().startsWith("calico-fleet-prober-host"));
        awaitNothingLeft();
    }

    @Test
    void where_the_paths_of_the_hosts_are_required_a_cluster_that_does_not_take_them_is_not_upgraded() {
        where = spec(true).withHosts(HostPaths.REQUIRED, ContinuitySpec.HOST_PORT);

        assertThat(failure(ContinuityIT::withoutHosts))
                .contains(
                        "so nothing of the upgrade was begun: the paths of the hosts cannot be measured: PodSecurity");
        awaitNothingLeft();
        // A port that Felix keeps open shows nothing, and one that another pod has cannot be listened on.
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: FelixConfiguration
                metadata: {name: node.c01-node-2}
                spec: {failsafeInboundHostPorts: [{protocol: TCP, port: 9443}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: default}
                spec: {nodeName: c01-node-1, containers: [{name: web, image: web, ports: [{containerPort: 80, hostPort: 8443}]}]}
                """);
        where = spec(true).withHosts(HostPaths.REQUIRED, 9443);
        assertThat(failure(UnaryOperator.identity()))
                .contains("the paths of the hosts cannot be measured: tcp/9443 is a failsafe port of this cluster");
        where = spec(true).withHosts(HostPaths.REQUIRED, 8443);
        assertThat(failure(UnaryOperator.identity()))
                .contains("tcp/8443 of the hosts is used by pod default/web on c01-node-1");
        awaitNothingLeft();
    }

    private String failure(UnaryOperator<ClusterApi> around) {
        StepProgress outcome = fleet.executor("run", cluster, around).run(upgrade(++attempts, true, List.of()));
        assertThat(calicoNode()).contains(OLD.toString());
        return ((StepFailed) outcome).message();
    }

    @Test
    void a_cluster_that_refuses_the_prober_is_not_upgraded_and_the_api_servers_own_words_are_told() {
        // Given
        few();
        // When
        StepProgress outcome = fleet.executor("run", cluster).run(upgrade(true, List.of()));
        // Then
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
            assertThat(failed.message())
                    .startsWith("It cannot be measured whether packets flow, so nothing of the upgrade was begun")
                    .contains("exceeded quota: few");
        });
        assertThat(calicoNode()).contains(OLD.toString());
        awaitNothingLeft();
    }

    @Test
    void where_the_campaign_does_not_need_it_the_upgrade_goes_on_and_the_checks_say_why_nothing_was_measured()
            throws InterruptedException {
        // Given
        few();
        // When
        Judged step = judged("run", UnaryOperator.identity(), false, seen -> true);
        // Then
        assertThat(step.outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(step.last().refused()).contains("exceeded quota: few");
        assertThat(step.last().paths()).isZero();
        assertThat(calicoNode()).contains(NEW.toString());
        awaitNothingLeft();
    }

    @Test
    void a_cluster_that_loses_packets_before_anything_was_changed_is_not_upgraded() {
        // Given
        cluster.faults().cutOffNodes("c01-node-1", "c01-node-2", "c01-node-3");
        // When
        StepProgress outcome = fleet.executor("run", cluster).run(upgrade(true, List.of()));
        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message()).contains("no path from a pod had an answer"));
        assertThat(calicoNode()).contains(OLD.toString());
        awaitNothingLeft();
    }

    @Test
    void killed_around_each_write_it_measures_from_one_baseline_and_nothing_stays() {
        int kills = Killer.untilDone(
                300,
                (killed, at) -> fleet.executor("run-" + killed, cluster, api -> new Killer(api, at))
                        .run(upgrade(true, List.of())),
                () -> {});

        assertThat(kills).isGreaterThan(8);
        assertThat(calicoNode()).contains(NEW.toString());
        awaitNothingLeft();
    }
}
