package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which token the planner knows who types. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TokensTest {

    private final FakePlanner planner = new FakePlanner();

    @TempDir
    private Path folder;

    private String campaign = "";

    @BeforeEach
    void write() throws IOException {
        campaign = Files.writeString(folder.resolve("campaign.yaml"), """
                        apiVersion: calico-fleet/v1
                        kind: Campaign
                        name: calico-3-22
                        target: v3.22.5
                        clusters: {all: true}
                        """).toString();
    }

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void who_has_no_token_there_is_told() throws IOException {
        Run run = run("apply", "-f", campaign, "--token-file", tokens(), "--actor", "eve");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("tokens has no token of eve");
        assertThat(planner.asked()).isEmpty();
    }

    @Test
    void who_gets_a_token_is_known_by_it() throws IOException {
        planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\",\"event\":\"e1\"}");
        assertThat(run("token", "add", "eve", "ada", "--token-file", tokens()).out())
                .contains("eve has a token in", "ada has a token in", "already");
        run("apply", "-f", campaign, "--token-file", folder.resolve("tokens").toString(), "--actor", "eve");
        assertThat(planner.posted().token()).hasSizeGreaterThan(40).startsWith("cft_");
        assertThat(run("token", "add", "no body", "--token-file", tokens()).exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void who_is_not_known_is_told_what_to_name() throws IOException {
        planner.on("POST", "/campaigns", 401, "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"Who?\"}");
        Run run = run("apply", "-f", campaign);
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("Unauthorized: Who?", "--token-file FILE", " login");
    }

    @Test
    void whoami_says_who_and_for_what() {
        planner.on("GET", "/whoami", 200, """
                {"name":"ada","subject":"s-1","issuer":"https://login.example.com","authenticatedBy":"oidc","groups":["net-ops"],
                 "grants":[{"role":"operator","campaigns":["web-*"],"clusters":{"names":[],"matchLabels":{"env":"prod"},"all":false}},
                           {"role":"viewer","campaigns":[],"clusters":null}]}
                """);
        assertThat(run("whoami").out()).isEqualTo("""
                ada, by a login at https://login.example.com
                groups: net-ops
                operator for campaigns web-* on clusters env=prod
                viewer for every campaign
                """);
    }

    @Test
    void glass_is_broken_by_an_approval_that_says_so() {
        planner.on("POST", "/campaigns/c/approve", 202, "{}");
        run("approve", "c", "--reason", "all are away", "--break-glass");
        assertThat(planner.posted().body()).contains("\"breakGlass\":true");
    }

    private String tokens() throws IOException {
        return Files.writeString(folder.resolve("tokens"), "# people\nbob cft_bob\nada cft_ada\n")
                .toString();
    }

    private Run run(String... arguments) {
        return Run.of(Stream.concat(Arrays.stream(arguments), Stream.of("--server", planner.url()))
                .toArray(String[]::new));
    }
}
