package io.calicofleet.cli.fuzz;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Wrong records and requests for the real services while they upgrade; then what must be true all the same is checked. */
@Command(
        name = "fuzz",
        description = {
            "Send wrong records and requests to this system while it upgrades a simulated fleet, by a seed, and check what must be true all the same.",
            "Ends with 0 when all of it is, with 1 when something is not; the logs are then kept."
        })
public final class FuzzCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--seed", paramLabel = "N", description = "What is sent. Default: any; it is told")
    private @Nullable Long seed;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many records each topic gets. Default: 10000")
    private long records = 10_000;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "5000",
            description = "How many requests the planner gets. Default: 5000")
    private long requests = 5000;

    @Option(
            names = "--topics",
            paramLabel = "TOPIC",
            split = ",",
            description = "Only these topics, such as steps,checks. Default: all that a service reads")
    private @Nullable List<String> topics;

    /** Prints to {@code terminal}. */
    public FuzzCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (records < 0 || requests < 0) {
            throw CliException.usage("--records and --requests are 0 or more");
        }
        long chosen = seed != null ? seed : ThreadLocalRandom.current().nextInt(1_000_000);
        FuzzPlan plan = new FuzzPlan(chosen, topics(), records, requests, FuzzPlan.CLUSTERS);
        Path folder = DataDirectory.temporary("fuzz");
        terminal.line(terminal.styled(Style.BOLD, "seed " + chosen) + ": " + records + " records for each of "
                + plan.topics().size() + " topics, " + requests + " requests");
        Problems problems = new FuzzRun(plan, folder, terminal::line).run();
        print(problems);
        if (problems.none()) {
            DataDirectory.delete(folder);
            return ExitCodes.OK;
        }
        terminal.line("logs: " + DataDirectory.deleteAllButLogs(folder));
        terminal.line("again: fuzz --seed " + chosen + " --records " + records + " --requests " + requests
                + (topics == null ? "" : " --topics " + String.join(",", topics)));
        return ExitCodes.FAILED;
    }

    private List<Topic> topics() {
        List<String> names = topics;
        if (names == null) {
            return FuzzPlan.TOPICS;
        }
        return names.stream()
                .map(name -> FuzzPlan.TOPICS.stream()
                        .filter(topic -> topic.shortName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> CliException.usage("no service reads a topic " + name + "; there are "
                                + FuzzPlan.TOPICS.stream().map(Topic::shortName).toList())))
                .toList();
    }

    private void print(Problems problems) {
        Table table = Table.of("must be true", "", "what");
        for (Truth truth : Truth.values()) {
            long count = problems.count(truth);
            table.row(
                    truth.text(),
                    count == 0 ? terminal.styled(Style.GOOD, "ok") : terminal.styled(Style.BAD, count + " found"),
                    truth.sentence());
        }
        table.print(terminal);
        for (Truth truth : Truth.values()) {
            problems.examples(truth)
                    .forEach(what -> terminal.line(terminal.styled(Style.BAD, truth.text()) + ": " + what));
        }
    }
}
