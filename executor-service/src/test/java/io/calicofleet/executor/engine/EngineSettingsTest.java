package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EngineSettingsTest {

    private static final ClusterId C01 = ClusterId.of("c01");

    @Test
    void two_names_of_one_cluster_are_two_holders_of_its_lease() {
        assertThat(settings("r1").holder(C01))
                .isEqualTo("e1/r1 as c01")
                .isNotEqualTo(settings("r1").holder(ClusterId.of("c02")));
    }

    @Test
    void the_lease_of_a_run_that_is_over_is_known_to_be_over_also_where_it_names_no_cluster() {
        EngineSettings settings = settings("r2");
        assertThat(settings.isHolderOver("e1/r1 as c01")).isTrue();
        assertThat(settings.isHolderOver("e1/r1"))
                .as("as earlier releases wrote it")
                .isTrue();
        for (String other : new String[] {"e1/r2 as c01", "e1/r2", "e2/r1 as c01", "e1", "e1/r1/c01", " as c01", ""}) {
            assertThat(settings.isHolderOver(other)).as(other).isFalse();
        }
    }

    private static EngineSettings settings(String run) {
        Duration any = Duration.ofSeconds(1);
        return new EngineSettings(
                "e1", run, EngineSettings.holder("e1", "r1")::equals, any, any, any, any, any, any, any, any);
    }
}
