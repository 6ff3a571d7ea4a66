package io.calicofleet.executor.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Profiles as the cluster inventory API has them, and the file of providers that its library reads. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterProfilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = """
            {"providers": [{"name": "secretreader", "execConfig": {"apiVersion": "client.authentication.k8s.io/v1",
              "args": null, "command": "secretreader-plugin", "env": null, "provideClusterInfo": true}}]}
            """;
    private static final String CLUSTER = """
            {"server": "https://10.0.0.1:6443", "certificate-authority-data": "%s", "extensions":
              [{"name": "client.authentication.k8s.io/exec", "extension": {"clusterName": "eu-1"}}]}
            """.formatted(Objects.PEM);

    @Test
    void the_program_of_the_provider_signs_in_and_is_told_what_the_profile_says() throws IOException {
        Offer.Access access = (Offer.Access) offer("{\"accessProviders\": [{\"name\": \"other\", \"cluster\": {}},"
                + " {\"name\": \"secretreader\", \"cluster\": " + CLUSTER + "}]}");

        assertThat(access.cluster()).isEqualTo(ClusterId.of("eu-1"));
        assertThat(access.labels()).isEqualTo(Map.of("env", "prod"));
        assertThat(access.origin().object()).isEqualTo("ClusterProfile ns/eu-1");
        JsonNode exec = access.kubeconfig().at("/users/0/user/exec");
        assertThat(exec.path("command").asText()).isEqualTo("secretreader-plugin");
        assertThat(exec.path("interactiveMode").asText()).isEqualTo("Never");
        assertThat(access.kubeconfig()
                        .at("/clusters/0/cluster/extensions/0/extension/clusterName")
                        .asText())
                .isEqualTo("eu-1");
    }

    @Test
    void the_older_name_of_the_list_is_read_and_the_newer_one_counts() throws IOException {
        String older = "\"credentialProviders\": [{\"name\": \"secretreader\", \"cluster\": " + CLUSTER + "}]";
        assertThat(offer("{" + older + "}")).isInstanceOf(Offer.Access.class);

        Offer.Access access = (Offer.Access) offer("{" + older
                + ", \"accessProviders\": [{\"name\": \"secretreader\", \"cluster\": "
                + CLUSTER.replace("10.0.0.1", "10.0.0.2")
                + "}]}");
        assertThat(access.kubeconfig().at("/clusters/0/cluster/server").asText())
                .contains("10.0.0.2");
    }

    @Test
    void a_profile_without_an_access_of_ours_says_what_is_missing() throws IOException {
        assertThat(((Offer.Unusable) offer("{}")).problem()).contains("its status has no accessProviders");
        assertThat(((Offer.Unusable) offer("{\"accessProviders\": [{\"name\": \"gke\", \"cluster\": {}}]}")).problem())
                .isEqualTo("its access providers are gke, and executor.sources.access-providers has none of them;"
                        + " it has secretreader");
        assertThat(((Offer.Unusable) offer("{\"accessProviders\": [{\"name\": \"secretreader\"}]}")).problem())
                .contains("it has no server");
        assertThat(((Offer.Unusable) offer("{\"accessProviders\": [{\"name\": \"secretreader\", \"cluster\": "
                                + "{\"server\": \"https://x\", \"certificate-authority\": \"/etc/passwd\"}}]}"))
                        .problem())
                .contains("certificate-authority, which names a file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                                                       | no list of providers
                    {"providers": [{}]}                                                                      | a name of its own
                    {"providers": [{"name": "a"}]}                                                           | the provider a has no execConfig with a command
                    {"providers": [{"name": "a", "execConfig": {"command": "x", "shell": true}}]}            | the field shell
                    {"providers": [{"name": "a", "execConfig": {"command": "x"}, "profileSourcedCLIArgsPolicy": "Append"}]} | profileSourcedCLIArgsPolicy: Append, which is not supported
                    """)
    void a_file_of_another_form_is_refused(String file, String message) {
        assertThatThrownBy(() -> ClusterProfiles.providers(JSON.readTree(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Offer offer(String status) throws IOException {
        List<ClusterProfiles.Provider> providers = ClusterProfiles.providers(JSON.readTree(FILE));
        ObjectNode profile =
                Objects.object("multicluster.x-k8s.io/v1alpha1", "ClusterProfile", "eu-1", Map.of("env", "prod"));
        profile.set("status", JSON.readTree(status));
        return ClusterProfiles.offer(profile, providers);
    }
}
