package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A simulated cluster to upgrade by plans, the releases at hand for it, and people who change it. */
abstract class PlannedCluster {

    static final String FILE = "calico.yaml";
    static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    static final CalicoVersion MIDDLE = CalicoVersion.parse("v3.22.5");
    static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");

    @TempDir
    Path directory;

    Path releases;
    SimulatedFleet fleet;
    SimulatedCluster cluster;
    private int runs;

    @BeforeEach
    void start() throws IOException {
        releases = Files.createDirectory(directory.resolve("releases"));
        bring(MIDDLE, FILE);
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("planned").withManifest(released(OLD, FILE)));
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    void bring(CalicoVersion version, String file) throws IOException {
        Files.createDirectories(releases.resolve(version.toString()));
        Files.writeString(releases.resolve(version.toString()).resolve(file), released(version, file));
    }

    static String released(CalicoVersion version, String file) {
        return SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, version, file);
    }

    static StepParameters parameters(CalicoVersion from, CalicoVersion to) {
        return StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, from, to, OnConflict.HOLD);
    }

    StepSucceeded succeeded(StepKind kind, String campaign, int ordinal, StepParameters parameters) {
        StepProgress outcome = run(kind, campaign, ordinal, parameters);
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    StepProgress run(StepKind kind, String campaign, int ordinal, StepParameters parameters) {
        return run(kind, campaign, ordinal, parameters, UnaryOperator.identity());
    }

    StepProgress run(
            StepKind kind, String campaign, int ordinal, StepParameters parameters, UnaryOperator<ClusterApi> around) {
        StepId id = new StepId(CampaignName.of(campaign), ClusterId.of(cluster.id()), kind, ordinal);
        return fleet.executor("run-" + runs++, cluster, around)
                .run(new StepRequested(id, List.of(), parameters, "please"));
    }

    void killed(StepKind kind, String campaign, int ordinal, StepParameters parameters, StopAt stop) {
        try {
            run(kind, campaign, ordinal, parameters, stop::around);
        } catch (Killer.Killed expected) {
            return;
        }
        throw new AssertionError("it was not killed");
    }

    JsonNode node() {
        return requireNonNull(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node"));
    }

    static JsonNode container(JsonNode node) {
        return node.at("/spec/template/spec/containers/0");
    }

    Optional<JsonNode> entryOf(String name) {
        return StreamSupport.stream(container(node()).path("env").spliterator(), false)
                .filter(entry -> entry.path("name").asText().equals(name))
                .findFirst();
    }

    String env(String name) {
        return entryOf(name).map(entry -> entry.path("value").asText()).orElse("");
    }

    void env(String name, String value) {
        ObjectNode changed = node().deepCopy();
        ArrayNode env = (ArrayNode) container(changed).path("env");
        for (int i = env.size() - 1; i >= 0; i--) {
            if (env.get(i).path("name").asText().equals(name)) {
                env.remove(i);
            }
        }
        env.addObject().put("name", name).put("value", value);
        containers(changed);
    }

    void image(String image) {
        ObjectNode changed = node().deepCopy();
        ((ObjectNode) container(changed)).put("image", image);
        containers(changed);
    }

    void containers(JsonNode changed) {
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":" + changed.at("/spec/template/spec/containers")
                        + "}}}}");
    }

    void config(String key, String value) {
        cluster.patch(
                "v1", "ConfigMap", "kube-system", "calico-config", "{\"data\":{\"" + key + "\":\"" + value + "\"}}");
    }

    List<String> images() {
        return Stream.of(
                        node(),
                        requireNonNull(cluster.get("apps/v1", "Deployment", "kube-system", "calico-kube-controllers")))
                .flatMap(object -> Stream.of("containers", "initContainers")
                        .flatMap(list -> StreamSupport.stream(
                                object.at("/spec/template/spec/" + list).spliterator(), false)))
                .map(container -> container.path("image").asText())
                .toList();
    }

    static List<String> names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(entry -> entry.path("name").asText())
                .toList();
    }

    String planOf(String kind, String name) {
        String apiVersion = kind.equals("ConfigMap") ? "v1" : "apps/v1";
        return requireNonNull(cluster.get(apiVersion, kind, "kube-system", name))
                .at("/metadata/annotations")
                .path(PlanMark.PLAN)
                .asText();
    }

    /** What was written but for what the executor keeps for itself. */
    List<String> writes() {
        return cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .map(entry -> entry.verb() + " " + entry.resource() + "/" + entry.name())
                .filter(write -> Stream.of("leases", "configmaps/calico-fleet", "secrets", "subjectaccessreviews")
                        .noneMatch(write::contains))
                .toList();
    }

    /** Ends the process before its first write of an object of a kind. */
    record StopAt(String kind) {
        ClusterApi around(ClusterApi api) {
            return new Killer(api, true, object -> !object.path("kind").asText().equals(kind));
        }
    }

    /** Somebody who acts after each write of ours. */
    static final class After extends ForwardingCluster {
        final Consumer<ObjectNode> act;

        After(ClusterApi cluster, Consumer<ObjectNode> act) {
            super(cluster);
            this.act = act;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            T result = call.get();
            act.accept(object);
            return result;
        }
    }

    /** An API server that has established a definition only after it was asked for some times. */
    static final class Slow extends ForwardingCluster {
        static final int LOOKS = 3;
        static final String DEFINITION = "CustomResourceDefinition felixconfigurations";

        final AtomicInteger looks;
        final List<String> early;
        boolean written;

        Slow(ClusterApi cluster, AtomicInteger looks, List<String> early) {
            super(cluster);
            this.looks = looks;
            this.early = early;
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            T result = call.get();
            if (written
                    && what.startsWith(DEFINITION)
                    && result instanceof Optional<?> found
                    && found.orElse(null) instanceof ObjectNode definition
                    && looks.incrementAndGet() < LOOKS) {
                definition.remove("status");
            }
            return result;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            String kind = object.path("kind").asText();
            boolean ours = List.of("Secret", "Lease").contains(kind)
                    || object.at("/metadata/name").asText().equals("calico-fleet");
            if (kind.equals("CustomResourceDefinition")) {
                written |= object.at("/metadata/name").asText().startsWith("felixconfigurations");
            } else if (!ours && looks.get() < LOOKS) {
                early.add(kind + " " + object.at("/metadata/name").asText());
            }
            return call.get();
        }
    }
}
