package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back within the campaign that upgraded, and where it is refused. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WayBackIT {

    private static final String SENTENCE = "From v3.28 on labels are stored elsewhere.";

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.calico("c01");
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void a_campaign_goes_back_to_its_own_backup_and_can_upgrade_again() {
        succeeded(backup(List.of()));
        succeeded(executor.run(StepKind.UPGRADE, 1));
        assertThat(image()).endsWith(":v3.22.5");

        succeeded(rollback(1));
        assertThat(image()).endsWith(":v3.13.4");

        succeeded(executor.run(StepKind.UPGRADE, 2));
        assertThat(image()).endsWith(":v3.22.5");
        succeeded(rollback(2));
        assertThat(image()).endsWith(":v3.13.4");
    }

    @Test
    void it_is_refused_before_the_first_write_where_it_cannot_be_promised() {
        succeeded(backup(List.of(SENTENCE)));
        succeeded(executor.run(StepKind.UPGRADE, 1));

        assertThat(rollback(1)).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.ROLLBACK_REFUSED);
            assertThat(failed.message()).contains(SENTENCE, "calico-fleet-backup-c1-*");
        });
        assertThat(image()).endsWith(":v3.22.5");
    }

    @Test
    void it_is_not_refused_while_nothing_of_the_install_was_changed() {
        succeeded(backup(List.of(SENTENCE)));
        succeeded(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1));

        succeeded(rollback(1));
        assertThat(cluster.list("crd.projectcalico.org/v1", "GlobalNetworkPolicy", ""))
                .isEmpty();
    }

    private StepProgress backup(List<String> noWayBack) {
        StepRequested plain = executor.request(StepKind.BACKUP, 1, OnConflict.KEEP_MINE, List.of());
        return executor.run(
                new StepRequested(plain.step(), List.of(), plain.parameters().withNoWayBack(noWayBack), "please"));
    }

    private StepProgress rollback(int ordinal) {
        StepId step = new StepId(CampaignName.of("c1"), ClusterId.of("c01"), StepKind.RESTORE, ordinal);
        return executor.run(new StepRequested(step, List.of(), StepParameters.NONE, "please"));
    }

    private String image() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    private static void succeeded(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
    }
}
