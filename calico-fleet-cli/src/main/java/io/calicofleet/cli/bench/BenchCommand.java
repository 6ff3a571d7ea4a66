package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.PeakMemory;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The benchmark: clusters with nothing behind them go through empty steps and a real gate each, through the real services
 * as processes of their own on a broker of its own. First one cluster alone, step after step, once to warm up services that
 * have just started and once for the idle latency. Then all clusters at once. Then Kafka alone, for comparison.
 */
@Command(
        name = "bench",
        description = "Drive empty steps through planner, Kafka, executor and verifier, and measure.",
        footer = {
            "",
            "bench --traffic-lines [NUMBER] measures something else: how many lines of traffic the verifier reads and adds up"
                    + " per second on one core, next to Grok. It builds what it measures. Default: 200000 lines"
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int CLUSTERS = 1000;
    private static final int CLUSTERS_OF_RECOVERY = 6;
    private static final int CLUSTERS_OF_LISTS = 5000;
    private static final String WARM_UP = "bench-warm-up";
    private static final String IDLE = "bench-idle";
    private static final String LOADED = "bench-loaded";
    private static final String ONE = drill(1);
    private static final int WARM_UP_STEPS = 60;
    private static final Duration PORTION = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Terminal terminal;

    @Option(names = "--clusters", paramLabel = "N", description = "How many clusters. Default: 1000")
    private @Nullable Integer given;

    private int clusters;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "6", description = "Steps of each cluster. Default: 6")
    private int steps = 6;

    @Option(
            names = "--idle-steps",
            paramLabel = "N",
            defaultValue = "201",
            description = "Steps of the one cluster of the idle phase. Default: 201")
    private int idleSteps = 201;

    @Option(
            names = "--recovery",
            description = "Measure something else: the time from kill -9 of a process to the next step, by default of 6"
                    + " clusters")
    private boolean recovery;

    @Option(
            names = "--lists",
            description =
                    "Measure something else: how long the lists of REST take and how large they are, by default of"
                            + " 5000 clusters")
    private boolean lists;

    @Option(
            names = "--page",
            description =
                    "Measure something else: the page in a Chromium, on a campaign that runs, by default of 5000 clusters")
    private boolean page;

    @Option(
            names = "--plan",
            description =
                    "Measure something else: a plan of simulated clusters, each read and merged for real, by default"
                            + " of 1000")
    private boolean plan;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description =
                    "Measure something else: memory, state, lag and restore with so many processes of each service")
    private int instances;

    @Option(
            names = "--unsigned",
            description = "With services that neither sign nor check records, to see what that costs")
    private boolean unsigned;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private OutputFormat output = OutputFormat.TABLE;

    /** Prints to {@code terminal}. */
    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        clusters =
                given != null ? given : recovery ? CLUSTERS_OF_RECOVERY : lists || page ? CLUSTERS_OF_LISTS : CLUSTERS;
        if (clusters < 1 || clusters > 100_000 || steps < 2 || idleSteps < 2) {
            throw CliException.usage("--clusters is from 1 to 100000, --steps and --idle-steps are 2 or more");
        }
        Path folder = DataDirectory.temporary("bench");
        SystemSettings signed =
                plan ? SimulatedFleet.settings(folder) : new SystemSettings(folder, 0, 0, null, null, null, clusters);
        SystemSettings settings = unsigned ? signed.unsigned() : signed;
        try (LocalSystem system = new LocalSystem(Installation.here(), settings, this::note)) {
            system.whenStopped(() -> system.deleteData(terminal::error));
            note("starting broker, verifier, planner and executor with " + clusters
                    + (plan ? " simulated clusters ..." : " drill clusters ..."));
            for (int more = 1; more < instances; more++) {
                FleetService.ALWAYS.forEach(system::add);
            }
            system.startBroker();
            if (plan) {
                PlanBench.start(system, settings, clusters);
            }
            system.startServices();
            system.awaitReady(missing -> {});
            FleetClient client = system.client();
            system.awaitClusters(client, clusters);
            Measured measured = instances > 0
                    ? new SizingBench(system, client, clusters, steps, this::progress).measure()
                    : recovery
                            ? new RecoveryBench(system, client, clusters, this::note).measure()
                            : lists
                                    ? new ListsBench(client, clusters, this::note).measure()
                                    : page
                                            ? new PageBench(system, client, this::note).measure()
                                            : plan
                                                    ? new PlanBench(system, client, clusters, this::progress).measure()
                                                    : measure(system, client);
            terminal.keepLive();
            if (output.structured()) {
                output.print(terminal, measured.json());
            } else {
                measured.print(terminal);
            }
        }
        return ExitCodes.OK;
    }

    private BenchResult measure(LocalSystem system, FleetClient client) throws InterruptedException {
        note("one cluster, " + WARM_UP_STEPS + " steps to warm up, then " + idleSteps + " ...");
        run(system, client, campaign(WARM_UP, WARM_UP_STEPS, true), WARM_UP_STEPS, Duration.ZERO);
        Run idle = run(system, client, campaign(IDLE, idleSteps, true), idleSteps, Duration.ZERO);
        note("all " + clusters + " clusters, " + steps + " steps each ...");
        Map<String, Duration> before = processorTimes(system);
        Run loaded = run(system, client, campaign(LOADED, steps, false), clusters * steps, PORTION);
        Map<String, Double> processor = new TreeMap<>();
        processorTimes(system)
                .forEach((name, time) -> processor.put(
                        name,
                        time.minus(before.getOrDefault(name, Duration.ZERO)).toMillis() / 1000.0));
        Map<FleetService, Long> memory = peakMemory(system);
        MessageCount traffic = TopicReader.count(system.bootstrapServers(), LOADED);
        note("plain Kafka: " + traffic.messages() + " messages of " + traffic.averageBytes() + " bytes ...");
        double plain = new PlainEcho(system.bootstrapServers(), Topic.PARTITIONS).seconds(traffic);
        return new BenchResult(
                clusters,
                steps,
                loaded.seconds(),
                idle.latencies(),
                loaded.latencies(),
                traffic,
                plain,
                memory,
                processor);
    }

    /** The most that each service had so far, MiB. */
    static Map<FleetService, Long> peakMemory(LocalSystem system) {
        Map<FleetService, Long> memory = new EnumMap<>(FleetService.class);
        for (FleetService service : FleetService.ALWAYS) {
            system.pid(service.id())
                    .ifPresent(pid -> PeakMemory.mebibytes(pid).ifPresent(peak -> memory.put(service, peak)));
        }
        return memory;
    }

    private static Map<String, Duration> processorTimes(LocalSystem system) {
        Map<String, Duration> times = new TreeMap<>();
        Stream.concat(
                        Stream.of(LocalSystem.BROKER),
                        FleetService.ALWAYS.stream().map(FleetService::id))
                .forEach(name -> system.pid(name)
                        .ifPresent(pid -> ProcessHandle.of(pid)
                                .flatMap(process -> process.info().totalCpuDuration())
                                .ifPresent(time -> times.put(name, time))));
        times.put("bench", ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
        return times;
    }

    /** A campaign that ran: how long, and its gates' latencies. */
    private record Run(double seconds, Latencies latencies) {}

    private Run run(LocalSystem system, FleetClient client, ObjectNode campaign, int total, Duration portion)
            throws InterruptedException {
        String name = campaign.path("name").asText();
        GateWatch watch = new GateWatch(system.bootstrapServers(), name, portion);
        watch.awaitStarted();
        long start = System.nanoTime();
        client.post("/campaigns", campaign);
        awaitJudged(system, watch, total, start);
        awaitSucceeded(system, client, name, start);
        double seconds = (System.nanoTime() - start) / 1e9;
        watch.stop();
        return new Run(seconds, watch.latencies());
    }

    private void awaitJudged(LocalSystem system, GateWatch watch, int total, long start) throws InterruptedException {
        long told = start;
        while (watch.judged() < total) {
            TimeUnit.MILLISECONDS.sleep(10);
            long now = System.nanoTime();
            if (now - told > TimeUnit.SECONDS.toNanos(1)) {
                told = now;
                progress("  %d of %d steps after %.0f s".formatted(watch.judged(), total, (now - start) / 1e9));
            }
            give(system, start, watch.judged() + " of " + total + " steps were judged");
        }
        terminal.keepLive();
    }

    private static void awaitSucceeded(LocalSystem system, FleetClient client, String name, long start)
            throws InterruptedException {
        while (client.campaign(name).phase() != CampaignPhase.SUCCEEDED) {
            TimeUnit.MILLISECONDS.sleep(10);
            give(
                    system,
                    start,
                    "the campaign " + name + " is " + client.campaign(name).phase());
        }
    }

    private static void give(LocalSystem system, long start, String state) {
        String givenUp = system.givenUp();
        if (givenUp != null) {
            throw CliException.failed(givenUp);
        }
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
            throw CliException.failed("after " + PATIENCE.toMinutes() + " minutes " + state);
        }
    }

    /** The id of a cluster that the executor makes up, from 1 on. */
    static String drill(int number) {
        return String.format(Locale.ROOT, "drill-%05d", number);
    }

    /** A drill of one cluster, or of all. */
    static ObjectNode campaign(String name, int steps, boolean one) {
        ObjectNode campaign = FleetClient.body()
                .put("apiVersion", "calico-fleet/v1")
                .put("kind", "Campaign")
                .put("name", name)
                .put("procedure", "drill")
                .put("maxConcurrent", "100%");
        campaign.putObject("drill").put("steps", steps);
        ObjectNode clusters = campaign.putObject("clusters");
        if (one) {
            clusters.putArray("names").add(ONE);
        } else {
            clusters.put("all", true);
        }
        campaign.putArray("waves").addObject().put("name", "all");
        return campaign;
    }

    /** What is no result goes to standard error where programs read standard output. */
    private void note(String text) {
        if (output.structured()) {
            terminal.error(text);
        } else {
            terminal.line(text);
        }
    }

    private void progress(String text) {
        if (terminal.interactive()) {
            terminal.live(List.of(terminal.styled(Style.DIM, text)));
        } else {
            note(text);
        }
    }
}
