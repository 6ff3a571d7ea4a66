package io.calicofleet.cli.chaos;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Campaigns on simulated clusters while parts of the system fail; then what must be true all the same is checked. */
@Command(
        name = "chaos",
        description = {
            "Break this system while it upgrades a simulated fleet, by a seed, and check what must be true all the same.",
            "Ends with 0 when all of it is, with 1 when something is not; the logs are then kept."
        })
public final class ChaosCommand implements Callable<Integer> {

    private static final int EVIDENCE = 8;

    private final Terminal terminal;

    @Option(names = "--seed", paramLabel = "N", description = "What happens when. Default: any; it is told")
    private @Nullable Long seed;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "1",
            description = "So many runs, with this seed and those after it. Default: 1")
    private int seeds = 1;

    @Option(
            names = "--clusters",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many clusters, each installed in another way. Default: 4")
    private int clusters = 4;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "PT15S",
            description = "How long things break, such as PT1M. Default: PT15S")
    private Duration duration = Duration.ofSeconds(15);

    /** Prints to {@code terminal}. */
    public ChaosCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (clusters < 1 || clusters > ChaosPlan.KINDS || seeds < 1 || duration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw CliException.usage(
                    "--clusters is from 1 to " + ChaosPlan.KINDS + ", --seeds 1 or more, --duration PT1S or more");
        }
        long first = seed != null ? seed : ThreadLocalRandom.current().nextInt(1_000_000);
        List<Long> bad = new ArrayList<>();
        for (long one = first; one < first + seeds; one++) {
            if (!run(ChaosPlan.of(one, clusters, duration))) {
                bad.add(one);
            }
        }
        if (seeds > 1) {
            terminal.line(
                    bad.isEmpty()
                            ? seeds + " seeds, " + first + " to " + (first + seeds - 1) + ": nothing was found"
                            : bad.size() + " of " + seeds + " seeds found something: " + bad);
        }
        return bad.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean run(ChaosPlan plan) throws InterruptedException {
        Path folder = DataDirectory.temporary("chaos");
        terminal.line(terminal.styled(Style.BOLD, "seed " + plan.seed()) + ": "
                + plan.clusters().size() + " clusters ("
                + String.join(", ", plan.clusters()) + "), "
                + plan.happenings().stream()
                        .filter(Happening.Injection.class::isInstance)
                        .count()
                + " faults in " + plan.duration().toSeconds() + " s");
        List<String> took = new ArrayList<>();
        History history = new ChaosRun(plan, folder, terminal::line).run(took::add);
        Map<Invariant, List<Finding>> findings = new EnumMap<>(Invariant.class);
        for (Invariant invariant : Invariant.values()) {
            findings.put(invariant, invariant.check(history));
        }
        boolean well = findings.values().stream().allMatch(List::isEmpty);
        print(plan, history, findings, String.join("", took));
        if (well) {
            DataDirectory.delete(folder);
        } else {
            keep(folder, history);
        }
        return well;
    }

    private void print(ChaosPlan plan, History history, Map<Invariant, List<Finding>> findings, String took) {
        Table table = Table.of("must be true", "", "what");
        findings.forEach((invariant, found) -> table.row(
                invariant.text(),
                found.isEmpty()
                        ? terminal.styled(Style.GOOD, "ok")
                        : terminal.styled(Style.BAD, found.size() + " found"),
                invariant.sentence()));
        table.print(terminal);
        findings.forEach((invariant, found) -> found.forEach(finding -> {
            terminal.line(
                    terminal.styled(Style.BAD, invariant.text()) + ": " + finding.subject() + ": " + finding.what());
            finding.evidence().stream().limit(EVIDENCE).forEach(line -> terminal.line("    " + line));
        }));
        long count = findings.values().stream().mapToLong(List::size).sum();
        terminal.line("seed " + plan.seed() + ": " + (count == 0 ? "nothing was found" : count + " found") + "; "
                + history.records().size() + " events, "
                + history.clusters().values().stream()
                        .mapToLong(log -> log.writes().size())
                        .sum()
                + " writes; " + took);
        if (count > 0) {
            terminal.line("again: chaos --seed " + plan.seed() + " --clusters "
                    + plan.clusters().size() + " --duration " + plan.duration());
        }
    }

    /** Logs, and the history as lines. */
    private void keep(Path folder, History history) {
        List.of("kafka", "tmp", "kubeconfigs", "cache").forEach(part -> DataDirectory.delete(folder.resolve(part)));
        Path logs = folder.resolve("logs");
        try {
            Files.write(logs.resolve("events.txt"), HistoryLines.events(history));
            Files.write(logs.resolve("writes.txt"), HistoryLines.writes(history));
        } catch (IOException e) {
            terminal.error("cannot write to " + logs + ": " + e.getMessage());
        }
        terminal.line("logs, events and writes: " + logs);
    }
}
