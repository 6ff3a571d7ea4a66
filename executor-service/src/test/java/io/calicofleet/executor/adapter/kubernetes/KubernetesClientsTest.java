package io.calicofleet.executor.adapter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.calicofleet.executor.port.HelmEngine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesClientsTest {

    private static final String WHOLE = """
            apiVersion: v1
            clusters:
            - cluster: {server: "https://127.0.0.1:6443"}
              name: c
            contexts:
            - context: {cluster: c, user: u}
              name: c
            current-context: c
            kind: Config
            users:
            - name: u
              user: {token: hush-hush}
            """;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(
            vertx,
            Duration.ofSeconds(5),
            kubeconfig -> HelmEngine.NONE,
            "test",
            Set.of("no-such-program-here", "./sign-in", "sh"));

    @AfterEach
    void stop() {
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_kubeconfig_is_opened_without_asking_the_server() throws IOException {
        try (KubernetesApi api = clients.open(write(WHOLE))) {
            assertThat(api.server()).isEqualTo("https://127.0.0.1:6443");
        }
    }

    @Test
    void a_file_that_is_half_written_is_refused_wherever_it_ends() throws IOException {
        for (int length = 0; length < WHOLE.indexOf("hush-hush"); length++) {
            refused(WHOLE.substring(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{token: hush-hush, client-certificate-data: aHVzaA==, client-key-data: aHVzaC1odXNo}",
                "{token: hush-hush, client-certificate-data: hush-hush, client-key-data: hush-hush}",
                "{token: hush-hush, token",
                "hush-hush: [{token: hush-hush}]: hush-hush",
                "-----BEGIN RSA PRIVATE KEY-----\nhush-hush: [",
            })
    void what_is_in_a_file_that_cannot_be_used_is_told_nobody(String user) throws IOException {
        IOException refused = refused(WHOLE.replace("{token: hush-hush}", user));

        StringWriter everything = new StringWriter();
        refused.printStackTrace(new PrintWriter(everything));
        assertThat(everything.toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{exec: {command: no-such-program-here}} | the program no-such-program-here is not on the executor's host",
                "{exec: {command: ./sign-in}}            | the program ./sign-in is not on the executor's host",
                "{exec: {command: sh, args: [hush-hush]}} | the apiVersion of its exec plugin is ''; there are client.authentication.k8s.io/v1",
                "{exec: {command: aws, args: [hush-hush]}} | the exec plugin aws, and this executor runs none that executor.exec-plugins does not name; it names ./sign-in",
                "{exec: {command: sh, interactiveMode: Always}} | interactiveMode: Always, and there is nobody to ask",
                "{exec: {command: sh, apiVersion: client.authentication.k8s.io/v1}} | has no interactiveMode, which client.authentication.k8s.io/v1 asks for: say Never or IfAvailable",
                "{exec: {command: sh, apiVersion: client.authentication.k8s.io/v1, interactiveMode: never}} | is 'never'; there are Never, IfAvailable, Always",
                "{exec: {args: [hush-hush]}}             | the program is not given",
                "{auth-provider: {name: gcp, config: {cmd-args: hush-hush}}} | the auth-provider gcp, which is not supported",
                "{token: hush-hush, tokenFile: /var/hush} | a tokenFile, which is not supported: put the token itself into the kubeconfig",
                "{token: hush-hush, as: hush}             | acts as another one (as), which is not supported",
                "{token: hush-hush, as-groups: [hush]}    | acts as another one (as), which is not supported",
            })
    void a_user_nobody_can_sign_in_as_is_refused(String user, String why) throws IOException {
        IOException refused = refused(WHOLE.replace("{token: hush-hush}", user));

        assertThat(refused).hasMessageContaining(why).hasMessageNotContaining("hush");
    }

    @Test
    void a_relative_path_is_looked_for_beside_the_kubeconfig() throws IOException {
        IOException refused =
                refused(WHOLE.replace("{token: hush-hush}", "{client-certificate: mine.crt, client-key: mine.key}"));

        assertThat(refused).hasMessageContaining(directory.resolve("mine.").toString());
        assertThat(
                        refused(
                                WHOLE.replace("6443\"}", "6443\", certificate-authority: mine.pem}")
                                        .replace(
                                                "{token: hush-hush}",
                                                "{exec: {command: sh, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}")))
                .hasMessageContaining(directory.resolve("mine.pem").toString());
    }

    @Test
    void a_server_name_that_would_be_ignored_is_refused() throws IOException {
        IOException refused = refused(WHOLE.replace("6443\"}", "6443\", tls-server-name: kubernetes}"));

        assertThat(refused).hasMessageContaining("tls-server-name");
    }

    private IOException refused(String text) throws IOException {
        Path file = write(text);
        IOException refused =
                catchThrowableOfType(IOException.class, () -> clients.open(file).close());
        assertThat(refused).as(text).isNotNull();
        return refused;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("c.yaml"), text);
    }
}
