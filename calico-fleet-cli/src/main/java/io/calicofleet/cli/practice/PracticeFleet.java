package io.calicofleet.cli.practice;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.demo.DemoCampaign;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.DemoFleet;
import io.calicofleet.simulator.demo.KafkaTrafficSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * The clusters of the lessons, in this process. Others ask for a repair by a file in the folder of the kubeconfigs, whose name begins with
 * a dot, so that executors leave it out; it is gone when that is done.
 */
public final class PracticeFleet implements AutoCloseable {

    /** Where the lessons go to, from what the demo installs. */
    public static final String TARGET = DemoCampaign.TARGET;

    private static final String RIGHTS = "deploy/kubernetes/executor-permissions.yaml";
    private static final String CALICO_NODE = "calico-node";
    private static final String SYSTEM = "kube-system";
    private static final int NODES = 3;

    private final Simulator simulator;
    private final KafkaTrafficSink nodeLogs;
    private final Path folder;
    private final Map<Lesson, SimulatedCluster> clusters = new EnumMap<>(Lesson.class);

    private PracticeFleet(Simulator simulator, KafkaTrafficSink nodeLogs, Path folder) {
        this.simulator = simulator;
        this.nodeLogs = nodeLogs;
        simulator.addTrafficSink(nodeLogs);
        this.folder = folder;
    }

    /**
     * Starts it, and writes a kubeconfig for each lesson.
     *
     * @param folder for the kubeconfigs
     * @param kafka where the log lines of nodes go, as soon as there is somebody
     * @param speed how much faster than real clusters they are
     */
    public static PracticeFleet start(Path folder, String kafka, double speed) {
        PracticeFleet fleet = new PracticeFleet(
                Simulator.start(SimulatorOptions.ofSpeed(0, speed)), new KafkaTrafficSink(kafka), folder);
        try {
            Files.createDirectories(folder);
            for (Lesson lesson : Lesson.values()) {
                SimulatedCluster cluster = fleet.make(lesson);
                fleet.clusters.put(lesson, cluster);
                Files.writeString(
                        file(folder, lesson),
                        lesson == Lesson.RIGHTS
                                ? cluster.kubeconfig(cluster.account(SYSTEM, "calico-fleet-executor"))
                                : cluster.kubeconfig());
            }
            return fleet;
        } catch (IOException e) {
            fleet.close();
            throw CliException.unreachable("cannot write kubeconfigs to " + folder + ": " + e.getMessage());
        }
    }

    private SimulatedCluster make(Lesson lesson) {
        String manifest = text(Installation.here().demoReleases().resolve(DemoCampaign.INSTALLED + "/calico.yaml"));
        SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named(lesson.toString())
                .withKubernetes("v1.21.14")
                .withNodes(NODES)
                .withManifest(
                        lesson == Lesson.CONFLICT
                                ? manifest.replace("command: [/install-cni.sh]", "command: [/ours/install-cni.sh]")
                                : manifest));
        switch (lesson) {
            case CONFLICT -> {}
            case NODE ->
                cluster.faults()
                        .neverReadyBut(
                                cluster.id() + "-node-2", "calico/node:", "calico/node:" + DemoCampaign.INSTALLED);
            case IMAGE -> cluster.faults().imagePullFails("*", "calico/node:" + TARGET);
            case LOCKOUT -> DemoFleet.hostEndpoints(cluster);
            case ARGO_CD -> track(cluster, "\"net:apps/DaemonSet:kube-system/calico-node\"");
            case RIGHTS ->
                cluster.apply(text(Installation.here().home().resolve(RIGHTS))
                        .replace(
                                "resources: [daemonsets]\n    verbs: [create, update]",
                                "resources: [daemonsets]\n    verbs: [get]"));
        }
        return cluster;
    }

    /** Argo CD marks what it keeps; null takes the mark away. */
    private static void track(SimulatedCluster cluster, String mark) {
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                SYSTEM,
                CALICO_NODE,
                "{\"metadata\": {\"annotations\": {\"argocd.argoproj.io/tracking-id\": " + mark + "}}}");
    }

    static void withoutArgo(SimulatedCluster cluster) {
        track(cluster, "null");
    }

    /** As kubectl apply of the file does, with an administrator's kubeconfig. */
    static void giveRights(SimulatedCluster cluster) {
        cluster.apply(text(Installation.here().home().resolve(RIGHTS)));
    }

    /** Repairs what somebody asked for since; the lessons that were. */
    public void repairAsked() {
        clusters.forEach((lesson, cluster) -> {
            Path asked = asked(folder, lesson);
            if (Files.exists(asked)) {
                lesson.repair(cluster);
                delete(asked);
            }
        });
    }

    /** The file that asks for a repair. */
    public static Path asked(Path folder, Lesson lesson) {
        return folder.resolve("." + lesson + ".repair");
    }

    /** The kubeconfig of a lesson. */
    public static Path file(Path folder, Lesson lesson) {
        return folder.resolve(lesson + ".yaml");
    }

    /** The campaign of all lessons, as a file has it. */
    public static String campaign() {
        StringBuilder names = new StringBuilder();
        for (Lesson lesson : Lesson.values()) {
            names.append(names.isEmpty() ? "" : ", ").append(lesson);
        }
        return """
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: practice
                target: %1$s
                clusters: {names: [%3$s]}
                maxConcurrent: %2$d                 # what is held keeps its place
                failureBudget: {maxFailures: %2$d}   # a lesson that fails stops no other
                gates:
                  pods: {deadline: PT5M}
                  hostEndpointTraffic: {mode: required, observe: PT5S}
                """.formatted(TARGET, Lesson.values().length, names);
    }

    @Override
    public void close() {
        simulator.close();
        nodeLogs.close();
        deleteFiles();
    }

    /** Deletes its kubeconfigs; again does nothing. */
    public void deleteFiles() {
        for (Lesson lesson : Lesson.values()) {
            delete(file(folder, lesson));
            delete(asked(folder, lesson));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CliException.unreachable("the project's file " + file + " cannot be read: " + e.getMessage());
        }
    }
}
