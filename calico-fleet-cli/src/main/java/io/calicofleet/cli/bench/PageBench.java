package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.kafka.EventJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Measures the page in a browser while a campaign runs: how soon it is painted, how soon an event is seen, how it scrolls, what it keeps.
 * What is measured, and how, is in {@code web-page/src/test/browser/bench.mjs}.
 */
final class PageBench {

    private static final String CAMPAIGN = "page";
    private static final int STEPS = 40;

    private final LocalSystem system;
    private final FleetClient client;
    private final Consumer<String> progress;

    PageBench(LocalSystem system, FleetClient client, Consumer<String> progress) {
        this.system = system;
        this.client = client;
        this.progress = progress;
    }

    Measured measure() throws InterruptedException {
        Path page = Installation.here().home().resolve("web-page");
        if (!Files.isDirectory(page.resolve("node_modules"))) {
            throw CliException.usage(
                    "--page takes a page that was built here: install Node.js and npm, and build again");
        }
        client.post("/campaigns", BenchCommand.campaign(CAMPAIGN, STEPS, false));
        progress.accept("the page of a campaign that runs, for about a minute and a half ...");
        ProcessBuilder node = new ProcessBuilder("node", "src/test/browser/bench.mjs")
                .directory(page.toFile())
                .redirectErrorStream(true);
        node.environment().put("PLANNER", system.address(FleetService.PLANNER).toString());
        node.environment().put("TOKEN", system.token());
        node.environment().put("CAMPAIGN", CAMPAIGN);
        String last = "nothing";
        try {
            Process run = node.start();
            try (BufferedReader out = run.inputReader(StandardCharsets.UTF_8)) {
                String line = out.readLine();
                while (line != null) {
                    last = line;
                    line = out.readLine();
                }
            } finally {
                run.destroyForcibly();
            }
            return new Result((ObjectNode) EventJson.mapper().readTree(last));
        } catch (IOException | ClassCastException e) {
            throw CliException.failed("the page could not be measured (is there Chromium?): " + last);
        }
    }

    /** What it has found, as it came. */
    private record Result(ObjectNode json) implements Measured {

        @Override
        public void print(Terminal terminal) {
            json.properties().forEach(field -> terminal.line(field.getKey() + "  " + field.getValue()));
        }
    }
}
