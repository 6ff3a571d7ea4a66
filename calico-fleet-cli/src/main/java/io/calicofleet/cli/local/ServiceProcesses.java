package io.calicofleet.cli.local;

import static java.util.Objects.requireNonNull;

import io.calicofleet.cli.client.Tokens;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The processes of the services: which there are, where each listens, and how it is started. */
final class ServiceProcesses {

    private final Installation installation;
    private final SystemSettings settings;
    private final ClassArchives archives;
    private final Map<FleetService, Instance> first = new EnumMap<>(FleetService.class);
    /** More than one for each service, by name. */
    private final Map<String, Instance> others = new TreeMap<>();

    /** A process of a service: where it listens, and where it tells its health and metrics. */
    record Instance(String name, FleetService service, int port, int healthPort) {

        /** Where it listens. */
        URI address() {
            return URI.create("http://127.0.0.1:" + port);
        }

        /** Where it tells its health and metrics; what a planner has REST on is for REST alone. */
        URI health() {
            return URI.create("http://127.0.0.1:" + healthPort);
        }
    }

    /** Who has which role for what, in the folder of data; where there is none, everybody with a token is admin. */
    static final String ACCESS = "access.yaml";

    /** Who is told by webhooks, in the folder of data; where there is none, nobody is. */
    static final String WEBHOOKS = "webhooks.yaml";

    /** The chats there are; each is told where its file, such as {@code slack.yaml}, is in the folder of data. */
    static final List<String> CHATS = List.of("slack", "mattermost", "teams");

    /** The database that what happens is written into, as settings of the integrations; where there is none, it is written into none. */
    static final String SQL = "sql.properties";

    /** Whose signatures count, and where they are needed. */
    static final String PASSKEYS = "passkeys.yaml";

    /**
     * One of each service.
     *
     * @param archives what makes them start sooner
     * @param planner where the planner listens
     */
    ServiceProcesses(Installation installation, SystemSettings settings, ClassArchives archives, int planner) {
        this.installation = installation;
        this.settings = settings;
        this.archives = archives;
        Iterator<Integer> free = Ports.free(3).iterator();
        int verifier = free.next();
        int executor = free.next();
        put(FleetService.PLANNER, planner, free.next());
        put(FleetService.VERIFIER, verifier, verifier);
        put(FleetService.EXECUTOR, executor, executor);
        if (services(settings).contains(FleetService.INTEGRATIONS)) {
            int integrations = Ports.free(1).getFirst();
            put(FleetService.INTEGRATIONS, integrations, integrations);
        }
    }

    /** Those that are to run: the integrations only where something is set for them. */
    static List<FleetService> services(SystemSettings settings) {
        boolean integrations = Stream.concat(
                        Stream.of(WEBHOOKS, SQL), CHATS.stream().map(ServiceProcesses::file))
                .anyMatch(file -> Files.exists(settings.data().resolve(file)));
        return integrations ? List.of(FleetService.values()) : FleetService.ALWAYS;
    }

    private void put(FleetService service, int port, int healthPort) {
        first.put(service, new Instance(service.id(), service, port, healthPort));
    }

    /** One more of a service; its name. */
    String add(FleetService service) {
        long number = all().stream().filter(one -> one.service() == service).count() + 1;
        String name = service.id() + "-" + number;
        List<Integer> free = Ports.free(2);
        int port = free.getFirst();
        others.put(name, new Instance(name, service, port, service == FleetService.PLANNER ? free.getLast() : port));
        return name;
    }

    /** All, in the order they are started. */
    List<Instance> all() {
        return Stream.concat(first.values().stream(), others.values().stream()).toList();
    }

    /** The first of a service. */
    Instance first(FleetService service) {
        return requireNonNull(first.get(service), "service");
    }

    /**
     * What starts one.
     *
     * @param kafka {@code host:port} of its way to the broker
     * @param temporary its directory for temporary files
     * @param clock the file its wall clock is set by; null: it has the machine's
     */
    List<String> command(Instance one, String kafka, Path temporary, @Nullable Path clock) {
        FleetService service = one.service();
        List<String> command = new ArrayList<>();
        command.add(JvmOptions.java());
        List<String> options = JvmOptions.of(service.heap(settings.drillClusters()), temporary);
        command.addAll(options);
        if (clock != null) {
            command.addAll(JvmOptions.clock(installation.cliJar(), clock));
        } else {
            command.addAll(archives.options(
                    service.id(), options, List.of(installation.cliJar(), installation.runner(service)), temporary));
        }
        command.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + one.port(),
                "-Dquarkus.banner.enabled=false",
                "-Dkafka.bootstrap.servers=" + kafka));
        List<String> locations = new ArrayList<>();
        if (settings.kafkaSettings() != null) {
            locations.add(file(settings.kafkaSettings(), service).toString());
        }
        Path sql = settings.data().resolve(SQL);
        if (service == FleetService.INTEGRATIONS && Files.exists(sql)) {
            locations.add(sql.toString());
        }
        if (!locations.isEmpty()) {
            command.add("-Dquarkus.config.locations=" + String.join(",", locations));
        }
        if (service == FleetService.PLANNER) {
            command.addAll(List.of(
                    "-Dquarkus.management.host=127.0.0.1",
                    "-Dquarkus.management.port=" + one.healthPort(),
                    "-Dplanner.access.token-file=" + settings.data().resolve(Tokens.FILE)));
            Path access = settings.data().resolve(ACCESS);
            if (Files.exists(access)) {
                command.add("-Dplanner.access.file=" + access);
            }
        }
        Path passkeys = settings.data().resolve(PASSKEYS);
        if ((service == FleetService.PLANNER || service == FleetService.EXECUTOR) && Files.exists(passkeys)) {
            command.add(
                    "-D" + (service == FleetService.PLANNER ? "planner.access" : "executor") + ".passkeys=" + passkeys);
        }
        if (settings.signed()) {
            command.addAll(LocalKeys.in(settings).options(service));
        }
        if (service == FleetService.EXECUTOR) {
            command.addAll(executorSettings(one.name().replace(service.id(), "local")));
        }
        Path webhooks = settings.data().resolve(WEBHOOKS);
        if (service == FleetService.INTEGRATIONS && Files.exists(webhooks)) {
            command.add("-Dintegrations.webhooks.file=" + webhooks);
        }
        for (String chat : CHATS) {
            Path file = settings.data().resolve(file(chat));
            if (service == FleetService.INTEGRATIONS && Files.exists(file)) {
                command.add("-Dintegrations." + chat + ".file=" + file);
            }
        }
        command.addAll(List.of(
                "-cp",
                installation.cliJar() + File.pathSeparator + installation.runner(service),
                Child.class.getName(),
                "0",
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        return command;
    }

    private static String file(String chat) {
        return chat + ".yaml";
    }

    /** Where the settings of Kafka's clients of a service are, in the folder of them. */
    static Path file(Path folder, FleetService service) {
        return folder.resolve(service.id() + ".properties");
    }

    private List<String> executorSettings(String id) {
        List<String> options = new ArrayList<>();
        options.add("-Dexecutor.id=" + id);
        options.add("-Dexecutor.cache=" + settings.data().resolve("cache"));
        if (settings.kubeconfigs() != null) {
            options.add("-Dexecutor.kubeconfigs=" + settings.kubeconfigs());
        }
        if (settings.releases() != null) {
            options.add("-Dexecutor.releases=" + settings.releases());
        }
        if (settings.drillClusters() > 0) {
            options.add("-Dexecutor.drill-clusters=" + settings.drillClusters());
        }
        return options;
    }
}
