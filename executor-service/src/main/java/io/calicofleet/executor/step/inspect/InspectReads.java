package io.calicofleet.executor.step.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Permissions;
import java.util.ArrayList;
import java.util.List;

/** What an inspection reads, and what it says of what may not be read. */
final class InspectReads {

    /**
     * Something to read.
     *
     * @param needed whether it is missed where it may not be read; what only tells more of an install is not
     */
    record Read(String apiVersion, String kind, String namespace, String labelSelector, boolean needed) {

        static Read needed(String apiVersion, String kind, String namespace) {
            return new Read(apiVersion, kind, namespace, "", true);
        }

        static Read helpful(String apiVersion, String kind, String namespace, String labelSelector) {
            return new Read(apiVersion, kind, namespace, labelSelector, false);
        }
    }

    static final List<Read> EVERYTHING = List.of(
            Read.needed(Kinds.CORE, "Node", ""),
            Read.needed(Kinds.CORE, "Namespace", ""),
            Read.needed(Kinds.CORE, "Pod", ""),
            Read.helpful(Kinds.CORE, "Secret", "", "owner=helm"),
            Read.needed(Kinds.APPS, "DaemonSet", ""),
            Read.needed(Kinds.APPS, "Deployment", ""),
            Read.needed("batch/v1", "Job", Kinds.KUBE_SYSTEM),
            Read.needed("apiextensions.k8s.io/v1", "CustomResourceDefinition", ""),
            Read.helpful("apiregistration.k8s.io/v1", "APIService", "", ""),
            Read.needed("operator.tigera.io/v1", "Installation", ""),
            Read.helpful("operator.tigera.io/v1", "TigeraStatus", "", ""),
            Read.needed("migration.projectcalico.org/v1", "DatastoreMigration", ""),
            Read.needed("migration.projectcalico.org/v1beta1", "DatastoreMigration", ""),
            Read.helpful("operator.tigera.io/v1", "ImageSet", "", ""),
            Read.helpful("helm.cattle.io/v1", "HelmChart", "", ""),
            Read.helpful("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "", ""),
            Read.helpful("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "", ""));

    /** Of Calico's own resources, wherever they are kept. */
    private static final List<CalicoKind> CALICO = List.of(
            CalicoKind.CLUSTER_INFORMATION,
            CalicoKind.FELIX_CONFIGURATION,
            CalicoKind.KUBE_CONTROLLERS_CONFIGURATION,
            CalicoKind.HOST_ENDPOINT,
            CalicoKind.NODE,
            CalicoKind.IP_POOL,
            CalicoKind.GLOBAL_NETWORK_POLICY,
            CalicoKind.NETWORK_POLICY,
            CalicoKind.GLOBAL_NETWORK_SET,
            CalicoKind.NETWORK_SET,
            CalicoKind.BGP_CONFIGURATION,
            CalicoKind.BGP_PEER);

    /** What people may have had a resource of v3 own, where its uid matters. */
    static final List<Read> OWNED =
            List.of(Read.helpful(Kinds.CORE, "ConfigMap", "", ""), Read.helpful(Kinds.CORE, "Service", "", ""));

    private InspectReads() {}

    /** The ConfigMaps of Calico's namespace. */
    static List<Read> configMaps(String namespace) {
        return List.of(Read.needed(Kinds.CORE, "ConfigMap", namespace));
    }

    /** Reads; what may not be read is among the missing permissions, or a note where it only helps. */
    static void read(
            ClusterApi cluster, List<Read> reads, List<ObjectNode> objects, List<String> missing, List<String> notes) {
        for (Read read : reads) {
            try {
                objects.addAll(cluster.list(read.apiVersion(), read.kind(), read.namespace(), read.labelSelector()));
            } catch (ClusterException e) {
                if (e.problem() != Problem.FORBIDDEN) {
                    throw e;
                }
                if (read.needed()) {
                    missing.add(Permissions.of("list", read.apiVersion(), read.kind(), read.namespace())
                            .toString());
                } else {
                    notes.add(
                            "there may be a " + read.kind() + " that tells more of the install: the kubeconfig may not "
                                    + Permissions.of("list", read.apiVersion(), read.kind(), read.namespace()));
                }
            }
        }
    }

    /** Calico's own resources, wherever they are kept. */
    static List<ObjectNode> resources(CalicoDatastore calico, List<String> missing) {
        List<ObjectNode> resources = new ArrayList<>();
        for (CalicoKind kind : CALICO) {
            try {
                resources.addAll(calico.list(kind));
            } catch (ClusterException e) {
                if (e.problem() != Problem.FORBIDDEN) {
                    throw e;
                }
                missing.add("list " + kind.plural() + " of Calico");
            }
        }
        return resources;
    }
}
