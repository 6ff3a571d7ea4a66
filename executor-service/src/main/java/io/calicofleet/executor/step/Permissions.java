package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.istio.Injector;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.step.Permission;
import io.calicofleet.executor.core.step.ResourceRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a kubeconfig has to be allowed to do for the steps of an upgrade. */
final class Permissions {

    private static final List<String> KEEPING = List.of("get", "create", "update");

    private Permissions() {}

    static Permission of(String verb, String apiVersion, String kind, String namespace) {
        int slash = apiVersion.indexOf('/');
        return new Permission(verb, slash < 0 ? "" : apiVersion.substring(0, slash), plural(kind), namespace);
    }

    /**
     * Those of an upgrade.
     *
     * @param calico what the way to Calico's resources needs
     */
    static List<Permission> ofUpgrade(@Nullable Manifests manifests, List<Permission> calico) {
        Set<Permission> all = new LinkedHashSet<>();
        for (String verb : KEEPING) {
            all.add(of(verb, Kinds.CORE, "ConfigMap", Kinds.KUBE_SYSTEM));
            all.add(of(verb, Kinds.CORE, "Secret", Kinds.KUBE_SYSTEM));
            all.add(of(verb, "coordination.k8s.io/v1", "Lease", Kinds.KUBE_SYSTEM));
        }
        all.addAll(calico);
        // What the gates are observed by: one that is refused would be found out only after everything was written.
        for (String verb : List.of("list", "watch")) {
            all.add(of(verb, Kinds.CORE, "Pod", Kinds.KUBE_SYSTEM));
            all.add(of(verb, Kinds.CORE, "Node", ""));
            for (String kind : List.of("DaemonSet", "Deployment", "ControllerRevision", "ReplicaSet")) {
                all.add(of(verb, Kinds.APPS, kind, Kinds.KUBE_SYSTEM));
            }
            all.add(of(verb, "apiextensions.k8s.io/v1", "CustomResourceDefinition", ""));
            all.add(of(verb, "apiregistration.k8s.io/v1", "APIService", ""));
        }
        if (manifests != null
                && manifests.target().find(OperatorDeployment.REF.key()).isPresent()) {
            all.addAll(ofOperator());
        }
        if (manifests != null) {
            for (ObjectNode object : manifests.target().objects().values()) {
                ResourceRef ref = ResourceRef.of(object);
                for (String verb : KEEPING) {
                    all.add(of(verb, ref.apiVersion(), ref.kind(), ref.namespace()));
                }
                if (ref.kind().equals("Job")) { // a finished one may have to go
                    for (String verb : List.of("list", "watch", "delete")) {
                        all.add(of(verb, ref.apiVersion(), ref.kind(), ref.namespace()));
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    /** What an operator is judged by, and what its settings are saved and put back with. */
    static List<Permission> ofOperator() {
        List<Permission> all = new ArrayList<>();
        for (String verb : List.of("list", "watch")) {
            for (String namespace : CalicoWorkloads.OPERATORS) {
                all.add(of(verb, Kinds.CORE, "Pod", namespace));
                for (String kind : List.of("DaemonSet", "Deployment", "ControllerRevision", "ReplicaSet")) {
                    all.add(of(verb, Kinds.APPS, kind, namespace));
                }
            }
            all.add(of(verb, Kinds.OPERATOR, "Installation", ""));
            all.add(of(verb, Kinds.OPERATOR, "TigeraStatus", ""));
        }
        for (String kind : OperatorSettings.KINDS) {
            for (String verb : List.of("get", "list", "create", "update")) {
                all.add(of(verb, Kinds.OPERATOR, kind, ""));
            }
        }
        return all;
    }

    /** What application layer policy needs on top. */
    static List<Permission> ofApplicationLayerPolicy() {
        List<Permission> all = new ArrayList<>();
        for (String verb : List.of("list", "watch")) {
            all.add(of(verb, Kinds.CORE, "Pod", ""));
        }
        for (String verb : List.of("get", "list", "update")) {
            all.add(of(verb, Kinds.CORE, "ConfigMap", Injector.NAMESPACE));
        }
        for (String kind : List.of("Deployment", "StatefulSet", "DaemonSet")) {
            for (String verb : List.of("get", "list", "watch", "update")) {
                all.add(of(verb, Kinds.APPS, kind, ""));
            }
        }
        return all;
    }

    /** As Kubernetes names the plural of every kind used here. */
    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.endsWith("y")) {
            return lower.substring(0, lower.length() - 1) + "ies";
        }
        return lower.endsWith("s") ? lower + "es" : lower + "s";
    }
}
