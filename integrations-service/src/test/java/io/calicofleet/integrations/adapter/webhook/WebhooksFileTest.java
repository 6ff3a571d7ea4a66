package io.calicofleet.integrations.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.Topic;
import io.calicofleet.integrations.core.Severity;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of endpoints. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebhooksFileTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String HEAD = "apiVersion: calico-fleet/v1\nkind: Webhooks\nendpoints:\n";
    private static final String ENTRY =
            "- {name: ops, url: \"https://hooks.example.com/t/verysecret\", secretFile: ops.secret, types: [step.*]";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSecret() throws IOException {
        Files.writeString(folder.resolve("ops.secret"), SECRET + "\n");
    }

    @Test
    void an_endpoint_is_read_with_its_secret_which_stands_beside_the_file() throws Exception {
        Endpoint endpoint = read(HEAD + ENTRY
                        + ", campaigns: [\"prod-*\"], severity: warning, handshake: false, from: beginning}")
                .getFirst();

        assertThat(endpoint.subscription().topics()).containsExactlyInAnyOrder(Topic.PROGRESS, Topic.VERDICTS);
        assertThat(endpoint.subscription().least()).isEqualTo(Severity.WARNING);
        assertThat(endpoint.handshake()).isFalse();
        assertThat(endpoint.fromBeginning()).isTrue();
        assertThat(endpoint.secrets().sign("msg_1", 1, "body")).startsWith("v1,");
    }

    @Test
    void two_secrets_give_two_signatures_while_one_takes_the_place_of_the_other() throws Exception {
        Files.writeString(folder.resolve("ops.secret"), SECRET + "\nwhsec_" + "QUFB".repeat(10) + "\n");

        assertThat(read(HEAD + ENTRY + "}")
                        .getFirst()
                        .secrets()
                        .sign("msg_1", 1, "body")
                        .split(" "))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_secret_may_be_in_the_environment_and_is_told_to_nobody() throws Exception {
        Endpoint endpoint = read(HEAD
                        + "- {name: ops, url: \"https://h.example.com/verysecret\", secretEnv: OPS, types: [\"*\"]}")
                .getFirst();

        assertThat(endpoint.handshake()).isTrue();
        assertThat(endpoint + " " + endpoint.secrets()).isEqualTo("ops 1 secrets");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "severity: loud|endpoints[0].severity is 'loud'; it is one of info, warning, critical.",
                "format: xml|endpoints[0].format is 'xml'; it is cloudevents or cdevents.",
                "format: cdevents|endpoints[0] needs page beside format: cdevents",
                "page: https://fleet.example.com|endpoints[0].page is for format: cdevents alone.",
                "format: cdevents, page: verysecret|endpoints[0].page is no address such as",
                "from: monday|endpoints[0].from is 'monday'; it is now or beginning.",
                "secretEnv: OPS|endpoints[0] needs secretFile or secretEnv, and not both.",
                "colour: red|endpoints[0].colour is unknown; there are campaigns, format, from, handshake",
            })
    void what_is_wrong_is_told_with_its_place(String wrong, String message) {
        refused(HEAD + ENTRY + ", " + wrong + "}", message);
    }

    @Test
    void types_that_there_are_not_and_those_for_services_alone_are_refused() {
        refused(
                HEAD + ENTRY.replace("step.*", "step.*, checks.observed") + "}",
                "'checks.observed' is none of cluster.announced,");
        refused(HEAD + ENTRY.replace("[step.*]", "[]") + "}", "endpoints[0].types is empty");
    }

    @Test
    void an_endpoint_is_told_cdevents_of_those_types_that_become_some() throws Exception {
        String cdevents = ", format: cdevents, page: \"https://fleet.example.com\"}";

        assertThat(read(HEAD + ENTRY + cdevents).getFirst().page()).hasToString("https://fleet.example.com");
        refused(
                HEAD + ENTRY.replace("step.*", "step.held") + cdevents,
                "endpoints[0].types has nothing that becomes a CDEvent; these do: campaign.created");
    }

    @Test
    void a_name_stands_for_one_endpoint_and_a_file_has_some() {
        refused(HEAD + ENTRY + "}\n" + ENTRY + "}", "endpoints[1].name is 'ops' once more");
        refused(HEAD + ENTRY.replace("ops,", "Ops!,") + "}", "endpoints[0].name is no name");
        refused(HEAD + "- {name: ops}", "endpoints[0] needs name, url and types.");
        refused("kind: Webhooks\n", "begins with `apiVersion: calico-fleet/v1` and `kind: Webhooks`");
        refused(HEAD.replace("endpoints:", "endpoints: []"), "has no endpoints");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h.example.com/verysecret",
                "https://a:verysecret@h.example.com/",
                "/verysecret",
                "https:// verysecret"
            })
    void an_address_that_is_none_is_refused_without_telling_it(String url) {
        assertThatThrownBy(() -> read(HEAD + ENTRY.replace("https://hooks.example.com/t/verysecret", url) + "}"))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining("endpoints[0].url is no address such as")
                .hasMessageNotContaining("verysecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "verysecret", "whsec_verysecret!", "whsec_dmVyeXNlY3JldA=="})
    void a_secret_that_is_none_is_refused_without_telling_it(String secret) throws IOException {
        Files.writeString(folder.resolve("ops.secret"), secret);

        assertThatThrownBy(() -> read(HEAD + ENTRY + "}"))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining("endpoints[0]: the file ops.secret holds")
                .hasMessageContaining("openssl rand -base64 32")
                .hasMessageNotContaining("verysecret")
                .hasMessageNotContaining("dmVyeXNlY3JldA");
    }

    @Test
    void a_secret_that_is_not_there_is_told() throws IOException {
        Files.delete(folder.resolve("ops.secret"));

        refused(HEAD + ENTRY + "}", "endpoints[0]: the file ops.secret cannot be read");
    }

    private void refused(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining(message);
    }

    private List<Endpoint> read(String text) throws Exception {
        Path file = folder.resolve("webhooks.yaml");
        Files.writeString(file, text);
        return WebhooksFile.read(file, name -> Map.of("OPS", SECRET).get(name));
    }
}
