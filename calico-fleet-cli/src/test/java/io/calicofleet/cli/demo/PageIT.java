package io.calicofleet.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Provider;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.Tokens;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.kafka.EventJson;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real Chromium, against the real processes and a simulated fleet: {@code web-page/src/test/browser/run.mjs} has what is
 * looked at. Skipped, with a message, where there is no Node.js or no Chromium, or the page was not built.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PageIT {

    private static final int CLUSTERS = 12;
    private static final List<Path> CHROMIUM =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));

    /** Where the pictures of the docs are put; only where somebody asks for them. */
    private static final String PICTURES = "calico-fleet.pictures";

    private static final YAMLMapper YAML = new YAMLMapper();

    private static final Pattern ADDRESS = Pattern.compile("(?m)^ {2}(http://\\S+)$");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private @Nullable CompletableFuture<Integer> approval;

    @Test
    @Timeout(900)
    void a_person_does_with_the_page_what_the_command_line_does() throws Exception {
        Path page = Installation.here().home().resolve("web-page");
        Path chromium = CHROMIUM.stream().filter(Files::exists).findFirst().orElse(null);
        assumeTrue(chromium != null, "skipped: no Chromium here (apt-get install chromium)");
        assumeTrue(
                Files.exists(page.resolve("target/classes/calico-fleet-page/index.html"))
                        && Files.isDirectory(page.resolve("node_modules")),
                "skipped: the page was not built here");
        Files.writeString(folder.resolve("access.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Access
                grants:
                  - {role: admin, people: [ada, %s]}
                  - {role: viewer, people: [bob]}
                  - {role: approver, people: [carol]}
                """.formatted(System.getProperty("user.name", "local")));
        try (Provider provider = new Provider();
                LiveFleet fleet = LiveFleet.start(
                        folder,
                        CLUSTERS,
                        true,
                        Map.of(
                                "planner.access.oidc.issuer",
                                provider.url(),
                                "planner.access.oidc.scopes",
                                "openid profile offline_access"))) {
            List<String> said = drive(fleet, provider, page, chromium);
            assertThat(said).noneMatch(line -> line.startsWith("NOT OK"));
            assertThat(said.getLast()).matches("\\d{2,} checks of the page held, 0 did not");
        }
    }

    /** What the run says; each of its requests is done. */
    private List<String> drive(LiveFleet fleet, Provider provider, Path page, Path chromium) throws Exception {
        ProcessBuilder node = new ProcessBuilder("node", "src/test/browser/run.mjs")
                .directory(page.toFile())
                .redirectErrorStream(true);
        Map<String, String> tokens = new TreeMap<>();
        for (String person : List.of("ada", "bob", "carol")) {
            tokens.put(person, Tokens.read(fleet.system.tokenFile(), person).orElseThrow());
        }
        node.environment()
                .put("PLANNER", fleet.system.address(FleetService.PLANNER).toString());
        node.environment().put("TOKENS", EventJson.mapper().writeValueAsString(tokens));
        node.environment().put("CHROMIUM", chromium.toString());
        String pictures = System.getProperty(PICTURES);
        if (pictures != null) {
            node.environment().put("SHOTS", pictures);
        }
        Process run = node.start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = run.inputReader(UTF_8);
                Writer in = run.outputWriter(UTF_8)) {
            String line = out.readLine();
            while (line != null) {
                System.out.println("page: " + line);
                if (line.startsWith("@")) {
                    in.write("done " + serve(fleet, provider, line.substring(1)) + "\n");
                    in.flush();
                } else {
                    said.add(line);
                }
                line = out.readLine();
            }
        } finally {
            run.destroyForcibly();
        }
        return said;
    }

    /** Does what the run asks for; what the run wants to know of it. */
    private String serve(LiveFleet fleet, Provider provider, String request) throws Exception {
        String[] words = request.split(" ", 4);
        switch (words[0]) {
            case "passkey" -> {
                String entry = new String(Base64.getDecoder().decode(words[1]), UTF_8);
                fleet.passkeys("\n" + entry, "[{clusters: [c04]}]");
                fleet.system.kill(FleetService.EXECUTOR.id());
            }
            // Ada approves by the command line, which says where the page is and waits for it.
            case "approve" -> {
                approval = CompletableFuture.supplyAsync(() -> fleet.run(
                        err, "approve", words[1], "--actor", "ada", "--reason", "by passkey", "--timeout", "5m"));
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> ADDRESS.matcher(err.toString(UTF_8)).find());
                Matcher address = ADDRESS.matcher(err.toString(UTF_8));
                assertThat(address.find()).isTrue();
                return address.group(1);
            }
            case "approved" ->
                assertThat(requireNonNull(approval).get(1, TimeUnit.MINUTES))
                        .as(err.toString(UTF_8))
                        .isEqualTo(ExitCodes.OK);
            case "kill" -> fleet.system.kill(words[1]);
            // A page has no signatures; the statements of the others count by the planner's key.
            case "verify" -> {
                List<String> command = new ArrayList<>(List.of("report", "--verify", words[2]));
                if (!words[1].equals("html")) {
                    command.addAll(List.of(
                            "--trusted-keys",
                            folder.resolve("keys/trusted.yaml").toString()));
                }
                Run verified = Run.of(command.toArray(String[]::new));
                assertThat(verified.exitCode())
                        .as(verified.out() + verified.err())
                        .isEqualTo(ExitCodes.OK);
            }
            // How many seconds a token of the provider lasts, and how many it can be had anew.
            case "logins" ->
                provider.letIn(
                        fleet.system.address(FleetService.PLANNER).toString(),
                        Duration.ofSeconds(Long.parseLong(words[1])),
                        Duration.ofSeconds(Long.parseLong(words[2])));
            // A cluster has this label too.
            case "label" -> {
                Path file = folder.resolve("kubeconfigs/clusters.yaml");
                JsonNode clusters = YAML.readTree(file.toFile());
                ((ObjectNode) clusters.get(words[1]))
                        .withObjectProperty("labels")
                        .put(words[2], words[3]);
                YAML.writeValue(file.toFile(), clusters);
            }
            case "withdraw" -> {
                Path file = fleet.system.tokenFile();
                Files.write(
                        file,
                        Files.readAllLines(file).stream()
                                .filter(line -> !line.startsWith(words[1] + " "))
                                .toList());
            }
            default -> throw new IllegalArgumentException("the page's run asks for " + request);
        }
        return "";
    }
}
