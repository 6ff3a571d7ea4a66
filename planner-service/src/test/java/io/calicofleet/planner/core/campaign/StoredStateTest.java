package io.calicofleet.planner.core.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.CampaignRuns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a shell stores as JSON reads back as the same. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StoredStateTest {

    @Test
    void header_and_clusters_survive_json() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            CampaignState state = CampaignRuns.after(seed);
            List<ClusterState> clusters = new ArrayList<>();
            for (ClusterState cluster : state.clusters().values()) {
                clusters.add(EventJson.read(EventJson.write(cluster), ClusterState.class));
            }
            CampaignHeader header = EventJson.read(EventJson.write(state.header()), CampaignHeader.class);

            assertThat(CampaignState.of(header, clusters)).isEqualTo(state);
        }
    }
}
