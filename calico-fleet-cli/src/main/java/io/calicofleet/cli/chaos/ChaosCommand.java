package io.calicofleet.cli.chaos;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.demo.SimulatedFleet;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
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
            description = "So many seeds, this one and those after it. Default: 1")
    private int seeds = 1;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "10",
            description = {
                "So many of them at once in one started system, each with clusters, campaigns and people of its own;",
                "what befalls the processes befalls them all. Default: 10"
            })
    private int burst = 10;

    @Option(
            names = "--clusters",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many clusters a seed has, each installed in another way. Default: 3")
    private int clusters = 3;

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
        boolean some = clusters >= 1 && clusters <= SimulatedFleet.KINDS && seeds >= 1;
        if (!some || burst < 1 || burst > Burst.MOST_SEEDS || duration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw CliException.usage("--clusters is from 1 to " + SimulatedFleet.KINDS + ", --burst from 1 to "
                    + Burst.MOST_SEEDS + ", --seeds 1 or more, --duration PT1S or more");
        }
        long first = seed != null ? seed : ThreadLocalRandom.current().nextInt(1_000_000);
        List<Long> bad = new ArrayList<>();
        for (long one = first; one < first + seeds; one += burst) {
            bad.addAll(run(Burst.of(one, (int) Math.min(burst, first + seeds - one), clusters, duration)));
        }
        if (seeds > burst) {
            terminal.line(
                    bad.isEmpty()
                            ? seeds + " seeds, " + first + " to " + (first + seeds - 1) + ": nothing was found"
                            : bad.size() + " of " + seeds + " seeds found something: " + bad);
        }
        return bad.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** Runs a burst; the seeds that found something. */
    private List<Long> run(Burst burst) throws InterruptedException {
        Path folder = DataDirectory.temporary("chaos");
        long faults = burst.happenings().stream()
                .filter(planned -> planned.happening() instanceof Happening.Injection)
                .count();
        terminal.line(terminal.styled(Style.BOLD, seeds(burst)) + ": "
                + burst.clusters().size() + " clusters, " + (burst.hasTwoExecutors() ? "two executors" : "one executor")
                + ", " + faults + " faults in " + burst.duration().toSeconds() + " s");
        List<String> took = new ArrayList<>();
        List<String> told = new CopyOnWriteArrayList<>();
        History history;
        try {
            history = new ChaosRun(burst, folder, line -> {
                        told.add(line);
                        terminal.line(line);
                    })
                    .run(took::add);
        } catch (CliException e) {
            terminal.line("logs: " + folder.resolve("logs"));
            throw e;
        }
        Map<Invariant, List<Finding>> findings = new EnumMap<>(Invariant.class);
        Set<Long> bad = new TreeSet<>();
        for (Invariant invariant : Invariant.values()) {
            List<Finding> found = invariant.check(history);
            findings.put(invariant, found);
            found.forEach(finding -> bad.addAll(burst.seedsOf(finding)));
        }
        print(burst, history, findings, String.join("", took));
        if (bad.isEmpty()) {
            DataDirectory.delete(folder);
        } else {
            terminal.line("again: chaos --seed " + burst.plans().getFirst().seed() + " --seeds "
                    + burst.plans().size() + " --clusters " + clusters + " --duration " + duration);
            keep(folder, history, told);
        }
        return List.copyOf(bad);
    }

    private static String seeds(Burst burst) {
        long first = burst.plans().getFirst().seed();
        long last = burst.plans().getLast().seed();
        return first == last ? "seed " + first : "seeds " + first + " to " + last;
    }

    private void print(Burst burst, History history, Map<Invariant, List<Finding>> findings, String took) {
        Table table = Table.of("must be true", "", "what");
        findings.forEach((invariant, found) -> table.row(
                invariant.text(),
                found.isEmpty()
                        ? terminal.styled(Style.GOOD, "ok")
                        : terminal.styled(Style.BAD, found.size() + " found"),
                invariant.sentence()));
        table.print(terminal);
        findings.forEach((invariant, found) -> found.forEach(finding -> {
            List<Long> of = burst.seedsOf(finding);
            terminal.line(terminal.styled(Style.BAD, invariant.text()) + ": "
                    + (of.size() == 1 ? "seed " + of.getFirst() + ": " : "") + finding.subject() + ": "
                    + finding.what());
            finding.evidence().stream().limit(EVIDENCE).forEach(line -> terminal.line("    " + line));
        }));
        long count = findings.values().stream().mapToLong(List::size).sum();
        terminal.line(seeds(burst) + ": " + (count == 0 ? "nothing was found" : count + " found") + "; "
                + history.records().size() + " events, "
                + history.clusters().values().stream()
                        .mapToLong(log -> log.writes().size())
                        .sum()
                + " writes; " + took);
    }

    /** Logs, and the history as lines. */
    private void keep(Path folder, History history, List<String> told) {
        Path logs = DataDirectory.deleteAllButLogs(folder);
        try {
            Files.write(logs.resolve("run.txt"), told);
            Files.write(logs.resolve("events.txt"), HistoryLines.events(history));
            Files.write(logs.resolve("writes.txt"), HistoryLines.writes(history));
        } catch (IOException e) {
            terminal.error("cannot write to " + logs + ": " + e.getMessage());
        }
        terminal.line("logs, events and writes: " + logs);
    }
}
