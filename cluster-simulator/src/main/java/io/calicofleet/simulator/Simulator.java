package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.EventLoop;
import io.calicofleet.simulator.kubernetes.http.HttpFrontend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Simulated Kubernetes clusters in this process, behind one port: {@code https://127.0.0.1:<port>/clusters/<id>}.
 *
 * <p>All clusters share a few threads; one more idle cluster costs memory only.
 */
public final class Simulator implements AutoCloseable {

    private final SimulatorOptions options;
    private final HttpFrontend frontend;
    private final ExecutorService controllers;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<String, SimulatedCluster> clusters = new ConcurrentSkipListMap<>();
    private final List<TrafficSink> sinks = new java.util.concurrent.CopyOnWriteArrayList<>();

    private Simulator(SimulatorOptions options) {
        this.options = options;
        this.controllers = Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().name("simulator-controllers-", 0).daemon().factory());
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("simulator-timer").daemon().factory());
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRemoveOnCancelPolicy(true);
        if (options.trafficMillis() > 0) {
            var unused = timer.scheduleWithFixedDelay(
                    () -> clusters.values().forEach(SimulatedCluster::traffic),
                    options.trafficMillis(),
                    options.trafficMillis(),
                    TimeUnit.MILLISECONDS);
        }
        this.frontend = new HttpFrontend(options.port(), options.tls(), new SimulatorPaths(this)::handle);
    }

    /** Opens the port; there are no clusters yet. */
    public static Simulator start(SimulatorOptions options) {
        return new Simulator(options);
    }

    /** Makes a cluster: its namespaces and nodes, then what its manifests hold. */
    public SimulatedCluster addCluster(ClusterTemplate template) {
        SimulatedCluster cluster =
                new SimulatedCluster(template, options, frontend, new EventLoop(controllers, timer), this::deliver);
        if (clusters.putIfAbsent(template.id(), cluster) != null) {
            throw new IllegalArgumentException("there is a cluster " + template.id() + " already");
        }
        frontend.add(template.id(), cluster.endpoint());
        cluster.begin();
        return cluster;
    }

    private void deliver(TrafficLine line) {
        sinks.forEach(sink -> sink.accept(line));
    }

    /** Hands every kernel log line of every cluster to one more consumer, which must not block for long. */
    public void addTrafficSink(TrafficSink sink) {
        sinks.add(sink);
    }

    /** The clusters, by id. */
    public List<SimulatedCluster> clusters() {
        return new ArrayList<>(clusters.values());
    }

    /** A cluster, or null. */
    public @Nullable SimulatedCluster cluster(String id) {
        return clusters.get(id);
    }

    /** The address of the simulator itself: {@code https://127.0.0.1:<port>}. */
    public String address() {
        return frontend.address();
    }

    /** The port. */
    public int port() {
        return frontend.port();
    }

    /** Writes {@code <id>.yaml} for every cluster, and {@code clusters.yaml} with their labels, into a directory. */
    public void writeKubeconfigs(Path directory) {
        writeKubeconfigs(directory, false);
    }

    /**
     * Writes the same with how each etcd without TLS is reached, for those who cannot read it in the cluster.
     */
    public void writeEtcdAccess(Path directory) {
        writeKubeconfigs(directory, true);
    }

    private void writeKubeconfigs(Path directory, boolean withEtcd) {
        try {
            Files.createDirectories(directory);
            ObjectNode all = Json.object();
            for (SimulatedCluster cluster : clusters.values()) {
                Files.writeString(directory.resolve(cluster.id() + ".yaml"), cluster.kubeconfig());
                ObjectNode entry = all.putObject(cluster.id());
                ObjectNode labels = entry.putObject("labels");
                new java.util.TreeMap<>(cluster.labels()).forEach(labels::put);
                EtcdServer etcd = cluster.etcd();
                if (withEtcd && etcd != null && etcd.caPem().isEmpty()) {
                    entry.putObject("etcd").putArray("endpoints").add(etcd.endpoint());
                }
            }
            Files.writeString(directory.resolve("clusters.yaml"), Json.yaml(all));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write kubeconfigs to " + directory, e);
        }
    }

    @Override
    public void close() {
        clusters.values().forEach(SimulatedCluster::stop);
        frontend.close();
        timer.shutdownNow();
        controllers.shutdownNow();
    }
}
