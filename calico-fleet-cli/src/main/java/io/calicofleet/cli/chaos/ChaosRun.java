package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.chaos.Burst.Planned;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.chaos.Happening.Deed;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The run of a burst: the system starts, the plans happen, everything heals, all of it ends, and its history is read. */
final class ChaosRun {

    private static final int SPEED = 10;
    private static final String POLICIES = "/apis/crd.projectcalico.org/v1/globalnetworkpolicies";

    private final Burst burst;
    private final Path folder;
    private final Consumer<String> tell;
    private final Map<String, PeoplesFields> people = new LinkedHashMap<>();
    private final Map<ChaosPlan, People> crowds = new LinkedHashMap<>();
    private volatile long start;

    ChaosRun(Burst burst, Path folder, Consumer<String> tell) {
        this.burst = burst;
        this.folder = folder;
        this.tell = tell;
    }

    /**
     * Runs it.
     *
     * @param ended is told how long what took, in seconds
     */
    History run(Consumer<String> ended) throws InterruptedException {
        long began = System.nanoTime();
        Installation installation = Installation.here();
        SystemSettings settings = SimulatedFleet.settings(folder);
        try (LocalSystem system = new LocalSystem(installation, settings, line -> tell.accept("  launcher: " + line))) {
            SimulatedFleet fleet = SimulatedFleet.of(system, settings);
            FleetClient client = start(system, fleet, installation);
            Injector injector = new Injector(system, fleet);
            burst.plans()
                    .forEach(plan -> crowds.put(
                            plan, new People(client, plan.campaigns(), line -> tell.accept(clock() + line))));
            start = System.nanoTime();
            crowds.forEach(
                    (plan, crowd) -> crowd.begin(plan.campaigns().getFirst().name()));
            try {
                happen(injector, fleet);
            } finally {
                injector.healAll();
                crowds.values().forEach(People::troubleIsOver);
            }
            tell.accept(clock() + "everything heals");
            double broke = seconds(start);
            long since = System.nanoTime();
            system.awaitReady(missing -> {});
            for (People crowd : crowds.values()) {
                crowd.awaitQuiet();
            }
            crowds.values().forEach(People::close);
            History history = new HistoryReader(fleet, client)
                    .read(
                            system.bootstrapServers(),
                            people,
                            crowds.values().stream()
                                    .flatMap(crowd -> crowd.campaigns().stream())
                                    .toList());
            ended.accept(String.format(
                    Locale.ROOT,
                    "%.0f s: start %.0f, chaos %.0f, until all ended %.0f",
                    seconds(began),
                    (start - began) / 1e9,
                    broke,
                    seconds(since)));
            return history;
        } finally {
            crowds.values().forEach(People::close);
        }
    }

    private FleetClient start(LocalSystem system, SimulatedFleet fleet, Installation installation)
            throws InterruptedException {
        if (burst.hasTwoExecutors()) {
            system.add(FleetService.EXECUTOR);
        }
        system.prepareForFaults();
        system.startBroker();
        fleet.start(Burst.CLUSTERS, burst.clusters(), installation.demoReleases(), SPEED, false);
        system.startServices();
        fleet.awaitReady();
        burst.clusters()
                .forEach(cluster -> people.put(cluster, PeoplesFields.of(fleet, cluster, installation.demoReleases())));
        system.awaitReady(missing -> {});
        FleetClient client = system.client();
        system.awaitClusters(client, burst.clusters().size());
        return client;
    }

    /** Each at its time, on a thread of its own: what is slow, as it breaks, delays no other. */
    private void happen(Injector injector, SimulatedFleet fleet) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Planned planned : burst.happenings()) {
            awaitTime(planned.happening().at());
            tell.accept(clock() + planned.happening().text());
            threads.add(Thread.ofVirtual().start(() -> {
                switch (planned.happening()) {
                    case Injection injection -> inject(injector, injection);
                    case Act act -> act(planned.plan(), fleet, act);
                }
            }));
        }
        awaitTime(burst.duration());
        for (Thread thread : threads) {
            thread.join(burst.duration());
        }
    }

    private void awaitTime(Duration at) throws InterruptedException {
        Duration left = at.minus(since());
        if (left.isPositive()) {
            TimeUnit.NANOSECONDS.sleep(left.toNanos());
        }
    }

    private void act(ChaosPlan plan, SimulatedFleet fleet, Act act) {
        People crowd = crowds.get(plan);
        if (act.deed() == Deed.CHANGE) {
            change(plan, fleet, act.cluster());
        } else if (crowd != null) {
            crowd.ask(act);
        }
    }

    private void inject(Injector injector, Injection injection) {
        try {
            Optional<Runnable> heal = injector.inject(injection);
            if (heal.isPresent()) {
                TimeUnit.NANOSECONDS.sleep(injection.lasts().toNanos());
                heal.get().run();
            }
        } catch (CliException e) {
            // Something else is broken at the same time: what is still to be healed is healed with everything else at
            // the end.
            tell.accept(clock() + "  not possible now: " + injection.text() + ": " + e.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A policy of a person's own. Where Calico's resources are not in Kubernetes she cannot make it there, and does not. */
    private void change(ChaosPlan plan, SimulatedFleet fleet, String cluster) {
        ObjectNode policy =
                FleetClient.body().put("apiVersion", "crd.projectcalico.org/v1").put("kind", "GlobalNetworkPolicy");
        policy.putObject("metadata").put("name", "default.chaos-" + plan.seed());
        policy.putObject("spec")
                .put("order", 900)
                .put("selector", "chaos == 'none'")
                .putArray("types")
                .add("Ingress");
        try {
            JsonNode made = fleet.write(cluster, "POST", POLICIES, "application/json", policy.toString());
            PeoplesFields fields = people.get(cluster);
            if (made.isObject() && fields != null) {
                fields.made(POLICIES + "/" + policy.at("/metadata/name").asText(), policy);
            } else {
                tell.accept(clock() + "  not possible now");
            }
        } catch (CliException e) {
            tell.accept(clock() + "  not possible now: " + e.text());
        }
    }

    private Duration since() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private String clock() {
        return String.format(Locale.ROOT, "%6.1f s  ", seconds(start));
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }
}
