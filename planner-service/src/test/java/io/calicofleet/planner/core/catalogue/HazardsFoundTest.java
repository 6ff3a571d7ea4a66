package io.calicofleet.planner.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ChartArchive;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.model.release.ReleaseFiles;
import io.calicofleet.model.release.diff.ReleaseChange;
import io.calicofleet.model.release.diff.ReleaseDiff;
import io.calicofleet.planner.core.Fleet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * How many of the hazards between v3.24 and v3.33 the comparison of two releases finds without being told. Columns: hazard;
 * two releases and a file, with what of the differences shows it; or why no file of a release can show it.
 *
 * <p>The archive has no charts, and v3.33 is not published yet: what these rows need of them stands here, as the tags and
 * the branch release-v3.33 of projectcalico/calico had it on 2026-08-21. With {@code -Dcalicofleet.releases=DIR} all is
 * read from a folder with {@code <version>/<file>}, charts too.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HazardsFoundTest {

    private static final Path ARCHIVE = Path.of("../../shared/calico-manifests/all-releases.tar.xz");

    /** What was reached; it may rise. */
    private static final int FOUND = 30;

    private static final String UNPUBLISHED = "v3.33.0";

    private static final String TABLE = """
            cni-service-account                     | v3.25.2 v3.26.5 calico.yaml          | objects: \\+ ServiceAccount kube-system/calico-cni-plugin
            tiers                                   | v3.28.5 v3.29.7 calico.yaml          | objects: \\+ CustomResourceDefinition tiers.crd
            kube-controllers-not-root               | v3.28.5 v3.29.7 calico.yaml          | security: .*kube-controllers.*runAsNonRoot
            load-balancer-controller                | v3.29.7 v3.30.7 calico.yaml          | environment: .*ENABLED_CONTROLLERS: node -> node,loadbalancer
            mark-mask-wider                         | v3.29.7 v3.30.7 calico.yaml          | defaults: .*spec.iptablesMarkMask: 0xff000000 -> 0xffff0000
            bandwidth-plugin-gone                   | v3.29.7 v3.30.7 canal.yaml           | configuration: - .*cni_network_config.plugins\\[bandwidth]
            definitions-of-the-operator-moved       | v3.29.7 v3.30.7 tigera-operator.yaml | objects: CustomResourceDefinition installations.operator.* file: operator-crds.yaml, tigera-operator.yaml -> operator-crds.yaml
            ip-pools-of-others                      | v3.27.5 v3.30.7 tigera-operator.yaml | rights: \\+ .*tigera-operator create, patch ippools
            operator-pools-without-api-server       | v3.29.7 v3.30.7 calico.yaml          | fields: \\+ .*ippools.*spec.assignmentMode
            non-privileged-removed                  | v3.30.6 v3.30.7 tigera-operator.yaml | fields: .*spec.nonPrivileged: in use -> deprecated
            images-from-quay                        | v3.30.7 v3.31.7 calico.yaml          | images: from: docker.io/calico/node -> quay.io/calico/node
            host-paths-of-ebpf                      | v3.30.7 v3.31.7 calico.yaml          | containers: \\+ .*ebpf-bootstrap
            admin-network-policies-removed          | v3.31.7 v3.32.1 calico.yaml          | objects: - .*adminnetworkpolicies.policy.networking
            policies-renamed                        | v3.31.7 v3.32.1 calico.yaml          | fields: \\+ .*spec.controllers.policyMigration
            nftables-by-default                     | v3.31.7 v3.32.1 calico.yaml          | defaults: .*spec.nftablesMode: Disabled -> Auto
            nftables-crash                          | v3.31.7 v3.32.1 calico.yaml          | defaults: .*spec.nftablesMode: Disabled -> Auto
            cluster-network-policy-with-nftables    | v3.31.7 v3.32.1 calico.yaml          | objects: \\+ .*clusternetworkpolicies
            api-server-deprecated                   | v3.31.7 v3.32.1 calico.yaml          | rights: .*datastoremigrations
            bgp-configuration-lists                 | v3.31.7 v3.32.0 tigera-operator.yaml | allowed values: \\+ .*bgpconfigurations.*serviceClusterIPs x-kubernetes-list-type \\(set\\)
            operator-tiers-without-api-server       | v3.31.7 v3.32.1 tigera-operator.yaml | rights: \\+ .*tiers/calico-system of projectcalico.org
            tier-of-the-operator-renamed            | v3.31.7 v3.32.1 tigera-operator.yaml | rights: - .*tiers/allow-tigera
            gateway-definitions                     | v3.32.0 v3.32.1 tigera-operator.yaml | rights: \\+ .*customresourcedefinitions/listenersets.gateway.networking.k8s.io
            automatic-host-endpoints-more-addresses | v3.30.7 v3.31.7 calico.yaml          | fields: \\+ .*controllers.node.hostEndpoint.templates\\[].interfacePattern
            api-server-moved                        | v3.30.7 v3.31.7 tigera-operator-ocp-upgrade.yaml | objects: - Namespace calico-apiserver
            application-layer-policy-needs-csi      | v3.30.7 v3.31.7 tigera-operator.tgz  | values of the chart: \\+ .*installation.kubeletVolumePluginPath \\(None\\)
            csi-off-in-the-chart                    | v3.30.7 v3.31.7 tigera-operator.tgz  | values of the chart: \\+ .*installation.kubeletVolumePluginPath \\(None\\)
            chart-without-definitions               | v3.31.7 v3.32.1 tigera-operator.tgz  | objects: - CustomResourceDefinition installations.operator
            merged-gateways-gone                    | v3.32.1 v3.33.0 tigera-operator.yaml | rights: \\+ .*tigera-operator get, list, watch .*gateways of gateway.networking
            routes-by-felix                         | v3.32.1 v3.33.0 calico.yaml          | defaults: .*spec.programClusterRoutes: Disabled -> EnabledIPIPOnly
            one-image                               | v3.32.1 v3.33.0 calico.yaml          | images: from: quay.io/calico/kube-controllers -> quay.io/calico/calico
            native-definitions-by-default           | in no file of the branch: what the documentation says to install
            application-layer-policy-broken         | in the program: Felix does not ask its policies
            pod-security-policy-removed             | in the program: the operator and Kubernetes v1.24
            owner-references                        | in the program: how UIDs are made
            labels-and-uids-moved                   | in the program: how resources are written
            vxlan-checksum-offload                  | in the program: a look at the kernel
            kernel-floor                            | in the program: what eBPF and netlink need
            kernels-unknown                         | in the program: what eBPF and netlink need
            ebpf-vxlan-packets-dropped              | in the program: how packets are marked
            typha-rejects-older-clients             | in the program: what Typha asks of its clients
            ebpf-needs-core                         | in the program: which eBPF programs it has
            """;

    private static final Map<String, String> OWN = Map.of(
            "v3.30.7/tigera-operator.tgz",
            """
            kind: Values
            metadata: {name: tigera-operator}
            installation: {enabled: true}
            kubeletVolumePluginPath: /var/lib/kubelet
            """,
            "v3.31.7/tigera-operator.tgz",
            """
            kind: Values
            metadata: {name: tigera-operator}
            installation: {enabled: true, kubeletVolumePluginPath: None}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: installations.operator.tigera.io}
            """,
            "v3.32.1/tigera-operator.tgz",
            """
            kind: Values
            metadata: {name: tigera-operator}
            installation: {enabled: true, kubeletVolumePluginPath: None}
            """,
            "v3.33.0/tigera-operator.yaml",
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: tigera-operator}
            rules: [{apiGroups: [gateway.networking.k8s.io], resources: [gateways], verbs: [get, list, watch]}]
            """,
            "v3.33.0/calico.yaml",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: calico-kube-controllers, namespace: kube-system}
            spec: {template: {spec: {containers: [{name: calico-kube-controllers, image: "quay.io/calico/calico:v3.33.0"}]}}}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: felixconfigurations.crd.projectcalico.org}
            spec: {group: crd.projectcalico.org, names: {kind: FelixConfiguration}, versions: [{name: v1, storage: true,
              schema: {openAPIV3Schema: {properties: {spec: {properties: {programClusterRoutes: {type: string,
              description: "Who programs routes. [Default: EnabledIPIPOnly]"}}}}}}}]}
            """);

    private final Map<String, List<ReleaseChange>> compared = new TreeMap<>();

    private static Stream<String[]> rows() {
        return TABLE.lines().map(line -> line.split("\\|", 3));
    }

    @Test
    void every_hazard_between_v3_24_and_v3_33_has_its_row() {
        CalicoVersion after = CalicoVersion.parse("v3.24.6");
        List<String> hazards = Fleet.CATALOGUE.hazards().stream()
                .filter(hazard -> Stream.of(
                                hazard.source().before(),
                                hazard.target().from(),
                                hazard.target().before())
                        .anyMatch(edge -> edge != null && edge.compareTo(after) > 0))
                .map(Hazard::id)
                .toList();

        assertThat(rows().map(row -> row[0].strip())).containsExactlyInAnyOrderElementsOf(hazards);
    }

    @Test
    void the_comparison_finds_what_it_found_before(@TempDir Path temporary) throws IOException, InterruptedException {
        String given = System.getProperty("calicofleet.releases");
        Path folder = given == null ? temporary : Path.of(given);
        if (given == null) {
            assumeTrue(
                    Files.exists(ARCHIVE),
                    () -> "skipped: " + ARCHIVE.toAbsolutePath().normalize() + ", Calico's releases, is not there");
            unpack(folder);
        }
        int found = 0;
        int inFiles = 0;
        for (String[] row : rows().toList()) {
            boolean file = row.length == 3;
            boolean seen = file && finds(folder, row[1].strip().split(" ", 3), row[2].strip());
            inFiles += file ? 1 : 0;
            found += seen ? 1 : 0;
            System.out.printf(
                    "%-42s %s%n", row[0].strip(), seen ? "found" : file ? "MISSED" : "not in files, " + row[1].strip());
        }
        long all = rows().count();
        System.out.printf(
                "found %d of %d hazards, %d %%; of those that files can show %d of %d, %d %%%n",
                found, all, 100L * found / all, found, inFiles, 100L * found / inFiles);
        assertThat(found).isEqualTo(inFiles).isGreaterThanOrEqualTo(FOUND);
    }

    private boolean finds(Path folder, String[] pair, String what) {
        Pattern pattern = Pattern.compile(what);
        return compared
                .computeIfAbsent(
                        String.join(" ", pair),
                        key -> ReleaseDiff.between(read(folder, pair[0], pair[2]), read(folder, pair[1], pair[2])))
                .stream()
                .anyMatch(change -> pattern.matcher(change.toString()).find());
    }

    /** The files that belong together with this one, as far as the release has them. */
    private static Map<String, ManifestDocuments> read(Path folder, String version, String first) {
        Map<String, ManifestDocuments> files = new LinkedHashMap<>();
        for (String file : together(first)) {
            try {
                Path archive = folder.resolve(version).resolve(ReleaseChart.archive(CalicoVersion.parse(version)));
                Path path = folder.resolve(version).resolve(file);
                String own = OWN.get(version + "/" + file);
                if (file.equals(ReleaseChart.FILE) && Files.exists(archive)) {
                    files.put(
                            file,
                            ReleaseChart.documents(
                                    CalicoVersion.parse(version),
                                    ChartArchive.files(new ByteArrayInputStream(Files.readAllBytes(archive))),
                                    HazardsFoundTest::yaml));
                } else if (Files.exists(path)) {
                    files.put(file, ManifestDocuments.of(yaml(Files.readString(path))));
                } else if (own != null) {
                    files.put(file, ManifestDocuments.of(yaml(own)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(files).as(version + " " + first).isNotEmpty();
        return files;
    }

    private static List<String> together(String first) {
        return ReleaseFiles.all().stream()
                .filter(files -> files.getFirst().equals(first))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> yaml(String text) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(64 * 1024 * 1024);
        ObjectReader yaml =
                new YAMLMapper(YAMLFactory.builder().loaderOptions(options).build()).readerFor(JsonNode.class);
        try (MappingIterator<JsonNode> documents = yaml.readValues(text)) {
            return documents.readAll();
        }
    }

    /** The releases of the table, with the tar and xz of the machine. */
    private static void unpack(Path folder) throws IOException, InterruptedException {
        List<String> members = rows().filter(row -> row.length == 3)
                .map(row -> row[1].strip().split(" ", 3))
                .flatMap(pair -> Stream.of("./" + pair[0], "./" + pair[1]))
                .filter(member -> !member.equals("./" + UNPUBLISHED))
                .distinct()
                .toList();
        List<String> command = Stream.concat(
                        Stream.of("tar", "-xJf", ARCHIVE.toString(), "-C", folder.toString()), members.stream())
                .toList();
        Process tar = new ProcessBuilder(command).inheritIO().start();
        assumeTrue(tar.waitFor() == 0, "skipped: tar could not unpack Calico's releases");
    }
}
