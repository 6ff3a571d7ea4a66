package io.calicofleet.executor.adapter.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.adapter.calico.etcd.EtcdConnections;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.simulator.etcd.EtcdServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The etcd adapter against a real etcd, and the simulator's against the same. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EtcdDatastoreIT {

    private static final String POLICIES = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/";

    /** What is the same whatever etcd it is. */
    private abstract static class OnEtcd extends CalicoDatastoreConformance {

        private final CalicoVersion version;
        private EtcdConnections connections;
        private CalicoDatastore calico;

        OnEtcd(String version) {
            this.version = CalicoVersion.parse(version);
        }

        abstract EtcdAccess access();

        @Override
        CalicoDatastore open() {
            connections = new EtcdConnections(Duration.ofSeconds(5));
            calico = connections.open(access(), () -> version);
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> calico.list(CalicoKind.NODE).isEmpty());
            return calico;
        }

        @AfterEach
        void disconnect() {
            if (connections != null) { // there is none where no etcd could be started
                connections.close();
            }
        }

        @Override
        List<String> namesOfA() {
            return version.isBefore(3, 32) ? List.of("default.a", "a") : List.of("a", "default.a");
        }

        @Test
        void all_entries_under_a_prefix_are_read_page_by_page() {
            for (int i = 0; i < 1101; i++) {
                String name = "set-" + i;
                calico.create(Yaml.object("{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: "
                        + name + "}, spec: {nets: [10.0.0.0/8]}}"));
            }

            SortedMap<String, String> entries =
                    calico.entries("/calico/resources/v3/projectcalico.org/globalnetworksets/");

            assertThat(entries).hasSize(1101);
            assertThat(entries.values()).allMatch(value -> value.contains("10.0.0.0/8"));
            assertThat(calico.entries("/calico/nothing/")).isEmpty();
        }

        @Test
        void entries_that_together_are_more_than_an_answer_may_be_are_read_all_the_same() {
            String large = "x".repeat(200_000);
            for (int i = 0; i < 30; i++) {
                calico.create(
                        Yaml.object("{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: big-"
                                + i + ", annotations: {example.com/why: " + large + "}}, spec: {nets: [10.0.0.0/8]}}"));
            }

            assertThat(calico.entries("/calico/resources/v3/projectcalico.org/globalnetworksets/"))
                    .hasSize(30)
                    .allSatisfy((key, value) -> assertThat(value).contains(large));
        }

        @Test
        void an_answer_that_does_not_come_is_told_as_a_datastore_out_of_reach() {
            CalicoDatastore nowhere =
                    connections.open(new EtcdAccess(List.of("http://127.0.0.1:1"), "", "", ""), () -> version);

            ClusterException thrown =
                    catchThrowableOfType(ClusterException.class, () -> nowhere.list(CalicoKind.HOST_ENDPOINT));

            assertThat(thrown.problem()).isEqualTo(Problem.DATASTORE_UNAVAILABLE);
            assertThat(thrown.message()).contains("hostendpoints", "http://127.0.0.1:1");
        }
    }

    /** Debian's etcd-server. */
    private abstract static class OnRealEtcd extends OnEtcd {

        @TempDir
        private Path directory;

        private final boolean tls;
        private RealEtcd etcd;

        OnRealEtcd(String version, boolean tls) {
            super(version);
            this.tls = tls;
        }

        @BeforeEach
        @Override
        void connect() {
            try {
                etcd = RealEtcd.start(directory, tls);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            super.connect();
        }

        @AfterEach
        void stop() {
            if (etcd != null) {
                etcd.close();
            }
        }

        @Override
        EtcdAccess access() {
            return etcd.access();
        }

        @Override
        List<String> storedPolicies() {
            return etcd.keys(POLICIES).stream()
                    .map(key -> key.substring(POLICIES.length()))
                    .toList();
        }

        @Override
        void storePolicyAs(String name) {
            etcd.put(POLICIES + name, policy(name).toString());
        }
    }

    @Nested
    class RealBefore332 extends OnRealEtcd {
        RealBefore332() {
            super("v3.22.5", false);
        }
    }

    @Nested
    class RealFrom332 extends OnRealEtcd {
        RealFrom332() {
            super("v3.32.1", false);
        }
    }

    @Nested
    class RealWithTls extends OnRealEtcd {
        RealWithTls() {
            super("v3.31.7", true);
        }
    }

    /** The etcd of simulated clusters. */
    private abstract static class OnSimulatedEtcd extends OnEtcd {

        private final boolean tls;
        private EtcdServer etcd;

        OnSimulatedEtcd(String version, boolean tls) {
            super(version);
            this.tls = tls;
        }

        @BeforeEach
        @Override
        void connect() {
            etcd = EtcdServer.start(tls);
            super.connect();
        }

        @AfterEach
        void stop() {
            etcd.close();
        }

        @Override
        EtcdAccess access() {
            return new EtcdAccess(List.of(etcd.endpoint()), etcd.caPem(), etcd.certificatePem(), etcd.privateKeyPem());
        }

        @Override
        List<String> storedPolicies() {
            return etcd.entries(POLICIES).keySet().stream()
                    .map(key -> key.substring(POLICIES.length()))
                    .toList();
        }

        @Override
        void storePolicyAs(String name) {
            etcd.put(POLICIES + name, policy(name).toString());
        }
    }

    @Nested
    class SimulatedBefore332 extends OnSimulatedEtcd {
        SimulatedBefore332() {
            super("v3.13.4", false);
        }
    }

    @Nested
    class SimulatedFrom332 extends OnSimulatedEtcd {
        SimulatedFrom332() {
            super("v3.32.1", false);
        }
    }

    @Nested
    class SimulatedWithTls extends OnSimulatedEtcd {
        SimulatedWithTls() {
            super("v3.30.7", true);
        }
    }
}
