package io.calicofleet.planner.core.catalogue;

import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HostEndpointFact;
import java.util.Locale;

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
        public boolean holds(ClusterFacts facts) {
            return facts.installSignals().stream()
                    .anyMatch(signal -> signal.toLowerCase(Locale.ROOT).contains("migration"));
        }
    };

    /** Whether it is so. */
    public abstract boolean holds(ClusterFacts facts);

    /** The form in the file: lower case with hyphens. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
