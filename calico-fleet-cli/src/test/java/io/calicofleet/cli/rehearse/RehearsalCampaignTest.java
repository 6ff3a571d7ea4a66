package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RehearsalCampaignTest {

    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.28.5");

    private static JsonNode file(String fields) {
        return Json.yamlDocuments("{apiVersion: calico-fleet/v1, kind: Campaign, name: theirs, clusters: {all: true}, "
                        + fields + "}")
                .getFirst();
    }

    @Test
    void without_a_file_it_has_the_defaults_with_times_of_a_fast_cluster() {
        RehearsalCampaign campaign = RehearsalCampaign.of(null, TARGET, "one");

        assertThat(campaign.document().toString())
                .isEqualTo(
                        "{\"apiVersion\":\"calico-fleet/v1\",\"kind\":\"Campaign\",\"name\":\"rehearsal\",\"target\":\"v3.28.5\","
                                + "\"clusters\":{\"names\":[\"one\"]},\"gates\":{\"pods\":{\"deadline\":\"PT1M30S\"},"
                                + "\"version\":{\"deadline\":\"PT1M\"},"
                                + "\"hostEndpointTraffic\":{\"observe\":\"PT5S\",\"deadline\":\"PT30S\"}}}");
        assertThat(campaign.adjusted()).isEmpty();
    }

    @Test
    void what_a_file_says_of_the_upgrade_stays_and_what_is_otherwise_is_told() {
        RehearsalCampaign campaign = RehearsalCampaign.of(
                file(
                        "target: v3.28.5, waves: [{name: canary}], maxConcurrent: 10%, customisations: {onConflict: keep-mine},"
                                + " gates: {pods: {deadline: PT20M, expectedReady: 2/2}, version: {deadline: PT30S}},"
                                + " hostEndpoints: {migrateToAutomatic: true}"),
                null,
                "one");

        assertThat(campaign.target()).isEqualTo(TARGET);
        assertThat(campaign.document().at("/customisations/onConflict").asText())
                .isEqualTo("keep-mine");
        assertThat(campaign.document().at("/gates/pods/expectedReady").asText()).isEqualTo("2/2");
        assertThat(campaign.document().at("/gates/version/deadline").asText()).isEqualTo("PT30S");
        assertThat(campaign.document().at("/hostEndpoints/deadline").asText()).isEqualTo("PT1M");
        assertThat(campaign.document().has("waves")).isFalse();
        assertThat(campaign.adjusted())
                .containsExactly(
                        "waves is left out: there is one cluster, and it begins at once",
                        "maxConcurrent is left out: there is one cluster, and it begins at once",
                        "gates.pods.deadline is PT1M30S in place of PT20M");
    }

    @Test
    void what_is_wrong_in_the_file_is_left_for_the_planner_to_tell() {
        RehearsalCampaign campaign = RehearsalCampaign.of(file("gates: 7, color: red"), TARGET, "one");

        assertThat(campaign.document().path("gates").asInt()).isEqualTo(7);
        assertThat(campaign.document().path("color").asText()).isEqualTo("red");
    }

    @Test
    void one_target_is_needed_and_only_an_upgrade_can_be_rehearsed() {
        assertThatThrownBy(() -> RehearsalCampaign.of(null, null, "one")).hasMessageContaining("which release?");
        assertThatThrownBy(() -> RehearsalCampaign.of(file("target: v3.27.0"), TARGET, "one"))
                .hasMessageContaining("--target is v3.28.5, and the campaign's target v3.27.0");
        assertThatThrownBy(() -> RehearsalCampaign.of(file("target: newest"), null, "one"))
                .hasMessageContaining("'newest' is no release of Calico");
        assertThatThrownBy(() -> RehearsalCampaign.of(file("procedure: restore"), TARGET, "one"))
                .hasMessageContaining("only an upgrade can be");
    }
}
