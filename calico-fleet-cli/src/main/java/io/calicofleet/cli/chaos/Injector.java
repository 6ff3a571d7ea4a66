package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.BrokerLink;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Breaks things and heals them, from any thread: signals, limits of processes, cut connections, the simulator's faults, Kafka's topics. */
final class Injector {

    private static final String WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final String WEBHOOK = """
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
             "metadata":{"name":"dead"},"webhooks":[{"name":"dead.example.com","failurePolicy":"Fail","sideEffects":"None",
              "admissionReviewVersions":["v1"],"clientConfig":{"service":{"namespace":"default","name":"nobody"}},
              "rules":[{"apiGroups":["apps"],"apiVersions":["*"],"resources":["daemonsets","deployments"],
                "operations":["CREATE","UPDATE"]}]}]}
            """;
    /** How far clocks are set ahead or back. */
    static final Duration CLOCK = Duration.ofMinutes(10);

    private static final Duration OF_A_TOPIC = Duration.ofSeconds(20);

    private final LocalSystem system;
    private final SimulatedFleet fleet;
    /** By cluster the faults of its API, by kind: they may overlap. */
    private final Map<String, Map<Fault, ObjectNode>> ofApis = new ConcurrentHashMap<>();

    private final List<Runnable> open = new CopyOnWriteArrayList<>();

    Injector(LocalSystem system, SimulatedFleet fleet) {
        this.system = system;
        this.fleet = fleet;
    }

    /** Breaks it. Returns what heals it again, or empty where that is not ours to do or nothing could be broken. */
    Optional<Runnable> inject(Injection injection) {
        String target = injection.target();
        Optional<Runnable> heal = switch (injection.fault()) {
            case KILLED -> {
                system.kill(target);
                yield Optional.empty();
            }
            case STOPPED -> process(target, "kill -STOP %d", "kill -CONT %d");
            case DISK_FULL -> process(target, "prlimit --pid %d --fsize=1:", "prlimit --pid %d --fsize=unlimited:");
            case CUT_OFF -> {
                BrokerLink link = system.link(target);
                if (link == null) {
                    yield Optional.empty();
                }
                link.cut();
                yield Optional.of(link::mend);
            }
            case CLOCK_AHEAD -> Optional.of(clock(target, CLOCK));
            case CLOCK_BACK -> Optional.of(clock(target, CLOCK.negated()));
            case API_DOWN -> {
                Runnable mend = api(injection, FleetClient.body().put("apiDown", true));
                fleet.dropWatches(target);
                yield Optional.of(mend);
            }
            case API_ERRORS -> Optional.of(api(injection, errors(0.5, 500)));
            case RIGHTS_GONE -> Optional.of(api(injection, errors(1, 403)));
            case API_STARTS -> {
                Runnable mend = api(injection, errors(1, 404));
                fleet.dropWatches(target);
                yield Optional.of(mend);
            }
            case API_SLOW -> Optional.of(api(injection, FleetClient.body().put("latencyMillis", 1500)));
            case ANSWERS_LOST -> Optional.of(api(injection, FleetClient.body().put("lostAnswerShare", 0.34)));
            case WEBHOOK_DEAD -> {
                Runnable delete = () -> fleet.write(target, "DELETE", WEBHOOKS + "/dead", "", "");
                // Its answer may be lost though it is made: it is to be deleted all the same.
                open.add(delete);
                fleet.write(target, "POST", WEBHOOKS, "application/json", WEBHOOK);
                yield Optional.of(delete);
            }
            case TOPIC_RECREATED -> {
                // A broker that stands still answers late, and the others are not to wait.
                Thread.ofVirtual().name("recreate").start(() -> recreate(target));
                yield Optional.empty();
            }
        };
        heal.ifPresent(open::add);
        return heal;
    }

    /** Heals what is still broken, in whatever state the run is; what needs something else healed first comes again. */
    void healAll() {
        for (int time = 1; time <= 2; time++) {
            for (Runnable one : open) {
                try {
                    one.run();
                } catch (CliException e) {
                    // The simulator has ended: then nothing is broken in it either.
                }
            }
        }
        open.clear();
    }

    private static ObjectNode errors(double share, int code) {
        return FleetClient.body().put("errorShare", share).put("errorCode", code);
    }

    private Runnable api(Injection injection, ObjectNode fields) {
        Map<Fault, ObjectNode> faults = ofApis.computeIfAbsent(injection.target(), any -> new HashMap<>());
        change(injection.target(), faults, () -> faults.put(injection.fault(), fields));
        return () -> change(injection.target(), faults, () -> faults.remove(injection.fault(), fields));
    }

    private void change(String cluster, Map<Fault, ObjectNode> faults, Runnable change) {
        synchronized (faults) {
            change.run();
            ObjectNode all = FleetClient.body();
            faults.values().forEach(all::setAll);
            fleet.faults(cluster, all);
        }
    }

    private Runnable clock(String service, Duration ahead) {
        system.setClock(service, ahead);
        return () -> system.setClock(service, Duration.ZERO);
    }

    private Optional<Runnable> process(String name, String breaks, String mends) {
        OptionalLong pid = system.pid(name);
        if (pid.isEmpty() || !run(breaks.formatted(pid.getAsLong()))) {
            return Optional.empty();
        }
        return Optional.of(() -> run(mends.formatted(pid.getAsLong())));
    }

    private static boolean run(String command) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Somebody deletes a topic, sees it, and makes it anew, as the services themselves would. */
    private void recreate(String topic) {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                system.bootstrapServers(),
                "default.api.timeout.ms",
                (int) OF_A_TOPIC.toMillis(),
                "request.timeout.ms",
                (int) OF_A_TOPIC.toMillis() / 2))) {
            admin.deleteTopics(List.of(topic)).all().get(OF_A_TOPIC.toMillis(), TimeUnit.MILLISECONDS);
            long end = System.nanoTime() + OF_A_TOPIC.toNanos();
            while (System.nanoTime() < end) {
                try {
                    if (Topics.create(admin, Optional.empty()).stream()
                            .map(Topic::topicName)
                            .anyMatch(topic::equals)) {
                        return;
                    }
                } catch (IllegalStateException e) {
                    // It is still being deleted.
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // The broker is not there at this moment: then nobody could delete it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
