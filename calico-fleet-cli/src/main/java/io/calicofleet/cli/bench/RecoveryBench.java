package io.calicofleet.cli.bench;

import static io.calicofleet.cli.bench.TopicReader.header;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Measures recovery. Each of a few drill clusters goes from step to step. Processes are killed ({@code kill -9}), and the
 * time is taken from there to the first step that the planner asks for after they run again, on the slowest of the
 * clusters: the way from a step to the next one leads through executor, verifier, planner and broker. What starts them
 * again is the launcher, half a second after their end.
 */
final class RecoveryBench {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** So many steps the clusters take together before something is killed. */
    private static final int UNDER_WAY = 40;
    /** As many as a drill may have: none is to end meanwhile. */
    private static final int STEPS = 1000;

    private final LocalSystem system;
    private final FleetClient client;
    private final int clusters;
    private final Consumer<String> note;

    RecoveryBench(LocalSystem system, FleetClient client, int clusters, Consumer<String> note) {
        this.system = system;
        this.client = client;
        this.clusters = clusters;
        this.note = note;
    }

    /** Kills each process alone, then all at once. */
    RecoveryResult measure() throws InterruptedException {
        List<RecoveryResult.Recovery> recoveries = new ArrayList<>();
        for (String name : List.of(
                FleetService.EXECUTOR.id(),
                FleetService.PLANNER.id(),
                FleetService.VERIFIER.id(),
                LocalSystem.BROKER)) {
            recoveries.add(kill(name, List.of(name), RecoveryResult.ONE));
        }
        recoveries.add(kill(
                "all at once",
                List.of(
                        LocalSystem.BROKER,
                        FleetService.EXECUTOR.id(),
                        FleetService.PLANNER.id(),
                        FleetService.VERIFIER.id()),
                RecoveryResult.ALL));
        return new RecoveryResult(clusters, recoveries);
    }

    private RecoveryResult.Recovery kill(String what, List<String> names, Duration wanted) throws InterruptedException {
        String campaign = "recovery-" + what.replace(' ', '-');
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (StepTimes times = new StepTimes(system.bootstrapServers(), campaign)) {
            client.post("/campaigns", BenchCommand.campaign(campaign, STEPS, false));
            times.await("the drill begins", () -> times.steps() >= UNDER_WAY && times.clusters() == clusters);
            Map<String, Long> killed = new HashMap<>();
            names.forEach(name -> system.pid(name).ifPresent(pid -> killed.put(name, pid)));
            long start = System.nanoTime();
            names.forEach(system::kill);
            times.await(
                    what + " runs again",
                    () -> killed.entrySet().stream()
                            .allMatch(one -> system.pid(one.getKey()).orElse(one.getValue()) != one.getValue()));
            long again = System.nanoTime();
            times.await(
                    "the next step after the kill of " + what,
                    () -> times.since(again).size() == clusters);
            double seconds = times.since(again).values().stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(start)
                    - start;
            RecoveryResult.Recovery recovery = new RecoveryResult.Recovery(what, seconds / 1e9, wanted, load);
            note.accept(recovery.line());
            end(times, campaign);
            return recovery;
        }
    }

    private void end(StepTimes times, String campaign) throws InterruptedException {
        times.await("the drill ends", () -> {
            try {
                if (client.campaign(campaign).phase() == CampaignPhase.ABORTED) {
                    return true;
                }
                client.act(campaign, "abort", FleetClient.body().put("reason", "measured"));
            } catch (ServerUnreachableException | RequestRefusedException e) {
                // The planner is starting, or the campaign has ended between the two.
            }
            TimeUnit.MILLISECONDS.sleep(100);
            return false;
        });
    }

    /** When the planner asked for steps of a campaign, as they reach this process. */
    private final class StepTimes implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final String campaign;
        private final Map<String, Long> newest = new ConcurrentHashMap<>();
        private final List<Map.Entry<String, Long>> all = new ArrayList<>();
        private final Set<StepId> seen = new HashSet<>();

        StepTimes(String bootstrapServers, String campaign) {
            this.campaign = campaign;
            this.consumer = TopicReader.atEnd(bootstrapServers, Duration.ZERO, Topic.STEPS);
        }

        int steps() {
            return all.size();
        }

        int clusters() {
            return newest.size();
        }

        /** By cluster the first step asked for after {@code nanoTime}. */
        Map<String, Long> since(long nanoTime) {
            Map<String, Long> first = new HashMap<>();
            for (Map.Entry<String, Long> step : all) {
                if (step.getValue() > nanoTime) {
                    first.putIfAbsent(step.getKey(), step.getValue());
                }
            }
            return first;
        }

        void await(String what, LocalSystem.Condition condition) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!condition.holds()) {
                String givenUp = system.givenUp();
                if (givenUp != null) {
                    throw CliException.failed(givenUp);
                }
                if (System.nanoTime() > end) {
                    throw CliException.failed("waited " + PATIENCE.toMinutes() + " minutes in vain for this: " + what);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    read(record, System.nanoTime());
                }
            }
        }

        private void read(ConsumerRecord<byte[], byte[]> record, long now) {
            String step = header(record, "ce_stepid");
            if (step != null
                    && campaign.equals(header(record, "ce_campaign"))
                    && EventType.STEP_REQUESTED.encode().equals(header(record, "ce_type"))
                    && seen.add(StepId.parse(step))) {
                String cluster = StepId.parse(step).cluster().value();
                newest.put(cluster, now);
                all.add(Map.entry(cluster, now));
            }
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
