package io.calicofleet.cli.doctor;

import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at all parts at the same time, and ends when it is told to, whatever does not answer. */
public final class Doctor {

    /** Clusters at a time: each is a few requests, and an answer that does not come is waited for. */
    private static final int AT_ONCE = 64;

    private static final int DRAWN_MILLIS = 300;

    private final InstantSource clock;
    private final Map<String, Callable<Seen>> looks = new LinkedHashMap<>();
    private final Map<String, ClusterLook> clusters = new LinkedHashMap<>();

    /** A doctor that has nothing to look at yet, and goes by this machine's {@code clock}. */
    public Doctor(InstantSource clock) {
        this.clock = clock;
    }

    /** Has it look at the planner, and what the planner knows; {@code version} is that of this command line. */
    public void planner(FleetClient client, String version) {
        looks.put("planner", new PlannerLook(client, version)::look);
        looks.put("clocks", new PlannerClocks(client, clock)::look);
    }

    /** Has it look at Kafka, by these settings of clients. */
    public void kafka(Supplier<Map<String, Object>> settings) {
        looks.put("kafka", new KafkaLook(settings, clock)::look);
    }

    /** Has it look at clusters by their kubeconfigs; {@code rights} is the folder with the rights of executors. */
    public void clusters(Map<String, Path> kubeconfigs, Path rights) {
        kubeconfigs.forEach((id, file) -> clusters.put(id, new ClusterLook(id, file, rights, clock)));
    }

    /**
     * Has it look for the files of a release.
     *
     * @param releases a folder or a URL; null: where Calico publishes them
     * @param allowed hosts, as the executor's setting has them; empty: any
     */
    public void release(FleetClient client, @Nullable String releases, CalicoVersion target, List<String> allowed) {
        looks.put("releases", new ReleaseLook(client, releases, target, allowed)::look);
    }

    /**
     * Looks.
     *
     * @param limit after which nothing more is waited for
     * @param progress is told what is still looked at
     */
    public List<Finding> examine(Duration limit, Consumer<String> progress) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Semaphore slots = new Semaphore(AT_ONCE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Map<String, Future<Seen>> parts = new LinkedHashMap<>();
            looks.forEach((part, look) -> parts.put(part, threads.submit(look)));
            Map<String, Future<Seen>> ofClusters = new LinkedHashMap<>();
            clusters.forEach((id, look) -> ofClusters.put(id, threads.submit(() -> {
                slots.acquire();
                try {
                    return look.look();
                } finally {
                    slots.release();
                }
            })));
            await(parts, ofClusters, end, progress);
            return findings(parts, ofClusters, limit);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(
            Map<String, Future<Seen>> parts, Map<String, Future<Seen>> clusters, long end, Consumer<String> progress)
            throws InterruptedException {
        List<Future<Seen>> all = new ArrayList<>(parts.values());
        all.addAll(clusters.values());
        for (Future<Seen> one : all) {
            while (!one.isDone() && System.nanoTime() < end) {
                progress.accept(waiting(parts, clusters));
                try {
                    one.get(DRAWN_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException | ExecutionException e) {
                    // what it brought is told with the findings
                }
            }
        }
    }

    private static String waiting(Map<String, Future<Seen>> parts, Map<String, Future<Seen>> clusters) {
        List<String> open = new ArrayList<>();
        parts.forEach((part, seen) -> {
            if (!seen.isDone()) {
                open.add(part);
            }
        });
        long done = clusters.values().stream().filter(Future::isDone).count();
        if (done < clusters.size()) {
            open.add("kubeconfigs (" + done + " of " + clusters.size() + ")");
        }
        return "looking at " + String.join(", ", open) + " ...";
    }

    private List<Finding> findings(
            Map<String, Future<Seen>> parts, Map<String, Future<Seen>> ofClusters, Duration limit) {
        List<Finding> findings = new ArrayList<>();
        List<ClockReading> clocks = new ArrayList<>(List.of(ClockReading.here()));
        List<Certificate> certificates = new ArrayList<>();
        parts.forEach((part, future) -> seen(future)
                .ifPresentOrElse(
                        seen -> {
                            findings.addAll(seen.findings());
                            clocks.addAll(seen.clocks());
                            certificates.addAll(seen.certificates());
                        },
                        () -> findings.add(late(part, limit, "was not looked at"))));
        Map<Finding, List<String>> alike = new LinkedHashMap<>();
        List<String> late = new ArrayList<>();
        ofClusters.forEach((id, future) -> seen(future)
                .ifPresentOrElse(
                        seen -> {
                            seen.findings()
                                    .forEach(finding -> alike.computeIfAbsent(
                                                    without(id, finding), any -> new ArrayList<>())
                                            .add(id));
                            clocks.addAll(seen.clocks());
                            certificates.addAll(seen.certificates());
                        },
                        () -> late.add(id)));
        alike.forEach((finding, ids) -> findings.add(new Finding(
                finding.part(), finding.state(), Finding.some(ids) + ": " + finding.what(), finding.remedy())));
        if (!late.isEmpty()) {
            findings.add(late("kubeconfigs", limit, Finding.some(late) + ": not looked at"));
        }
        findings.addAll(Certificate.judged(certificates, clock.instant()));
        findings.addAll(ClockReading.judged(clocks));
        return findings;
    }

    private static Finding without(String id, Finding finding) {
        String what = finding.what();
        return new Finding(
                finding.part(),
                finding.state(),
                what.startsWith(id + ": ") ? what.substring(id.length() + 2) : what,
                finding.remedy());
    }

    private static Finding late(String part, Duration limit, String what) {
        return Finding.bad(
                part, what + " to the end within " + Durations.shortly(limit), "Give it longer, with --timeout TIME");
    }

    /** Empty where it is not done. */
    private static Optional<Seen> seen(Future<Seen> future) {
        return switch (future.state()) {
            case SUCCESS -> Optional.of(future.resultNow());
            case FAILED -> throw new IllegalStateException(future.exceptionNow());
            case RUNNING, CANCELLED -> Optional.empty();
        };
    }
}
