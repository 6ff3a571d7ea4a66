package io.calicofleet.planner.core.catalogue;

import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HostEndpointFact;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What has to be so on a cluster for a hazard to apply: the keys {@code when} may list. */
public enum Condition {
    /** Application layer policy is on. */
    APPLICATION_LAYER_POLICY {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.applicationLayerPolicy();
        }
    },

    /** Calico keeps its resources in etcd. */
    DATASTORE_ETCD {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.datastore() == Datastore.ETCD;
        }
    },

    /** There is a host endpoint of all interfaces that is not automatic. */
    HOST_ENDPOINTS_OF_ALL_INTERFACES {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.hostEndpoints().stream().anyMatch(HostEndpointFact::needsProtection);
        }
    },

    /** There is an automatic host endpoint. */
    HOST_ENDPOINTS_AUTOMATIC {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.hostEndpoints().stream().anyMatch(HostEndpointFact::automatic);
        }
    },

    /** A calicoctl runs in the cluster. */
    CALICOCTL_IN_CLUSTER {
        @Override
        public boolean holds(ClusterFacts facts) {
            return !facts.calicoctl().isEmpty();
        }
    },

    /** Helm keeps the release in the namespace {@code default}. */
    HELM_RELEASE_IN_DEFAULT {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.helmRelease() != null
                    && facts.helmRelease().namespace().equals("default");
        }
    },

    /** A migration from manifests to the operator was begun and not finished; the inspection's signals say so. */
    MIGRATION_UNFINISHED {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return migration(facts).filter(signal -> !isCanal(signal)).toList();
        }
    },

    /** There are an Installation and canal's DaemonSet, which the operator's migration does not see. */
    CANAL_BESIDE_OPERATOR {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return migration(facts).filter(Condition::isCanal).toList();
        }
    },

    /** Calico's resources are on the way to definitions of projectcalico.org/v3; the inspection's signals say so. */
    DATASTORE_MIGRATION {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return facts.installSignals().stream()
                    .filter(signal -> signal.startsWith("migration to definitions of projectcalico.org/v3"))
                    .toList();
        }
    },

    /** Calico's resources are definitions of projectcalico.org/v3 themselves; the inspection's signals say so. */
    NATIVE_DEFINITIONS {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return facts.installSignals().stream()
                    .filter(signal -> signal.startsWith("native definitions of projectcalico.org/v3"))
                    .toList();
        }
    },

    /** An object of projectcalico.org/v3 owns another object. */
    OWNER_REFERENCES {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return facts.ownerReferences();
        }
    },

    /** There are policies of policy.networking.k8s.io. */
    ADMIN_NETWORK_POLICIES {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            return facts.platform() == null ? List.of() : facts.platform().adminPolicies();
        }
    },

    /** The Installation asks for nodes without privileges. */
    NON_PRIVILEGED {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null && facts.platform().nonPrivileged();
        }
    },

    /** Felix finds out by itself which iptables to use. */
    IPTABLES_BACKEND_UNSET {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() == null || facts.platform().iptablesBackend() == null;
        }
    },

    /** The kernels of the nodes were not told. */
    KERNELS_UNKNOWN {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() == null || facts.platform().kernels().isEmpty();
        }
    },

    /** Felix uses the eBPF data plane. */
    EBPF {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null
                    && Boolean.TRUE.equals(facts.platform().ebpf());
        }
    },

    /** An IP pool uses VXLAN. */
    VXLAN {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null
                    && Boolean.TRUE.equals(facts.platform().vxlan());
        }
    },

    /** Felix is told to use nftables, or iptables over it. */
    NFTABLES {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null
                    && Boolean.TRUE.equals(facts.platform().nftables());
        }
    },

    /** Calico's API server is not registered. */
    WITHOUT_API_SERVER {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null
                    && Boolean.FALSE.equals(facts.platform().apiServer());
        }
    },

    /** Definitions of gateway.networking.k8s.io are there. */
    GATEWAY_API {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.platform() != null
                    && Boolean.TRUE.equals(facts.platform().gatewayApi());
        }
    },

    /** BGPConfigurations set lists of objects, or were not looked at. */
    BGP_LISTS {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            List<String> lists =
                    facts.platform() == null ? null : facts.platform().bgpLists();
            return lists == null ? List.of("BGPConfigurations were not looked at") : lists;
        }
    },

    /** The values of the Helm release do not say where the CSI driver has its path. */
    CSI_PATH_UNSET {
        @Override
        public boolean holds(ClusterFacts facts) {
            return facts.customisations().stream()
                    .noneMatch(value -> value.path().endsWith("kubeletVolumePluginPath"));
        }
    },

    /** IP pools of the Installation have no assignmentMode in the cluster. */
    POOLS_WITHOUT_MODE {
        @Override
        public List<String> evidence(ClusterFacts facts) {
            List<String> pools =
                    facts.platform() == null ? null : facts.platform().poolsWithoutMode();
            return pools == null ? List.of() : pools;
        }
    };

    /** Whether it is so. */
    public boolean holds(ClusterFacts facts) {
        return !evidence(facts).isEmpty();
    }

    /** What it is seen by; empty where it is not so, or where there is nothing to name. */
    public List<String> evidence(ClusterFacts facts) {
        return List.of();
    }

    /** The form in the file: lower case with hyphens. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Stream<String> migration(ClusterFacts facts) {
        return facts.installSignals().stream()
                .filter(signal -> signal.toLowerCase(Locale.ROOT).contains("migration"));
    }

    private static boolean isCanal(String signal) {
        return signal.contains("/canal ");
    }
}
