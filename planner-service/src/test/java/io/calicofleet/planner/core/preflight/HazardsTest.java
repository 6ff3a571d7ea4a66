package io.calicofleet.planner.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnGateFailure;
import io.calicofleet.event.PlatformFacts;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.catalogue.Hazard;
import io.calicofleet.planner.core.catalogue.Severity;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every hazard of the catalogue, on a cluster that meets it and on one that just does not. Columns: hazard; source, target,
 * Kubernetes and what else is so on the first; the same of the second.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HazardsTest {

    private static final Preflight PREFLIGHT = new Preflight(Fleet.CATALOGUE);

    private static final String CASES = """
            kubernetes-without-crd-v1beta1            | v3.10.0 v3.14.2 v1.22        | v3.10.0 v3.15.5 v1.22
            kubernetes-without-crd-v1                 | v3.10.0 v3.15.5 v1.15        | v3.10.0 v3.15.5 v1.16
            kubernetes-without-disruption-budget-v1beta1 | v3.13.4 v3.22.5 v1.25     | v3.13.4 v3.23.5 v1.25
            kubernetes-without-disruption-budget-v1   | v3.13.4 v3.23.5 v1.20        | v3.13.4 v3.22.5 v1.20
            migration-unfinished                      | v3.20.0 v3.22.5 v1.21 migration | v3.20.0 v3.22.5 v1.21 canal-migration
            canal-beside-operator                     | v3.20.0 v3.22.5 v1.21 canal-migration | v3.20.0 v3.22.5 v1.21 migration
            datastore-migration                       | v3.32.0 v3.32.1 v1.34 datastore-migration | v3.32.0 v3.32.1 v1.34
            native-definitions                        | v3.32.0 v3.32.1 v1.34 native | v3.32.0 v3.32.1 v1.34
            application-layer-policy-broken           | v3.28.5 v3.31.7 v1.32 alp    | v3.28.5 v3.31.7 v1.32
            application-layer-policy-needs-csi        | v3.29.7 v3.32.1 v1.34 helm alp | v3.29.7 v3.32.1 v1.34 helm alp csi-path
            application-layer-policy-needs-flexvolume | v3.13.4 v3.22.5 v1.23 alp    | v3.13.4 v3.22.5 v1.22 alp
            pod-security-policy-removed               | v3.22.5 v3.28.5 v1.24        | v3.22.5 v3.28.5 v1.25
            typha-disruption-budget                   | v3.10.0 v3.16.10 v1.25 manifest-policy-only | v3.10.0 v3.16.10 v1.25
            canal-flannel-image-missing               | v3.13.4 v3.22.1 v1.21 manifest-canal | v3.13.4 v3.22.2 v1.21 manifest-canal
            operator-pod-security-policy              | v3.20.0 v3.22.5 v1.25 operator | v3.20.0 v3.22.5 v1.25
            owner-references                          | v3.27.5 v3.28.5 v1.27 owner  | v3.28.0 v3.28.5 v1.27 owner
            kernel-floor                              | v3.28.5 v3.29.7 v1.29 kernel-4.19 | v3.28.5 v3.29.7 v1.29 kernel-5.10
            non-privileged-removed                    | v3.29.7 v3.30.7 v1.31 operator non-privileged | v3.29.7 v3.30.7 v1.31 operator
            admin-network-policies-removed            | v3.31.7 v3.32.1 v1.34 admin-policy | v3.31.7 v3.32.1 v1.34
            helm-namespace-moved                      | v3.22.5 v3.23.5 v1.21 helm helm-in-default | v3.22.5 v3.23.5 v1.21 helm
            canal-etcd-job-changed                    | v3.22.5 v3.23.5 v1.21 manifest-canal-etcd | v3.13.4 v3.22.5 v1.21 manifest-canal-etcd
            host-endpoints-deny-by-default            | v3.13.4 v3.22.5 v1.21 host-endpoint | v3.13.4 v3.22.5 v1.21
            crd-schema-after-v1beta1                  | v3.14.2 v3.22.5 v1.21        | v3.15.5 v3.22.5 v1.21
            ipam-host-local-to-calico                 | v3.5.0 v3.22.5 v1.21         | v3.6.0 v3.22.5 v1.21
            iptables-backend-auto                     | v3.16.0 v3.22.5 v1.21        | v3.16.0 v3.22.5 v1.21 backend
            iptables-backend-canal                    | v3.19.4 v3.22.5 v1.21 manifest-canal | v3.19.4 v3.22.5 v1.21
            mtu-auto                                  | v3.16.0 v3.22.5 v1.21        | v3.17.0 v3.22.5 v1.21
            floating-ips-disabled                     | v3.22.1 v3.22.5 v1.21        | v3.22.2 v3.22.5 v1.21
            flexvolume-removed                        | v3.22.5 v3.23.5 v1.21 alp    | v3.22.5 v3.23.5 v1.21
            cni-service-account                       | v3.25.2 v3.26.5 v1.26        | v3.26.0 v3.26.5 v1.26
            labels-and-uids-moved                     | v3.27.5 v3.28.5 v1.27        | v3.28.0 v3.28.5 v1.27
            vxlan-checksum-offload                    | v3.27.5 v3.28.5 v1.27        | v3.28.0 v3.28.5 v1.27
            kernels-unknown                           | v3.28.5 v3.29.7 v1.29        | v3.28.5 v3.29.7 v1.29 kernel-5.10
            tiers                                     | v3.28.5 v3.29.7 v1.29        | v3.29.0 v3.29.7 v1.29
            kube-controllers-not-root                 | v3.28.5 v3.29.7 v1.29        | v3.29.0 v3.29.7 v1.29
            load-balancer-controller                  | v3.29.7 v3.30.7 v1.31        | v3.29.7 v3.30.7 v1.31 operator
            ip-pools-of-others                        | v3.29.7 v3.30.7 v1.31 operator | v3.29.7 v3.30.7 v1.31
            csi-off-in-the-chart                      | v3.30.7 v3.31.7 v1.32 helm   | v3.30.7 v3.31.7 v1.32 helm csi-path
            routes-by-felix                           | v3.32.1 v3.33.0 v1.34        | v3.31.0 v3.32.1 v1.34
            ebpf-vxlan-packets-dropped                | v3.30.6 v3.31.7 v1.32 ebpf-vxlan | v3.30.7 v3.31.7 v1.32 ebpf-vxlan
            bgp-configuration-lists                   | v3.31.7 v3.32.0 v1.34 bgp-lists | v3.31.7 v3.32.0 v1.34 no-bgp-lists
            operator-pools-without-api-server         | v3.28.5 v3.31.7 v1.34 operator no-api-server-pools | v3.28.5 v3.31.7 v1.34 operator api-server-pools
            operator-tiers-without-api-server         | v3.31.7 v3.32.1 v1.34 operator no-api-server | v3.31.7 v3.32.1 v1.34 operator api-server
            definitions-of-the-operator-moved         | v3.29.7 v3.30.7 v1.31 operator | v3.30.0 v3.30.7 v1.31 operator
            mark-mask-wider                           | v3.29.7 v3.30.7 v1.31        | v3.30.0 v3.30.7 v1.31
            bandwidth-plugin-gone                     | v3.29.7 v3.30.7 v1.31        | v3.29.7 v3.30.7 v1.31 operator
            host-paths-of-ebpf                        | v3.30.7 v3.31.7 v1.32        | v3.31.0 v3.31.7 v1.32
            nftables-by-default                       | v3.31.7 v3.32.1 v1.34        | v3.30.7 v3.31.7 v1.32
            nftables-crash                            | v3.31.7 v3.32.1 v1.34 nftables | v3.32.1 v3.33.0 v1.34 nftables
            cluster-network-policy-with-nftables      | v3.31.7 v3.32.1 v1.34 nftables | v3.31.7 v3.32.1 v1.34 ebpf-vxlan
            chart-without-definitions                 | v3.31.7 v3.32.1 v1.34 helm   | v3.31.7 v3.32.1 v1.34 operator
            tier-of-the-operator-renamed              | v3.31.7 v3.32.1 v1.34 operator | v3.31.7 v3.32.1 v1.34
            gateway-definitions                       | v3.31.7 v3.32.1 v1.34 operator gateway | v3.31.7 v3.32.0 v1.34 operator gateway
            merged-gateways-gone                      | v3.32.1 v3.33.0 v1.34 operator gateway | v3.32.1 v3.33.0 v1.34 operator
            ebpf-needs-core                           | v3.32.1 v3.33.0 v1.34 ebpf-vxlan | v3.32.1 v3.33.0 v1.34 nftables
            one-image                                 | v3.32.1 v3.33.0 v1.34        | v3.31.7 v3.32.1 v1.34
            native-definitions-by-default             | v3.32.1 v3.33.0 v1.34        | v3.31.7 v3.32.1 v1.34
            images-from-quay                          | v3.30.7 v3.31.7 v1.32        | v3.31.0 v3.31.7 v1.32
            automatic-host-endpoints-more-addresses   | v3.30.7 v3.31.7 v1.32 auto-host-endpoint | v3.30.7 v3.31.7 v1.32 host-endpoint
            api-server-moved                          | v3.30.7 v3.31.7 v1.32 operator | v3.30.7 v3.31.7 v1.32
            typha-rejects-older-clients               | v3.31.7 v3.32.1 v1.34 manifest-kdd-typha | v3.31.7 v3.32.1 v1.34
            policies-renamed                          | v3.31.7 v3.32.1 v1.34        | v3.30.7 v3.31.7 v1.32
            api-server-deprecated                     | v3.31.7 v3.32.1 v1.34 operator | v3.31.7 v3.32.1 v1.34
            dikastes-restarted                        | v3.28.5 v3.29.7 v1.29 alp    | v3.28.5 v3.29.7 v1.29
            etcd-to-kubernetes                        | v3.13.4 v3.22.5 v1.21 manifest-etcd etcd | v3.13.4 v3.22.5 v1.21
            manifest-to-operator                      | v3.13.4 v3.22.5 v1.21        | v3.13.4 v3.22.5 v1.21 manifest-canal
            canal-not-to-operator                     | v3.13.4 v3.22.5 v1.21 manifest-canal | v3.13.4 v3.22.5 v1.21
            calicoctl-mismatch                        | v3.19.4 v3.22.5 v1.21        | v3.20.0 v3.22.5 v1.21
            """;

    private static Stream<String[]> cases() {
        return CASES.lines().map(line -> line.split("\\|"));
    }

    @TestFactory
    Stream<DynamicTest> a_hazard_is_told_where_it_is_met_and_only_there() {
        return cases().map(columns -> DynamicTest.dynamicTest(columns[0].strip(), () -> {
            Hazard hazard = hazard(columns[0].strip());
            PreflightResult met = judge(columns[1], UpgradeSpec.DEFAULT);
            PreflightResult not = judge(columns[2], UpgradeSpec.DEFAULT);

            boolean refuses = hazard.severity() == Severity.REFUSE;
            assertThat(refuses ? met.objections() : met.notes())
                    .anyMatch(text -> text.startsWith(hazard.sentence()) && text.endsWith(hazard.instead()));
            assertThat(refuses ? met.notes() : met.objections()).noneMatch(text -> text.startsWith(hazard.sentence()));
            assertThat(Stream.concat(not.objections().stream(), not.notes().stream()))
                    .noneMatch(text -> text.startsWith(hazard.sentence()));
        }));
    }

    @TestFactory
    Stream<DynamicTest> what_is_to_be_prepared_asks_for_it_and_what_cannot_be_taken_back_forbids_a_rollback() {
        UpgradeSpec rollback = UpgradeSettings.with("onGateFailure", OnGateFailure.ROLLBACK);
        return cases().map(columns -> DynamicTest.dynamicTest(columns[0].strip(), () -> {
            Hazard hazard = hazard(columns[0].strip());
            String[] words = columns[1].strip().split(" +");
            boolean prepares = Fleet.CATALOGUE.asksToPrepare(
                    CalicoVersion.parse(words[0]),
                    CalicoVersion.parse(words[1]),
                    facts(words).build());

            assertThat(prepares).isEqualTo(hazard.severity() == Severity.PREPARE);
            if (hazard.noWayBack()) {
                assertThat(judge(columns[1], rollback).objections())
                        .anyMatch(text -> text.contains("rollback") && text.contains(hazard.sentence()));
                assertThat(judge(columns[1], UpgradeSpec.DEFAULT).objections())
                        .noneMatch(text -> text.contains("rollback"));
            }
        }));
    }

    @Test
    void every_hazard_has_its_case() {
        assertThat(cases().map(columns -> columns[0].strip()))
                .containsExactlyInAnyOrderElementsOf(
                        Fleet.CATALOGUE.hazards().stream().map(Hazard::id).collect(Collectors.toSet()));
    }

    @Test
    void names_what_was_seen() {
        assertThat(judge("v3.27.5 v3.28.5 v1.27 owner", UpgradeSpec.DEFAULT).objections())
                .anyMatch(text -> text.contains("Seen: ConfigMap shop/rules owned by GlobalNetworkPolicy dns."));
        assertThat(judge("v3.28.5 v3.29.7 v1.29 kernel-4.19", UpgradeSpec.DEFAULT)
                        .objections())
                .anyMatch(text -> text.contains("Seen: 4.19.0-20-amd64."));
    }

    private static Hazard hazard(String id) {
        return Fleet.CATALOGUE.hazards().stream()
                .filter(hazard -> hazard.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the catalogue has no hazard " + id));
    }

    private static PreflightResult judge(String cluster, UpgradeSpec settings) {
        String[] words = cluster.strip().split(" +");
        Fleet.Facts facts = facts(words);
        return PREFLIGHT.judge(facts.build(), facts.version, CalicoVersion.parse(words[1]), settings, null, false);
    }

    private static Fleet.Facts facts(String[] words) {
        Fleet.Facts facts = new Fleet.Facts().at(CalicoVersion.parse(words[0]));
        facts.kubernetes = words[2] + ".0";
        facts.hostEndpoints = List.of();
        for (int i = 3; i < words.length; i++) {
            set(facts, words[i]);
        }
        return facts;
    }

    private static void set(Fleet.Facts facts, String what) {
        switch (what) {
            case "alp" -> facts.applicationLayerPolicy = true;
            case "etcd" -> facts.datastore = Datastore.ETCD;
            case "host-endpoint" -> facts.hostEndpoints = List.of(Fleet.Facts.hostEndpoint(false));
            case "auto-host-endpoint" ->
                facts.hostEndpoints = List.of(new HostEndpointFact("node1-auto-hep", "node1", "*", true, false));
            case "migration" ->
                facts.signals = List.of("unfinished migration to the operator: 2 nodes carry the label pre-operator");
            case "canal-migration" ->
                facts.signals = List.of("unfinished migration to the operator: an Installation and DaemonSet"
                        + " kube-system/canal both exist");
            case "datastore-migration" ->
                facts.signals = List.of(
                        "migration to definitions of projectcalico.org/v3: DatastoreMigration x is in phase Migrating");
            case "native" ->
                facts.signals = List.of("native definitions of projectcalico.org/v3: CALICO_API_GROUP of calico-node");
            case "owner" -> facts.ownerReferences = List.of("ConfigMap shop/rules owned by GlobalNetworkPolicy dns");
            case "helm-in-default" -> facts.helmRelease = new HelmReleaseFact("calico", "default", "x", "v3.22.5", 1);
            case "csi-path" ->
                facts.customisations = List.of(new Customisation(
                        "Helm release calico/calico", "installation.kubeletVolumePluginPath", "/var/lib/kubelet"));
            case "backend" -> facts.platform = platform(List.of(), List.of(), false, "NFT");
            case "non-privileged" -> facts.platform = platform(List.of(), List.of(), true, null);
            case "admin-policy" -> facts.platform = platform(List.of(), List.of("AdminNetworkPolicy dns"), false, null);
            case "kernel-4.19" -> facts.platform = kernels("4.19.0-20-amd64", "5.15.0-91-generic");
            case "kernel-5.10" -> facts.platform = kernels("5.10.0-8-amd64");
            case "ebpf-vxlan" -> facts.platform = dataplane(true, true, false, null, null);
            case "nftables" -> facts.platform = dataplane(false, true, true, null, null);
            case "no-api-server" -> facts.platform = dataplane(false, false, false, false, false);
            case "no-api-server-pools" -> facts.platform = pools(false);
            case "api-server-pools" -> facts.platform = pools(true);
            case "api-server" -> facts.platform = dataplane(false, false, false, true, false);
            case "bgp-lists" -> facts.platform = bgp(List.of("BGPConfiguration default serviceClusterIPs"));
            case "no-bgp-lists" -> facts.platform = bgp(List.of());
            case "gateway" -> facts.platform = dataplane(false, false, false, true, true);
            default -> facts.method = InstallMethod.parse(what);
        }
    }

    private static PlatformFacts kernels(String... kernels) {
        return platform(List.of(kernels), List.of(), false, null);
    }

    private static PlatformFacts platform(
            List<String> kernels, List<String> adminPolicies, boolean nonPrivileged, String backend) {
        return new PlatformFacts(
                kernels, adminPolicies, nonPrivileged, backend, null, null, null, null, null, null, null);
    }

    private static PlatformFacts dataplane(
            boolean ebpf, boolean vxlan, boolean nftables, Boolean apiServer, Boolean gatewayApi) {
        return new PlatformFacts(
                List.of("6.1.0"),
                List.of(),
                false,
                "NFT",
                ebpf,
                vxlan,
                nftables,
                apiServer,
                gatewayApi,
                List.of(),
                null);
    }

    private static PlatformFacts pools(boolean apiServer) {
        return new PlatformFacts(
                List.of("6.1.0"),
                List.of(),
                false,
                "NFT",
                false,
                false,
                false,
                apiServer,
                false,
                List.of(),
                List.of("IPPool default-ipv4-ippool"));
    }

    private static PlatformFacts bgp(List<String> lists) {
        return new PlatformFacts(List.of("6.1.0"), List.of(), false, "NFT", null, null, null, true, null, lists, null);
    }
}
