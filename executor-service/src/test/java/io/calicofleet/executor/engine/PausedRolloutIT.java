package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.step.Steps;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A gap that is too long stops the nodes that are yet to roll, where they are ours to stop. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(300)
class PausedRolloutIT extends ContinuityScene {

    @Test
    void a_gap_that_is_too_long_stops_the_nodes_that_are_yet_to_roll_until_a_retry_lets_them_go_on()
            throws InterruptedException {
        // Given: the first node is begun, and takes its time
        JsonNode owners = daemonSet().at("/spec/updateStrategy");
        breaks();
        // When: the executor is killed before it has written that, and the next one after
        for (boolean before : List.of(true, false)) {
            SimulatedFleet.Running killed = fleet.executor(
                    "killed-" + before,
                    cluster,
                    api -> new Killer(
                            api,
                            before,
                            object -> NodeHold.pausedBecause(object).isEmpty()));
            assertThatThrownBy(() -> killed.run(judgedUpgrade(1))).isInstanceOf(Killer.Killed.class);
            assertThat(NodeHold.isHeld(daemonSet())).isEqualTo(!before);
        }
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.rollout() != null);
        // Then
        assertThat(step.last().rollout())
                .startsWith("The rollout is paused: DaemonSet kube-system/calico-node has updateStrategy OnDelete");
        assertThat(step.counts().breaches).containsExactly(true);
        assertThat(step.counts().gaps)
                .singleElement()
                .satisfies(gap -> assertThat(gap).isGreaterThan(Duration.ofSeconds(2)));
        assertThat(NodeHold.pausedBecause(daemonSet()).orElseThrow())
                .startsWith("campaign c1: ")
                .endsWith("had no answer for longer than 2.0 s");
        // The node that was begun becomes ready, and its controller has seen that: by its owner's strategy another one
        // would be begun.
        cluster.faults().clear();
        awaitReady();
        assertThat(nodesOf(NEW)).isEqualTo(1);
        assertThat(nodesOf(OLD)).isEqualTo(2);
        awaitNothingLeft();
        // When
        StepProgress again = fleet.executor("again", cluster).run(upgrade(2, true, List.of()));
        // Then
        assertThat(again)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes())
                                .anyMatch(
                                        note -> note.startsWith(
                                                "the rollout of DaemonSet kube-system/calico-node goes on; it had been paused: campaign c1: ")));
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        assertThat(daemonSet().at("/metadata/annotations").toString()).doesNotContain(NodeHold.PAUSED);
        await().atMost(SOON).until(() -> nodesOf(NEW) == 3);
    }

    @Test
    void a_kept_connection_between_hosts_that_breaks_stops_them_too_though_no_gap_is_too_long()
            throws InterruptedException {
        cluster.faults().startGapPaths(true, "host-to-host/kept");
        cluster.faults().neverReady("*", "calico/node:" + NEW);

        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.rollout() != null);

        assertThat(step.last().worst())
                .filteredOn(fact -> fact.breaks() > 0)
                .isNotEmpty()
                .allSatisfy(fact -> {
                    assertThat(fact.named()).isEqualTo("host-to-host over kept connections");
                    assertThat(fact.baselineBreaks()).isZero();
                    assertThat(fact.longestGap()).isLessThan(Duration.ofSeconds(2));
                });
        assertThat(step.last().kinds())
                .filteredOn(fact -> fact.breaks() == 0)
                .extracting(fact -> fact.named())
                .contains("host-to-host over new connections", "pod-to-pod over kept connections");
        assertThat(step.last().rollout()).startsWith("The rollout is paused");
        assertThat(NodeHold.pausedBecause(daemonSet()).orElseThrow())
                .contains("host-to-host over kept connections from c01-node-", "broke more often than 0 times");
        awaitNothingLeft();
    }

    @Test
    void a_restore_takes_back_what_was_paused() throws InterruptedException {
        // Given
        JsonNode owners = daemonSet().at("/spec/updateStrategy");
        assertThat(fleet.executor("before", cluster).run(step(StepKind.BACKUP))).isInstanceOf(StepSucceeded.class);
        breaks();
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.rollout() != null);
        assertThat(step.last().rollout()).startsWith("The rollout is paused");
        // When
        StepProgress back = fleet.executor("back", cluster).run(step(StepKind.RESTORE));
        // Then
        assertThat(back).isInstanceOf(StepSucceeded.class);
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        assertThat(nodesOf(OLD)).isEqualTo(3);
    }

    @Test
    void a_rollout_that_is_not_ours_to_pause_is_left_alone_and_that_is_said() {
        JsonNode before = daemonSet();

        for (StepKind kind :
                List.of(StepKind.UPGRADE_OPERATOR, StepKind.UPGRADE_HELM_RELEASE, StepKind.MIGRATE_TO_OPERATOR)) {
            assertThat(Steps.all().of(kind).pause(StepParameters.NONE, fleet.api(cluster), "why"))
                    .isEqualTo(
                            "The rollout is not paused: an operator keeps the DaemonSet of calico-node and would undo it");
        }
        assertThat(Steps.all()
                        .of(StepKind.UPGRADE)
                        .pause(StepParameters.NONE.withAppliedByOthers(true), fleet.api(cluster), "why"))
                .startsWith("The rollout is not paused: others bring the release");
        assertThat(Steps.all().of(StepKind.UPGRADE).pause(StepParameters.NONE, fleet.api(cluster), "why"))
                .isEqualTo("Every node had rolled already, so there was nothing to pause");
        assertThat(daemonSet()).isEqualTo(before);
    }
}
