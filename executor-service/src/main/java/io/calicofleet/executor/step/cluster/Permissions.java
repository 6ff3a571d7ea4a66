package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.istio.Injector;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a kubeconfig has to be allowed to do for the steps of an upgrade, all that write to a cluster and all that gates are
 * observed by; a right a step needs is named here and given in {@code deploy/kubernetes}, or, where no
 * other step needs it, by the step itself, which asks for it before it writes. A test runs every route against both.
 */
public final class Permissions {

    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final List<String> KEEPING = List.of("get", "create", "update");

    /** What Helm does to what it installs, and we do around it. */
    private static final List<String> HELMS = List.of("get", "create", "update", "patch");

    /** No way back takes these away: what is in them would go, too. */
    private static final Set<String> STAYING = Set.of("CustomResourceDefinition", "Namespace");

    private Permissions() {}

    public static Permission of(String verb, String apiVersion, String kind, String namespace) {
        int slash = apiVersion.indexOf('/');
        return new Permission(verb, slash < 0 ? "" : apiVersion.substring(0, slash), plural(kind), namespace);
    }

    /**
     * Those of every upgrade: what is kept in the cluster, and what gates are observed by, which would be found out only
     * after everything was written.
     *
     * @param calico what the way to Calico's resources needs
     * @param namespace where manifests put Calico
     */
    public static List<Permission> ofUpgrade(List<Permission> calico, String namespace) {
        Set<Permission> all = new LinkedHashSet<>();
        for (String verb : KEEPING) {
            all.add(of(verb, Kinds.CORE, "ConfigMap", Kinds.KUBE_SYSTEM));
            all.add(of(verb, Kinds.CORE, "Secret", Kinds.KUBE_SYSTEM));
            all.add(of(verb, "coordination.k8s.io/v1", "Lease", Kinds.KUBE_SYSTEM));
        }
        all.add(of("list", Kinds.CORE, "Secret", Kinds.KUBE_SYSTEM));
        all.addAll(calico);
        all.addAll(Installed.permissions(namespace));
        for (String verb : List.of("list", "watch")) {
            all.add(of(verb, Kinds.CORE, "Pod", namespace));
            all.add(of(verb, Kinds.CORE, "Node", ""));
            for (String kind : List.of("DaemonSet", "Deployment", "ControllerRevision", "ReplicaSet")) {
                all.add(of(verb, Kinds.APPS, kind, namespace));
            }
            all.add(of(verb, Kinds.CRDS, Kinds.CRD, ""));
            all.add(of(verb, "apiregistration.k8s.io/v1", "APIService", ""));
        }
        return List.copyOf(all);
    }

    /**
     * What it takes to write the objects of a manifest, and to take them back.
     *
     * @param present which of them are there: what is not is created by the upgrade, and deleted by its restore
     */
    public static List<Permission> ofManifest(ManifestDocuments target, Set<ObjectKey> present) {
        List<Permission> all = new ArrayList<>();
        target.objects().forEach((key, object) -> {
            ResourceRef ref = ResourceRef.of(object);
            all.addAll(each(writing(KEEPING, ref, present.contains(key)), ref));
            all.addAll(ofUndoing(ref, present.contains(key)));
            all.addAll(ofGiving(object, present.contains(key)));
            if (ref.kind().equals("Job")) { // a finished one may have to go
                all.addAll(each(List.of("list", "watch", "delete"), ref));
            } else if (ref.kind().equals("Pod")) { // nothing of one can be changed
                all.addAll(each(List.of("watch", "delete"), ref));
            }
        });
        return all;
    }

    /**
     * What Helm needs for its release, which writes by itself, and we beside it.
     *
     * @param operators the namespaces of the operator and of what it installs
     * @param namespaces where its Secrets are and will be
     * @param before what the release is made of
     * @param after what it will be made of
     * @param present which of all those are there
     */
    public static List<Permission> ofHelm(
            List<String> operators,
            List<String> namespaces,
            ManifestDocuments before,
            ManifestDocuments after,
            Set<ObjectKey> present) {
        Set<Permission> all = new LinkedHashSet<>(ofOperator(operators));
        all.add(of("list", Kinds.CORE, "Secret", ""));
        for (String namespace : namespaces) {
            for (String verb : List.of("get", "list", "create", "update", "delete")) {
                all.add(of(verb, Kinds.CORE, "Secret", namespace));
            }
        }
        for (String verb : KEEPING) {
            all.add(of(verb, Kinds.CRDS, Kinds.CRD, ""));
        }
        for (ManifestDocuments release : List.of(before, after)) {
            release.objects().forEach((key, object) -> {
                ResourceRef ref = ResourceRef.of(object);
                boolean goes = !after.objects().containsKey(key);
                all.addAll(each(writing(HELMS, ref, present.contains(key)), ref));
                all.addAll(ofUndoing(ref, present.contains(key) && !goes));
                all.addAll(ofGiving(object, present.contains(key)));
            });
        }
        return List.copyOf(all);
    }

    /** Nobody makes a Namespace anew that is there: with it would go the roles in it that allow to write there. */
    private static List<String> writing(List<String> verbs, ResourceRef ref, boolean present) {
        return present && ref.kind().equals("Namespace")
                ? verbs.stream().filter(verb -> !verb.equals("create")).toList()
                : verbs;
    }

    private static List<Permission> each(List<String> verbs, ResourceRef ref) {
        return verbs.stream()
                .map(verb -> of(verb, ref.apiVersion(), ref.kind(), ref.namespace()))
                .toList();
    }

    private static List<Permission> ofUndoing(ResourceRef ref, boolean stays) {
        return stays || STAYING.contains(ref.kind()) ? List.of() : each(List.of("delete"), ref);
    }

    /**
     * The API server lets nobody write a role that allows more than they may do, nor bind it, but who may escalate and
     * bind. One that is not there is created by its name (ADR 28).
     */
    private static List<Permission> ofGiving(ObjectNode object, boolean present) {
        ResourceRef ref = ResourceRef.of(object);
        return switch (ref.kind()) {
            case "ClusterRole", "Role" -> {
                Permission escalate = new Permission("escalate", RBAC, plural(ref.kind()), ref.namespace(), ref.name());
                yield present
                        ? List.of(escalate)
                        : List.of(escalate, new Permission("patch", RBAC, plural(ref.kind()), ref.namespace()));
            }
            case "ClusterRoleBinding", "RoleBinding" ->
                List.of(new Permission(
                        "bind",
                        RBAC,
                        plural(object.at("/roleRef/kind").asText()),
                        ref.namespace(),
                        object.at("/roleRef/name").asText()));
            default -> List.of();
        };
    }

    /**
     * What an operator is judged by, and what its settings are saved and put back with.
     *
     * @param namespaces its own and those of what it installs
     */
    public static List<Permission> ofOperator(List<String> namespaces) {
        List<Permission> all = new ArrayList<>();
        for (String verb : List.of("list", "watch")) {
            for (String namespace : namespaces) {
                all.add(of(verb, Kinds.CORE, "Pod", namespace));
                for (String kind : List.of("DaemonSet", "Deployment", "ControllerRevision", "ReplicaSet")) {
                    all.add(of(verb, Kinds.APPS, kind, namespace));
                }
            }
            all.add(of(verb, Kinds.OPERATOR, "Installation", ""));
            all.add(of(verb, Kinds.OPERATOR, "ImageSet", ""));
            all.add(of(verb, Kinds.OPERATOR, "TigeraStatus", ""));
        }
        all.add(of("get", Kinds.APPS, "DaemonSet", "calico-system"));
        for (String kind : OperatorSettings.KINDS) {
            for (String verb : List.of("get", "list", "create", "update")) {
                all.add(of(verb, Kinds.OPERATOR, kind, ""));
            }
        }
        return all;
    }

    /** What application layer policy needs on top. */
    public static List<Permission> ofApplicationLayerPolicy() {
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
