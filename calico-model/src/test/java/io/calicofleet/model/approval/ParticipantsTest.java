package io.calicofleet.model.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.WaveName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ParticipantsTest {

    @Test
    void every_cluster_is_proven_with_its_wave_and_with_no_other() {
        for (int size = 1; size <= 40; size++) {
            Map<ClusterId, WaveName> waves = fleet(size);
            Participants all = Participants.of(waves);
            waves.forEach((cluster, wave) -> {
                List<String> path = all.path(cluster);
                assertThat(Participants.root(wave, cluster, path)).hasValue(all.root());
                assertThat(Participants.root(WaveName.of("other"), cluster, path))
                        .isPresent()
                        .get()
                        .isNotEqualTo(all.root());
                assertThat(Participants.root(wave, ClusterId.of("stranger"), path)
                                .orElseThrow())
                        .isNotEqualTo(all.root());
            });
        }
    }

    @Test
    void another_cluster_or_another_wave_is_another_root() {
        Map<ClusterId, WaveName> waves = fleet(7);
        String root = Participants.of(waves).root();
        waves.put(ClusterId.of("c3"), WaveName.of("other"));
        assertThat(Participants.of(waves).root()).isNotEqualTo(root);
        waves.putAll(fleet(8));
        assertThat(Participants.of(waves).root()).isNotEqualTo(root);
        assertThat(Participants.of(fleet(7)).root()).isEqualTo(root);
    }

    @Test
    void what_is_no_path_has_no_root_and_who_takes_no_part_no_path() {
        assertThat(Participants.root(WaveName.of("w1"), ClusterId.of("c1"), List.of("<short")))
                .isEmpty();
        assertThatThrownBy(() -> Participants.of(fleet(3)).path(ClusterId.of("stranger")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stranger takes no part");
    }

    private static Map<ClusterId, WaveName> fleet(int size) {
        Map<ClusterId, WaveName> waves = new HashMap<>();
        for (int i = 1; i <= size; i++) {
            waves.put(ClusterId.of("c" + i), WaveName.of("w" + i % 3));
        }
        return waves;
    }
}
