package io.calicofleet.executor.step.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.adapter.calico.CrdDatastore;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.FakeCluster;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is read for the guard, and that it is looked at. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LockoutCheckTest {

    private static final CalicoVersion SOURCE = CalicoVersion.of(3, 13, 5);
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final String IN_NAMESPACE = "projectcalico.org/namespace: team";

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void a_NetworkPolicy_decides_on_a_host_endpoint_that_says_it_is_in_its_namespace() {
        cluster(IN_NAMESPACE);

        assertThat(cut()).as("its profile allows everything").isEmpty();

        cluster.put(policy("Deny"));
        assertThat(cut())
                .contains("probe of calico-node tcp/9099 on n1, used by calico-node,"
                        + " by NetworkPolicy own ingress rule 1 (HostEndpoint n1-all)");

        cluster.put(policy("Allow"));
        assertThat(cut()).isEmpty();
    }

    @Test
    void it_does_not_on_one_that_says_no_namespace() {
        cluster("role: web");
        cluster.put(policy("Deny"));

        assertThat(cut()).isEmpty();
    }

    @Test
    void an_interface_that_the_target_takes_for_that_of_a_pod_is_cut_where_no_host_endpoint_is() {
        cluster.put("""
                apiVersion: v1
                kind: Node
                metadata: {name: n1}
                status:
                  addresses: [{type: InternalIP, address: 10.0.0.1}]
                  daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
                ---
                apiVersion: v1
                kind: Endpoints
                metadata: {name: kubernetes, namespace: default}
                subsets: [{addresses: [{ip: 10.0.0.9}], ports: [{port: 6443}]}]
                """);

        assertThat(cut(CalicoVersion.of(3, 32, 1))).isEmpty();

        cluster.put("""
                apiVersion: crd.projectcalico.org/v1
                kind: FelixConfiguration
                metadata: {name: web}
                spec: {nodeSelector: all(), interfacePrefix: eth}
                """);
        assertThat(cut(CalicoVersion.of(3, 32, 1)))
                .contains(
                        "kubelet tcp/10250 on n1, used by the API server, by Felix, which takes the interface for that of a"
                                + " pod it does not know, by interfacePrefix, as far as it can be decided");
        assertThat(cut()).as("before v3.32 no Felix reads it").isEmpty();
    }

    /** What the upgrade would cut, as a person reads it. */
    private List<String> cut() {
        return cut(TARGET);
    }

    private List<String> cut(CalicoVersion target) {
        return LockoutCheck.beforeNodesRoll(context(target))
                .map(StepOutcome.Failed::evidence)
                .orElse(List.of());
    }

    private void cluster(String label) {
        cluster.put("""
                apiVersion: v1
                kind: Node
                metadata: {name: n1}
                status:
                  conditions: [{type: Ready, status: "True"}]
                  addresses: [{type: InternalIP, address: 10.0.0.1}]
                  daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: n1-all, labels: {%s}}
                spec: {node: n1, interfaceName: "*", expectedIPs: [10.0.0.1], profiles: [projectcalico-default-allow]}
                """.formatted(label));
    }

    private static String policy(String action) {
        return """
                apiVersion: crd.projectcalico.org/v1
                kind: NetworkPolicy
                metadata: {name: default.own, namespace: team}
                spec: {selector: all(), types: [Ingress], ingress: [{action: %s}]}
                """.formatted(action);
    }

    private StepContext context(CalicoVersion target) {
        return new StepContext(
                StepId.parse("c1/c01/upgrade/1"),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, SOURCE, target, OnConflict.HOLD),
                cluster,
                daemonSet -> new CrdDatastore(cluster, () -> SOURCE),
                FakeCluster.unused(Backups.class),
                FakeCluster.unused(Plans.class),
                FakeCluster.unused(Intents.class),
                FakeCluster.unused(ReleaseSource.class),
                NameLookup.NONE,
                (done, total, unit, summary) -> {},
                FakeCluster.unused(Rollouts.class));
    }
}
