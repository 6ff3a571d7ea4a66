package io.calicofleet.executor.step.autohostendpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.FakeCluster;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrateToAutoHostEndpointsStepTest {

    private final MigrationScene scene = new MigrationScene();
    private FakeCluster cluster = scene.cluster;
    private final MigrationScene.KubeControllers controllers = scene.controllers;

    @Test
    void every_node_has_its_automatic_host_endpoint_before_the_first_old_one_goes() {
        StepOutcome outcome = scene.run();

        assertThat(outcome).isInstanceOf(StepOutcome.Succeeded.class);
        assertThat(cluster.writes)
                .containsExactly(
                        "replace Node n1",
                        "replace Node n2",
                        "replace Node n3",
                        "replace KubeControllersConfiguration default",
                        "delete HostEndpoint n1-all",
                        "delete HostEndpoint n2-all",
                        "delete HostEndpoint n3-all");
        assertThat(scene.names()).containsExactly("n1-auto-hep", "n1-eth1", "n2-auto-hep", "n3-auto-hep");
        assertThat(((StepOutcome.Succeeded) outcome).changes()).contains("HostEndpoint n3-all");
    }

    @Test
    void while_the_automatic_host_endpoint_of_one_node_is_missing_no_old_one_goes_anywhere() {
        controllers.skipsLastNode = true;

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.evidence()).containsExactly("Node n3"));
        assertThat(scene.names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void an_automatic_host_endpoint_without_the_labels_of_its_node_does_not_stand_in_for_the_old_one() {
        controllers.leavesLabelsOut = true;

        assertThat(scene.run()).isInstanceOf(StepOutcome.Failed.class);
        assertThat(scene.names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void an_automatic_host_endpoint_that_is_gone_again_stops_the_next_node() {
        controllers.forgetsFirstNode = true;

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("of n1 has gone again", "2 of 3 nodes"));
        assertThat(scene.names()).contains("n2-all", "n3-all");
    }

    @Test
    void a_node_that_is_not_ready_keeps_its_host_endpoint() {
        cluster.put(MigrationScene.node("n2", "False", ""));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("Node n2", "is not ready", "2 of 3 nodes"));
        assertThat(scene.names()).contains("n2-all", "n3-all").doesNotContain("n1-all");
    }

    @Test
    void a_node_whose_calico_node_is_not_ready_keeps_its_host_endpoint() {
        cluster.put(MigrationScene.pod("n1", "False"));

        assertThat(scene.run()).isInstanceOf(StepOutcome.Failed.class);
        assertThat(scene.names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void a_label_that_the_node_has_with_another_value_refuses_before_any_write() {
        cluster.put(MigrationScene.node("n2", "True", "role: db"));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("label role is web on HostEndpoint n2-all and db on its node n2"));
        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void kube_controllers_that_cannot_make_them_refuse_before_any_write() {
        refused("v3.22.5", "{name: AUTO_HOST_ENDPOINTS, value: disabled}", 1, "AUTO_HOST_ENDPOINTS=disabled");
        refused("v3.22.5", "{name: ENABLED_CONTROLLERS, value: 'policy,workloadendpoint'}", 1, "leaves node out");
        refused("v3.13.4", "", 1, "automatic host endpoints came with");
        refused("v3.22.5", "", 0, "is not ready");
        cluster.remove("Deployment kube-system/calico-kube-controllers");
        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("there is no Deployment"));
    }

    @Test
    void a_host_endpoint_of_a_node_that_is_not_there_refuses_before_any_write() {
        cluster.put(MigrationScene.endpoint("gone-all", "n9", "*", "web"));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("HostEndpoint gone-all is for a node that is not there: n9"));
        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void killed_before_any_write_the_next_run_ends_as_if_nothing_had_happened() {
        scene.run();
        List<String> undisturbed = scene.names();
        int writes = cluster.writes.size();
        for (int at = 0; at < writes; at++) {
            cluster = scene.anew();
            cluster.writesLeft = at;
            assertThatThrownBy(scene::run).isInstanceOf(FakeCluster.Killed.class);
            for (String node : MigrationScene.NODES) {
                assertThat(scene.names()).as("killed at write %d", at).containsAnyOf(node + "-all", node + "-auto-hep");
            }
            cluster.writesLeft = Integer.MAX_VALUE;

            assertThat(scene.run()).as("killed at write %d", at).isInstanceOf(StepOutcome.Succeeded.class);
            assertThat(scene.names()).isEqualTo(undisturbed);
        }
    }

    @Test
    void where_nothing_is_left_to_replace_nothing_is_written() {
        scene.run();
        cluster.writes.clear();

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Succeeded.class,
                        done -> assertThat(done.changes()).isEmpty());
        assertThat(cluster.writes).isEmpty();
    }

    private void refused(String version, String env, int ready, String why) {
        cluster = scene.anew();
        cluster.put(MigrationScene.controllersDeployment(version, env, ready));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.evidence())
                                .anySatisfy(line -> assertThat(line).contains(why)));
        assertThat(cluster.writes).isEmpty();
    }
}
