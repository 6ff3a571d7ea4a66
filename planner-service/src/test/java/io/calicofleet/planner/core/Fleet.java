package io.calicofleet.planner.core;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tests plan for: clusters, campaigns, and what is found on a cluster. */
public final class Fleet {

    public static final VersionCatalogue CATALOGUE = CatalogueFile.load();
    public static final CalicoVersion SOURCE = CalicoVersion.parse("v3.13.4");
    public static final CalicoVersion TARGET = CalicoVersion.parse("v3.22.5");

    private Fleet() {}

    /** {@code c01}, {@code c02} and so on. */
    public static List<ClusterCandidate> of(int clusters) {
        List<ClusterCandidate> fleet = new ArrayList<>();
        for (int i = 1; i <= clusters; i++) {
            fleet.add(new ClusterCandidate(
                    ClusterId.of(String.format("c%0" + (clusters > 99 ? 5 : 2) + "d", i)),
                    Map.of("env", i % 2 == 0 ? "prod" : "test"),
                    ""));
        }
        return fleet;
    }

    /** A campaign of all clusters to v3.22.5, with these fields added or replaced. */
    public static CampaignSpec campaign(Object... fields) {
        Map<String, Object> document = new LinkedHashMap<>(Map.of(
                "apiVersion", "calico-fleet/v1",
                "kind", "Campaign",
                "name", "calico-3-22",
                "target", "v3.22.5",
                "maxConcurrent", "100%",
                "clusters", Map.of("all", true)));
        for (int i = 0; i < fields.length; i += 2) {
            document.put((String) fields[i], fields[i + 1]);
        }
        return read(document);
    }

    /** A drill of all clusters. */
    public static CampaignSpec drill(int steps, Object... fields) {
        Map<String, Object> document = new LinkedHashMap<>(Map.of(
                "apiVersion", "calico-fleet/v1",
                "kind", "Campaign",
                "name", "drill",
                "procedure", "drill",
                "drill", Map.of("steps", steps),
                "maxConcurrent", "100%",
                "clusters", Map.of("all", true)));
        for (int i = 0; i < fields.length; i += 2) {
            document.put((String) fields[i], fields[i + 1]);
        }
        return read(document);
    }

    private static CampaignSpec read(Map<String, Object> document) {
        return switch (CampaignSpecReader.read(document)) {
            case Reading.Read<CampaignSpec> read -> read.value();
            case Reading.Refused<CampaignSpec> refused ->
                throw new IllegalArgumentException(refused.problems().toString());
        };
    }

    /** A healthy cluster of calico.yaml v3.13.4 on Kubernetes v1.21 with one host endpoint of all interfaces. */
    public static ClusterFacts facts() {
        return new Facts().build();
    }

    /** {@link #facts()} with differences. */
    public static final class Facts {
        public String kubernetes = "v1.21.14";
        public InstallMethod method = InstallMethod.MANIFEST_KDD;
        public List<String> signals = List.of();
        public Datastore datastore = Datastore.KUBERNETES;
        public CalicoVersion version = SOURCE;
        public CalicoVersion clusterInformation = SOURCE;
        public Boolean datastoreReady = true;
        public int nodesNotReady;
        public List<HostEndpointFact> hostEndpoints = List.of(hostEndpoint(false));
        public boolean temporaryPolicy;
        public boolean applicationLayerPolicy;
        public List<io.calicofleet.event.WorkloadImage> calicoctl = List.of();
        public List<io.calicofleet.event.FieldConflict> conflicts = List.of();
        public List<Customisation> customisations = List.of();
        public List<String> unservedKinds = List.of();
        public List<String> missingPermissions = List.of();
        public io.calicofleet.event.HelmReleaseFact helmRelease;
        public List<io.calicofleet.event.LockoutFact> lockouts = List.of();
        public List<io.calicofleet.event.PolicyFault> policyFaults = List.of();
        public List<io.calicofleet.event.ReleaseChangeFact> releaseChanges = List.of();
        public List<io.calicofleet.event.WorkloadImage> installed = List.of();
        public List<String> ownerReferences = List.of();
        public io.calicofleet.event.NetworkBaseline baseline;
        public io.calicofleet.event.PlatformFacts platform;
        public io.calicofleet.event.ReleaseFacts releases;
        public List<io.calicofleet.event.OwnerFact> owners = List.of();
        public io.calicofleet.event.InstallFacts install;
        public io.calicofleet.event.ChangeFacts change;

        public static HostEndpointFact hostEndpoint(boolean labelled) {
            return new HostEndpointFact("node1-all", "node1", "*", false, labelled);
        }

        public Facts at(CalicoVersion both) {
            version = both;
            clusterInformation = both;
            return this;
        }

        public ClusterFacts build() {
            return new ClusterFacts(
                    kubernetes,
                    method,
                    signals,
                    datastore,
                    version,
                    clusterInformation,
                    datastoreReady,
                    3,
                    nodesNotReady,
                    hostEndpoints,
                    temporaryPolicy,
                    applicationLayerPolicy,
                    calicoctl,
                    customisations,
                    conflicts,
                    unservedKinds,
                    missingPermissions,
                    List.of(),
                    helmRelease,
                    null,
                    lockouts,
                    List.of(),
                    ownerReferences,
                    baseline,
                    platform,
                    releases,
                    owners,
                    install,
                    policyFaults,
                    releaseChanges,
                    installed,
                    change);
        }
    }
}
