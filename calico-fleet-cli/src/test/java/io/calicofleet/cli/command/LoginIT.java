package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.broker.FreePorts;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Provider;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.Credentials;
import io.calicofleet.cli.client.Credentials.Kept;
import io.calicofleet.cli.client.DeviceLogin;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.simulator.kubernetes.http.Tls;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A person logs in at a real OpenID provider, and the packaged planner knows them by the token that comes of it. */
@Isolated("sets the home of this JVM")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoginIT {

    private static final Path PLANNER =
            Path.of(System.getProperty("calico-fleet.home"), "planner-service/target/quarkus-app/quarkus-run.jar");

    private static final Pattern OPEN = Pattern.compile("Open {3}(\\S+)\n");

    @TempDir
    private Path folder;

    @Test
    void a_browser_says_yes_and_the_planner_knows_who_it_is_until_they_log_out() throws Exception {
        assumeTrue(Files.exists(PLANNER), "not packaged, run ./mvnw verify at the top");
        String home = System.setProperty("user.home", folder.toString());
        Process planner = null;
        try (Provider provider = new Provider()) {
            int port = FreePorts.next();
            Tls tls = Tls.create();
            Path ca = Files.writeString(folder.resolve("ca.pem"), tls.certificatePem());
            planner = planner(provider.url(), port, tls);
            URI server = URI.create("https://127.0.0.1:" + port);
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> !new FleetClient(server, () -> "", Optional.of(CaFile.trust(ca)))
                            .get("/login")
                            .isEmpty());
            ByteArrayOutputStream told = new ByteArrayOutputStream();
            Terminal terminal = new Terminal(
                    InputStream.nullInputStream(),
                    new PrintStream(told, true, StandardCharsets.UTF_8),
                    new PrintStream(told, true, StandardCharsets.UTF_8),
                    Map.of());
            FutureTask<Integer> login = new FutureTask<>(() -> Commands.line(terminal)
                    .execute("login", "--server", server.toString(), "--ca-file", ca.toString()));
            Thread.ofVirtual().start(login);
            saysYes(await().atMost(Duration.ofMinutes(1))
                    .until(() -> OPEN.matcher(told.toString(StandardCharsets.UTF_8)), Matcher::find)
                    .group(1));
            assertThat(login.get(1, TimeUnit.MINUTES)).isEqualTo(ExitCodes.OK);
            assertThat(told.toString(StandardCharsets.UTF_8)).endsWith("ada is logged in at " + server + "\n");
            Kept kept = Credentials.ofUser().of(server).orElseThrow();
            assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain(String.valueOf(kept.accessToken()));

            // Whoever does not believe the certificate sends nothing, and is told how to.
            Run unbelieved = Run.of("whoami", "--server", server.toString());
            assertThat(unbelieved.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(unbelieved.err()).contains("shows no certificate that is believed here", "--ca-file");
            // Nothing is answered without TLS.
            Run plain = Run.of("whoami", "--server", "http://127.0.0.1:" + port);
            assertThat(plain.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);

            assertThat(whoami(server, ca).out())
                    .isEqualTo("ada, by a login at " + provider.url()
                            + "\ngroups: net-ops\noperator for campaigns web-*\n");
            Path file = folder.resolve(".calico-fleet/credentials/127.0.0.1_" + port + ".json");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(kept.toString()).doesNotContain(String.valueOf(kept.accessToken()));

            // A token that has ended is had anew.
            DeviceLogin later =
                    new DeviceLogin(() -> InstantSource.system().instant().plus(Duration.ofHours(1)));
            Optional<Kept> fresh = later.fresh(kept);
            assertThat(fresh).isPresent();
            assertThat(fresh.orElseThrow().accessToken()).isNotEqualTo(kept.accessToken());

            assertThat(Run.of("logout", "--server", server.toString()).out()).contains("logged out of " + server);
            Run unknown = whoami(server, ca);
            assertThat(unknown.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(unknown.err()).contains("Unauthorized", " login");
        } finally {
            System.setProperty("user.home", home);
            if (planner != null) {
                planner.destroy();
                assertThat(planner.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static Run whoami(URI server, Path ca) {
        return Run.of("whoami", "--server", server.toString(), "--ca-file", ca.toString());
    }

    private Process planner(String issuer, int port, Tls tls) throws IOException {
        Path certificate = Files.writeString(folder.resolve("tls.crt"), tls.certificatePem());
        Path key = Files.writeString(folder.resolve("tls.key"), tls.privateKeyPem());
        Path access = Files.writeString(folder.resolve("access.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Access
                grants:
                  - {role: operator, groups: [net-ops], campaigns: ["web-*"]}
                """);
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dkafka.bootstrap.servers=127.0.0.1:1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.port=" + FreePorts.next(),
                        "-Dplanner.http.tls.certificate=" + certificate,
                        "-Dplanner.http.tls.key=" + key,
                        "-Dplanner.access.oidc.issuer=" + issuer,
                        "-Dplanner.access.oidc.scopes=profile",
                        "-Dplanner.access.file=" + access,
                        "-jar",
                        PLANNER.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("planner.log").toFile())
                .redirectInput(new File("/dev/null"))
                .start();
    }

    /** As a browser in which ada is logged in. */
    private static void saysYes(String address) throws IOException, InterruptedException {
        String ada = Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.UTF_8));
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<String> page = browser.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .header("Authorization", "Basic " + ada)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            String form = "scope=profile&" + field(page.body(), "client_id") + "&" + field(page.body(), "state") + "&"
                    + field(page.body(), "user_code");
            HttpResponse<String> answer = browser.send(
                    HttpRequest.newBuilder(URI.create(address.replaceFirst("\\?.*", "")))
                            .header("Authorization", "Basic " + ada)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
            assertThat(answer.headers().firstValue("Location").orElse("")).contains("success");
        }
    }

    /** A field of a form as it is sent. */
    private static String field(String page, String name) {
        Matcher found =
                Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(page);
        assertThat(found.find()).as(name + " in " + page).isTrue();
        return name + "=" + FleetClient.encode(found.group(1));
    }
}
