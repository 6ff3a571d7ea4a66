package io.calicofleet.executor.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.TraceContext;
import io.calicofleet.executor.engine.Delivery;
import io.calicofleet.executor.engine.Outbox;
import io.calicofleet.executor.step.FakeCluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AnnouncerTest {

    private static final String INSTALL = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system}
            spec:
              template:
                spec:
                  containers:
                  - {name: calico-node, image: "quay.io/calico/node:v3.32.1", env: [{name: DATASTORE_TYPE, value: kubernetes}]}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: clusterinformations.GROUP}
            spec: {group: GROUP, names: {kind: ClusterInformation}}
            ---
            apiVersion: VERSION
            kind: ClusterInformation
            metadata: {name: default}
            spec: {calicoVersion: v3.32.1}
            """;

    private final CompletableFuture<FleetEvent> said = new CompletableFuture<>();

    @Test
    void an_install_of_native_definitions_is_announced_with_its_method_and_version() throws Exception {
        ClusterAnnounced announced = announced("projectcalico.org", "projectcalico.org/v3");

        assertThat(announced.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD_NATIVE);
        assertThat(announced.calicoVersion()).isEqualTo(CalicoVersion.of(3, 32, 1));
    }

    @Test
    void an_install_of_the_usual_definitions_is_announced_with_its_method_and_version() throws Exception {
        ClusterAnnounced announced = announced("crd.projectcalico.org", "crd.projectcalico.org/v1");

        assertThat(announced.uid()).as("which real cluster it is").isEqualTo("the-uid");
        assertThat(announced.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD);
        assertThat(announced.calicoVersion()).isEqualTo(CalicoVersion.of(3, 32, 1));
    }

    private ClusterAnnounced announced(String group, String version) throws Exception {
        FakeCluster cluster = new FakeCluster();
        cluster.uid("the-uid");
        cluster.put(INSTALL.replace("GROUP", group).replace("VERSION", version));
        KubernetesCluster served =
                new KubernetesCluster(ClusterId.of("c01"), cluster, Duration.ofSeconds(6), InstantSource.system());

        new Announcer(new Said(), "it", "run").announce(new ServedCluster(served, Map.of(), true, () -> {}));

        return (ClusterAnnounced) said.get(30, TimeUnit.SECONDS);
    }

    private final class Said implements Outbox {
        @Override
        public CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event) {
            said.complete(event);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> deadLetter(Delivery delivery, String reason) {
            throw new AssertionError("nothing is delivered here");
        }
    }
}
