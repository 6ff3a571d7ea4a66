package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ValueTypesTest {

    @Nested
    class Quantities {

        @ParameterizedTest
        @CsvSource({
            "0,10,0",
            "3,10,3",
            "30,10,30",
            "25%,12,3",
            "25%,10,2",
            "1%,10,1",
            "0%,10,0",
            "100%,10,10",
            "25%,0,1"
        })
        void a_ceiling_is_rounded_down_but_lets_at_least_one_go(String quantity, int total, int most) {
            assertThat(Quantity.parse(quantity).atMostOf(total)).isEqualTo(most);
        }

        @ParameterizedTest
        @CsvSource({"0,10,0", "3,10,3", "30,10,10", "90%,11,10", "100%,10,10", "1%,10,1", "0%,10,0", "50%,0,0"})
        void a_floor_is_rounded_up_and_never_above_the_total(String quantity, int total, int least) {
            assertThat(Quantity.parse(quantity).atLeastOf(total)).isEqualTo(least);
        }

        @Test
        void a_share_of_the_largest_total_does_not_overflow() {
            assertThat(Quantity.parse("99%").atMostOf(Integer.MAX_VALUE)).isEqualTo(2126008810);
            assertThat(Quantity.parse("100%").atLeastOf(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-1", "101%", "3.5", "25 %", "a", "9999999999"})
        void refuses_what_is_no_quantity(String text) {
            assertThatIllegalArgumentException().isThrownBy(() -> Quantity.parse(text));
        }

        @ParameterizedTest
        @CsvSource({"3,3", "\"3\",3", "\"25%\",\"25%\""})
        void a_number_stays_a_number_in_json(String in, String out) throws IOException {
            assertThat(Schemas.JSON.writeValueAsString(Schemas.JSON.readValue(in, Quantity.class)))
                    .isEqualTo(out);
        }
    }

    @Nested
    class StepIds {

        @ParameterizedTest
        @EnumSource(StepKind.class)
        void a_step_id_comes_back_as_it_was_written(StepKind kind) {
            StepId step = new StepId(CampaignName.of("calico-3-22"), ClusterId.of("eu.west-1"), kind, 12);

            assertThat(StepId.parse(step.encode())).isEqualTo(step);
            assertThat(step).hasToString("calico-3-22/eu.west-1/" + kind.encode() + "/12");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "a/b/upgrade",
                    "a/b/upgrade/1/2",
                    "a/b/upgrade/0",
                    "a/b/upgrade/-1",
                    "a/b/upgrade/+1",
                    "a/b/upgrade/01",
                    "a/b/upgrade/one",
                    "a/b/upgrade/99999999999",
                    "a/b/dance/1",
                    "A/b/upgrade/1",
                    "a//upgrade/1"
                })
        void refuses_what_is_no_step_id(String text) {
            assertThatIllegalArgumentException().isThrownBy(() -> StepId.parse(text));
        }
    }

    @Nested
    class Names {

        @ParameterizedTest
        @ValueSource(
                strings = {"a", "0", "calico-3-22", "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-123456789"})
        void a_campaign_and_a_wave_are_named_like_dns_labels(String name) {
            assertThat(CampaignName.of(name)).hasToString(name);
            assertThat(WaveName.of(name)).hasToString(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a/b", "a_b", "a b", "ä"})
        void other_names_are_refused_with_the_rule(String name) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CampaignName.of(name))
                    .withMessageContaining("lower-case letters");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WaveName.of(name))
                    .withMessageContaining("lower-case letters");
        }

        @Test
        void sixty_three_characters_are_enough_for_a_campaign_and_253_for_a_cluster() {
            assertThat(CampaignName.of("a".repeat(63)).value()).hasSize(63);
            assertThatIllegalArgumentException().isThrownBy(() -> CampaignName.of("a".repeat(64)));
            assertThat(ClusterId.of("a".repeat(253)).value()).hasSize(253);
            assertThatIllegalArgumentException().isThrownBy(() -> ClusterId.of("a".repeat(254)));
        }

        @Test
        void a_cluster_may_have_dots_as_a_file_name_has() {
            assertThat(ClusterId.of("eu.west-1.prod")).hasToString("eu.west-1.prod");
            assertThatIllegalArgumentException().isThrownBy(() -> ClusterId.of("../etc"));
            assertThatIllegalArgumentException().isThrownBy(() -> ClusterId.of("a/b"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P3661D", "PT2562047788015215H30M7S"})
    void a_duration_that_nobody_means_is_refused(String duration) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GateRequirement.of(GateKind.PODS, Duration.parse(duration)))
                .withMessageStartingWith("deadline is");
    }
}
