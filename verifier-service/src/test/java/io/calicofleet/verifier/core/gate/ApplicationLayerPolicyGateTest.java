package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApplicationLayerPolicyGateTest {

    private static final GateCase DONE =
            GateCase.of(GateKind.APPLICATION_LAYER_POLICY, "passes-when-every-workload-runs-the-target");

    @Test
    void a_build_of_the_target_is_not_older() {
        assertThat(DONE.with("/dikastes/0/image", "docker.io/calico/dikastes:v3.22.5-amd64")
                        .missing())
                .isEmpty();
        assertThat(DONE.with("/dikastes/0/image", "docker.io/calico/dikastes:v3.22.4-amd64")
                        .missing())
                .hasSize(1);
    }
}
