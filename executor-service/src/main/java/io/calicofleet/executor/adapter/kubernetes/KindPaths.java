package io.calicofleet.executor.adapter.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The paths of the kinds that are the same on every cluster, so that no discovery is needed for them. */
final class KindPaths {

    /**
     * Where a kind is.
     *
     * @param plural as in the path
     * @param namespaced whether its objects are in namespaces
     */
    record Place(String plural, boolean namespaced) {}

    private static final Map<String, Place> WELL_KNOWN = new HashMap<>();

    static {
        namespaced("v1", "ConfigMap", "configmaps");
        namespaced("v1", "Secret", "secrets");
        namespaced("v1", "Pod", "pods");
        namespaced("v1", "Service", "services");
        namespaced("v1", "Endpoints", "endpoints");
        namespaced("v1", "ServiceAccount", "serviceaccounts");
        cluster("v1", "Node", "nodes");
        cluster("v1", "Namespace", "namespaces");
        namespaced("apps/v1", "DaemonSet", "daemonsets");
        namespaced("apps/v1", "Deployment", "deployments");
        namespaced("apps/v1", "ReplicaSet", "replicasets");
        namespaced("apps/v1", "ControllerRevision", "controllerrevisions");
        namespaced("batch/v1", "Job", "jobs");
        namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets");
        namespaced("policy/v1beta1", "PodDisruptionBudget", "poddisruptionbudgets");
        namespaced("coordination.k8s.io/v1", "Lease", "leases");
        namespaced("rbac.authorization.k8s.io/v1", "Role", "roles");
        namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings");
        cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles");
        cluster("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings");
        cluster("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
        cluster("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "customresourcedefinitions");
        cluster("apiregistration.k8s.io/v1", "APIService", "apiservices");
        cluster("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");
        cluster("crd.projectcalico.org/v1", "ClusterInformation", "clusterinformations");
        cluster("crd.projectcalico.org/v1", "FelixConfiguration", "felixconfigurations");
        cluster("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "globalnetworkpolicies");
        cluster("crd.projectcalico.org/v1", "HostEndpoint", "hostendpoints");
        cluster("crd.projectcalico.org/v1", "IPPool", "ippools");
        cluster("crd.projectcalico.org/v1", "KubeControllersConfiguration", "kubecontrollersconfigurations");
        cluster("operator.tigera.io/v1", "Installation", "installations");
        cluster("operator.tigera.io/v1", "TigeraStatus", "tigerastatuses");
        namespaced("helm.cattle.io/v1", "HelmChart", "helmcharts");
        cluster("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "adminnetworkpolicies");
        cluster("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies");
    }

    private KindPaths() {}

    static Optional<Place> find(String apiVersion, String kind) {
        return Optional.ofNullable(WELL_KNOWN.get(apiVersion + " " + kind));
    }

    private static void namespaced(String apiVersion, String kind, String plural) {
        WELL_KNOWN.put(apiVersion + " " + kind, new Place(plural, true));
    }

    private static void cluster(String apiVersion, String kind, String plural) {
        WELL_KNOWN.put(apiVersion + " " + kind, new Place(plural, false));
    }
}
