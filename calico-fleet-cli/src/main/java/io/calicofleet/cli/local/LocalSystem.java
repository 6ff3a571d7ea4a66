package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.Credentials;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.Tokens;
import io.calicofleet.cli.local.ServiceProcesses.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Broker and services on this machine, each a process of its own, on the loopback address. Started in this order: broker,
 * whatever else {@link #startJava} is asked for, verifier, planner, executor; stopped in the opposite one, also when this
 * JVM ends by a signal. When it is killed, they notice and end, see {@link Child}.
 */
public final class LocalSystem implements AutoCloseable {

    /** How long nothing may come of a start. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Duration READY_PATIENCE = Duration.ofMinutes(2);

    private static final Duration LONGEST_START = Duration.ofMinutes(15);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int BROKER_GRACE_SECONDS = 4;
    /** The name of our broker's process. */
    public static final String BROKER = "broker";

    /** The name of the executor that {@link #add} adds to the first one. */
    public static final String SECOND_EXECUTOR = "executor-2";

    private static final String BROKER_HEAP = "320m";

    private final Installation installation;
    private final SystemSettings settings;
    private final Supervisor supervisor;
    private final ServiceProcesses processes;
    private final ClassArchives archives;
    private final Readiness readiness = new Readiness();
    private final InstantSource clock = InstantSource.system();
    private final Thread hook;
    private final int kafkaPort;
    private volatile boolean failed;
    private volatile boolean stopping;
    private final Map<String, BrokerLink> links = new LinkedHashMap<>();
    private final Map<String, Path> clocks = new HashMap<>();
    private final List<Runnable> whenStopped = new CopyOnWriteArrayList<>();

    /**
     * A system that is not started yet.
     *
     * @param tell takes what people should know while it runs, a line each; called on any thread
     * @throws CliException where something is not built, or a port is in use
     */
    public LocalSystem(Installation installation, SystemSettings settings, Consumer<String> tell) {
        List<Path> missing = installation.missing();
        if (!missing.isEmpty()) {
            throw CliException.unreachable("not built: " + missing + " below " + installation.home()
                    + "; ./calico-fleet builds them, or ./mvnw -Dquick package");
        }
        if (settings.kafkaSettings() != null) {
            requireFiles(settings.kafkaSettings(), ServiceProcesses.services(settings));
        }
        this.installation = installation;
        this.settings = settings;
        if (settings.signed()) {
            // Before the broker runs: whether it has records from before is seen by its folder.
            LocalKeys.in(settings);
        }
        this.kafkaPort = settings.bootstrapServers() != null ? 0 : Ports.require(settings.kafkaPort(), "--kafka-port");
        this.archives = new ClassArchives(installation.classArchives());
        this.processes = new ServiceProcesses(
                installation, settings, archives, Ports.require(settings.httpPort(), "--http-port"));
        this.supervisor = new Supervisor(tell);
        this.hook = new Thread(
                () -> {
                    tell.accept(archives.isMaking() ? "stopping; the next start will be faster ..." : "stopping ...");
                    stopAll();
                },
                "stop-all");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static void requireFiles(Path kafkaSettings, List<FleetService> services) {
        for (FleetService service : services) {
            Path file = ServiceProcesses.file(kafkaSettings, service);
            if (!Files.isReadable(file)) {
                throw CliException.usage("--kafka-settings needs " + file + ", with settings of Kafka's clients such as"
                        + " kafka.security.protocol=SSL: docs/operations/kafka.md");
            }
        }
    }

    /** {@code host:port} of the Kafka it uses. */
    public String bootstrapServers() {
        String given = settings.bootstrapServers();
        return given == null ? "127.0.0.1:" + kafkaPort : given;
    }

    /**
     * One process more of a service, which shares its work with the others. Before {@link #startServices()} and
     * {@link #prepareForFaults()}.
     *
     * @return its name, such as {@value #SECOND_EXECUTOR}
     */
    public String add(FleetService service) {
        return processes.add(service);
    }

    /** The names of the processes of services, in the order they are started. */
    public List<String> services() {
        return processes.all().stream().map(Instance::name).toList();
    }

    /**
     * Makes it a system to break things in: each process of a service has a way of its own to our broker, which can be cut, and a wall
     * clock that can be set; and our broker is one for that. Before {@link #startBroker()}.
     */
    public void prepareForFaults() {
        Iterator<Integer> behind = Ports.free(services().size()).iterator();
        for (String name : services()) {
            links.put(name, new BrokerLink(behind.next()));
            Path file = temporary(name).resolve("clock");
            clocks.put(name, file);
            setClock(name, Duration.ZERO);
        }
    }

    /** The way of a process to our broker; null where it has none of its own. */
    public @Nullable BrokerLink link(String name) {
        return links.get(name);
    }

    /** Sets the wall clock of a process; it keeps that time when it is started again. */
    public void setClock(String name, Duration ahead) {
        Path file = clocks.get(name);
        if (file == null) {
            throw new IllegalStateException(name + " has the machine's clock");
        }
        try {
            ShiftedClock.set(file, ahead);
        } catch (IOException e) {
            throw CliException.unreachable("cannot write " + file + ": " + e.getMessage());
        }
    }

    /** Where a service listens. */
    public URI address(FleetService service) {
        return processes.first(service).address();
    }

    /** Asks the planner, as whoever started it. */
    public FleetClient client() {
        return new FleetClient(address(FleetService.PLANNER), this::token);
    }

    /** The token by which the planner knows whoever started it; empty where it has made none yet. */
    public String token() {
        try {
            return Tokens.read(tokenFile(), null).orElse("");
        } catch (IOException e) {
            throw CliException.unreachable("cannot read " + tokenFile() + ": " + e.getMessage());
        }
    }

    /**
     * The address of the page, with the token of whoever started it behind the {@code #}, which a browser sends to nobody: the page takes it
     * from there.
     */
    public String page() {
        return address(FleetService.PLANNER) + "/#token=" + token();
    }

    /** Keeps where it is, so that commands in another terminal find it. */
    public void keepToken() {
        try {
            Credentials.ofUser()
                    .keep(
                            address(FleetService.PLANNER),
                            new Credentials.Kept(tokenFile().toString()));
        } catch (IOException e) {
            throw CliException.unreachable("cannot keep where the token of this system is: " + e.getMessage());
        }
    }

    /** Where it is. */
    public Path tokenFile() {
        return settings.data().resolve(Tokens.FILE);
    }

    /** Where a service tells its health and metrics; what the planner has REST on is for REST alone. */
    public URI health(FleetService service) {
        return processes.first(service).health();
    }

    /** Where a process of a service tells its health and metrics. */
    public URI health(String name) {
        return processes.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow()
                .health();
    }

    /** The log of a process. */
    public Path log(String name) {
        return settings.data().resolve("logs").resolve(name + ".log");
    }

    /** The process id of a process; empty where it does not run at this moment. */
    public OptionalLong pid(String name) {
        return supervisor.pid(name);
    }

    /** Ends a process as by {@code kill -9}, where it runs; it is started again. */
    public void kill(String name) {
        pid(name).ifPresent(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** What ended again and again and was given up; null where nothing was. */
    public @Nullable String givenUp() {
        return supervisor.givenUp();
    }

    /** Starts our broker, unless the settings name another; returns when it accepts connections. */
    public void startBroker() throws InterruptedException {
        if (settings.bootstrapServers() != null) {
            return;
        }
        List<String> arguments =
                new ArrayList<>(List.of(settings.data().resolve("kafka").toString(), String.valueOf(kafkaPort)));
        if (!links.isEmpty()) {
            arguments.add("for-faults");
        }
        links.values().forEach(link -> arguments.add(link.brokerPort() + ":" + link.port()));
        startJava(BROKER, BROKER_HEAP, BROKER_GRACE_SECONDS, "io.calicofleet.broker.BrokerMain", arguments);
        await(BROKER, "accepts no connection on port " + kafkaPort, () -> accepts(kafkaPort));
    }

    /**
     * Starts a main class of ours as a process of its own and keeps it running.
     *
     * @param name its name in messages and of its log
     * @param heap the most its heap may take
     * @param graceSeconds how long it goes on when this process is killed
     */
    public void startJava(String name, String heap, int graceSeconds, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(JvmOptions.java());
        List<String> options = JvmOptions.of(heap, temporary(name));
        command.addAll(options);
        command.addAll(archives.options(name, options, List.of(installation.cliJar()), temporary(name)));
        command.addAll(List.of(
                "-cp", installation.libraries(), Child.class.getName(), String.valueOf(graceSeconds), mainClass));
        command.addAll(arguments);
        supervisor.start(new ProcessSpec(name, command, log(name)));
    }

    /** Starts the services; does not wait for them. */
    public void startServices() {
        for (Instance one : processes.all()) {
            BrokerLink link = links.get(one.name());
            String kafka = link == null ? bootstrapServers() : "127.0.0.1:" + link.port();
            List<String> command = processes.command(one, kafka, temporary(one.name()), clocks.get(one.name()));
            supervisor.start(new ProcessSpec(one.name(), command, log(one.name())));
        }
    }

    /**
     * Returns when every service is ready.
     *
     * @param waiting takes what is still missing, whenever that changes: names at first, and why once it takes long
     * @throws CliException where nothing comes of it for two minutes, it takes more than fifteen, or a service was given up; the message ends with its last log lines
     */
    public void awaitReady(Consumer<String> waiting) throws InterruptedException {
        Instant last = clock.instant().plus(LONGEST_START);
        Instant end = clock.instant().plus(READY_PATIENCE);
        Instant explained = clock.instant().plus(SOON);
        String told = "";
        String said = "";
        List<String> logged = List.of();
        while (true) {
            Map<String, List<String>> missing = new LinkedHashMap<>();
            for (Instance one : processes.all()) {
                List<String> lacks = readiness.missing(one.health());
                if (!lacks.isEmpty()) {
                    missing.put(one.name(), lacks);
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            String text = missing.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
                    .collect(Collectors.joining("; "));
            String shown = clock.instant().isAfter(explained) ? text : String.join(", ", missing.keySet());
            if (!shown.equals(said)) {
                waiting.accept(shown);
                said = shown;
            }
            // On a busy machine a start takes minutes; while it goes on, it is waited for.
            List<String> lines = missing.keySet().stream()
                    .flatMap(name -> supervisor.lastLines(name, 1).stream())
                    .toList();
            if (!text.equals(told) || !lines.equals(logged)) {
                end = clock.instant().plus(READY_PATIENCE);
            }
            told = text;
            logged = lines;
            String first = missing.keySet().iterator().next();
            if (givenUp() != null
                    || clock.instant().isAfter(end)
                    || clock.instant().isAfter(last)) {
                throw notReady(first, text);
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** What keeps the executor from serving a cluster, a line each: no kubeconfig, or no answer; empty where the executor does not say. */
    public Optional<List<String>> unserved() throws InterruptedException {
        return readiness.notes(health(FleetService.EXECUTOR));
    }

    /** Has {@code action} done once everything has stopped, also when this JVM ends by a signal. */
    public void whenStopped(Runnable action) {
        whenStopped.add(action);
    }

    /** Deletes the data; where something did not come up or kept ending, the logs stay, and {@code say} is told where. */
    public void deleteData(Consumer<String> say) {
        Path data = settings.data();
        if (failed) {
            say.accept("the logs stay in " + DataDirectory.deleteAllButLogs(data));
        } else {
            DataDirectory.delete(data);
        }
    }

    /** Stops everything in order; returns when nothing runs any more. Idempotent. */
    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException expected) {
            // The JVM is ending already: the hook did it.
        }
    }

    /** Whether it is being stopped: who then gets no answer need not wonder. */
    public boolean isStopping() {
        return stopping;
    }

    private void stopAll() {
        stopping = true;
        supervisor.close();
        archives.keep();
        links.values().forEach(BrokerLink::close);
        whenStopped.forEach(Runnable::run);
    }

    private Path temporary(String name) {
        Path directory = settings.data().resolve("tmp").resolve(name);
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw CliException.unreachable("cannot write " + directory + ": " + e.getMessage());
        }
    }

    /** A condition that may be looked at again and again. */
    public interface Condition {
        /** Whether it holds now. */
        boolean holds() throws InterruptedException;
    }

    /** Waits until the planner knows so many clusters, for as long as it gets to know more of them. */
    public void awaitClusters(FleetClient client, int clusters) throws InterruptedException {
        for (int known = -1; known < clusters; ) {
            int before = known;
            int[] now = {before};
            await(FleetService.EXECUTOR.id(), "does not announce all clusters", () -> {
                now[0] = client.get("/clusters").size();
                return now[0] > before;
            });
            known = now[0];
        }
    }

    /** Returns when {@code condition} holds; fails where it takes too long, or the process was given up. */
    public void await(String name, String problem, Condition condition) throws InterruptedException {
        Instant end = clock.instant().plus(READY_PATIENCE);
        while (!condition.holds()) {
            if (givenUp() != null || clock.instant().isAfter(end)) {
                throw notReady(name, name + " " + problem);
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private CliException notReady(String name, String problem) {
        failed = true;
        List<String> lines = new ArrayList<>();
        String givenUp = givenUp();
        lines.add(
                givenUp == null
                        ? "not ready, and nothing new for " + READY_PATIENCE.toSeconds() + " s: " + problem
                        : givenUp);
        lines.add("the last lines of " + log(name) + ":");
        supervisor.lastLines(name, 12).forEach(line -> lines.add("  " + line));
        return CliException.unreachable(String.join(System.lineSeparator(), lines));
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
