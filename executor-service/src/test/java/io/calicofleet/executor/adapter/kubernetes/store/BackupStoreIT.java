package io.calicofleet.executor.adapter.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.engine.ForwardingCluster;
import io.calicofleet.executor.engine.SimulatedFleet;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ResourceRef;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BackupStoreIT {

    private static final CampaignName CAMPAIGN = CampaignName.of("c1");
    private static final ResourceRef SETTINGS = new ResourceRef("v1", "ConfigMap", "kube-system", "calico-config");

    @TempDir
    private Path directory;

    @Test
    void an_answer_lost_while_recording_costs_nothing() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            // Given
            ClusterApi api = new LosingOneAnswer(fleet.api(fleet.calico("c01")));
            BackupStore backups = new BackupStore(api, ObjectLabels.UPGRADE, InstantSource.system());
            backups.take(CAMPAIGN, SimulatedFleet.SOURCE, List.of(), Map.of());
            // When
            backups.record(CAMPAIGN, SETTINGS);
            // Then
            assertThat(backups.of(CAMPAIGN).orElseThrow().objects()).containsOnlyKeys(SETTINGS.key());
        }
    }

    /** Makes the first replacement, whose repetition then is a conflict with itself. */
    private static final class LosingOneAnswer extends ForwardingCluster {

        private boolean lost;

        LosingOneAnswer(ClusterApi cluster) {
            super(cluster);
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            T answer = call.get();
            if (!lost && object.path("metadata").has("resourceVersion")) {
                lost = true;
                throw new ClusterException(ClusterException.Problem.CONFLICT, "the object has been modified", null);
            }
            return answer;
        }
    }
}
