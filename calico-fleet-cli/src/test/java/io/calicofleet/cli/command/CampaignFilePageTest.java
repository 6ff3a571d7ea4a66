package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The reference page has what {@code explain campaign} says. {@code -Dgolden.update} writes it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignFilePageTest {

    private static final Path PAGE = Path.of("../docs/reference/campaign-file.md");

    @Test
    void the_page_is_up_to_date() throws IOException {
        String page = page();
        if (System.getProperty("golden.update") != null) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE))
                .as("%s; write it anew with -Dgolden.update", PAGE)
                .isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
        <!-- Written from campaign.schema.json; do not edit. To write it anew:
             ./mvnw -pl calico-fleet-cli -am verify -Dtest=CampaignFilePageTest -Dsurefire.failIfNoSpecifiedTests=false -DskipITs -Dgolden.update -->

        # The campaign file

        What `./calico-fleet apply -f` takes, as YAML or JSON. Only `apiVersion`, `kind`, `name`, `clusters` and, for an
        upgrade, `target` have to be there. A field that is not listed here is an error, with a suggestion. The JSON Schema is
        [`campaign.schema.json`](../../event-contract/src/main/resources/schemas/campaign.schema.json); editors that know JSON Schema
        complete and check with it.

        ```yaml
        apiVersion: calico-fleet/v1
        kind: Campaign
        name: calico-3-22
        target: v3.22.5
        clusters: {matchLabels: {env: prod}}
        waves:
          - {name: canary, clusters: {names: [a]}, maxConcurrent: 1, soak: PT1H}
          - {name: rest}
        maxConcurrent: 25%
        failureBudget: {maxFailures: 1}
        gates:
          pods: {deadline: PT15M}
          version: {deadline: PT5M}
          hostEndpointTraffic: {mode: required, observe: PT30M}
        customisations: {onConflict: hold}
        ```

        Durations are ISO 8601: `PT15M`, `PT1H30M`, `P1D`. A quantity is a number or a share such as `25%`.
        `./calico-fleet explain campaign.gates.pods` says the same of each field, `init` writes a file from the clusters it sees, and `example` has some to begin with.

        | field | type | default | meaning |
        | --- | --- | --- | --- |
        """);
        CampaignField.file().all().stream()
                .filter(field -> !field.path().isEmpty())
                .forEach(field -> page.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                field.path().replaceFirst("\\[]$", ""),
                                field.type(),
                                fallback(field),
                                meaning(field))));
        return page.toString();
    }

    private static String fallback(CampaignField field) {
        String fallback = field.fallback();
        return field.required()
                ? "required"
                : fallback.isEmpty() || fallback.contains(" ") || fallback.matches("anybody|one|before")
                        ? fallback
                        : "`" + fallback + "`";
    }

    private static String meaning(CampaignField field) {
        String constants = field.constants().entrySet().stream()
                .map(constant -> "`" + constant.getKey() + "`"
                        + (constant.getValue().isEmpty() ? "" : ": " + constant.getValue()))
                .collect(Collectors.joining(field.constants().containsValue("") ? ", " : " "));
        String allowed = field.allowed().isEmpty()
                ? ""
                : " " + Character.toUpperCase(field.allowed().charAt(0))
                        + field.allowed().substring(1) + ".";
        return field.meaning() + allowed + (constants.isEmpty() ? "" : " " + constants);
    }
}
