package io.calicofleet.model.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleaseTraitTest {

    @Test
    void the_file_and_the_constants_are_the_same() {
        assertThat(Json.names(ReleaseTrait.file()))
                .containsExactlyElementsOf(Arrays.stream(ReleaseTrait.values())
                        .map(ReleaseTrait::key)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "HOST_ENDPOINTS_DENY_BY_DEFAULT, v3.13.5, false",
        "HOST_ENDPOINTS_DENY_BY_DEFAULT, v3.14.0, true",
        "HOST_ENDPOINTS_DENY_BY_DEFAULT, v4.0.0, true",
        "LABELS_IN_ANNOTATION, v3.27.5, false",
        "LABELS_IN_ANNOTATION, v3.28.0-0.dev, true",
        "POLICY_NAMES_IN_ANNOTATION, v3.29.3, false",
        "POLICY_NAMES_IN_ANNOTATION, v3.29.4, true",
        "POLICY_NAMES_IN_ANNOTATION, v3.30.0, true",
        "WIREGUARD_PORT_FAILSAFE, v3.14.2, false",
        "WIREGUARD_PORT_FAILSAFE, v3.23.5, true",
        "WIREGUARD_PORT_FAILSAFE, v3.24.0, false"
    })
    void a_trait_is_in_the_releases_the_file_says(ReleaseTrait trait, String version, boolean has) {
        assertThat(trait.isIn(CalicoVersion.parse(version))).isEqualTo(has);
    }

    @Test
    void an_upgrade_brings_what_its_source_lacks() {
        CalicoVersion before = CalicoVersion.of(3, 13, 4);
        CalicoVersion after = CalicoVersion.of(3, 22, 5);

        assertThat(ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.comesBetween(before, after))
                .isTrue();
        assertThat(ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.comesBetween(after, after))
                .isFalse();
        assertThat(ReleaseTrait.TIERS.comesBetween(before, after)).isFalse();
    }
}
