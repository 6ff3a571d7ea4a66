package io.calicofleet.executor.core.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Small files of releases, clusters they were applied to, and what is proven and planned there. */
final class PlanScene {

    static final ObjectKey NODE = new ObjectKey("apps", "DaemonSet", "kube-system", "calico-node");
    static final ObjectKey CONFIG = new ObjectKey("", "ConfigMap", "kube-system", "calico-config");
    static final ObjectKey CONTROLLERS = new ObjectKey("apps", "Deployment", "kube-system", "calico-kube-controllers");

    /** The same in every release. */
    static final ObjectKey ACCOUNT = new ObjectKey("", "ServiceAccount", "kube-system", "calico-node");

    private PlanScene() {}

    static BaseProof proof(ManifestDocuments live, List<Placed> candidates, List<Placed> kept, List<Placed> flavours) {
        return new BaseProof(
                live, file("v3.22.5", "calico.yaml", "typha: none"), candidates, kept, flavours, List.of());
    }

    static Plan plan(Basis basis, ManifestDocuments live, Placed target) {
        return Plan.of(basis, live, target, OnConflict.HOLD, OnConflict.HOLD, "uid");
    }

    /** The cluster after some objects of a plan were written. */
    static ManifestDocuments written(Plan plan, ManifestDocuments live, ObjectKey... keys) {
        List<ObjectNode> objects = new ArrayList<>();
        for (ObjectNode object : live.objects().values()) {
            objects.add(plan.changes().stream()
                    .map(PlannedObject::merged)
                    .filter(change -> List.of(keys).contains(change.key()))
                    .filter(change -> change.key().equals(ObjectKey.of(object)))
                    .findFirst()
                    .map(MergedObject::write)
                    .orElse(object));
        }
        return ManifestDocuments.of(objects);
    }

    static ManifestDocuments live(Placed file, String... replacements) {
        return live(file.documents(), replacements);
    }

    static ManifestDocuments live(ManifestDocuments documents, String... replacements) {
        return ManifestDocuments.of(documents.objects().values().stream()
                .map(object -> {
                    String text = object.toString();
                    for (int i = 0; i < replacements.length; i += 2) {
                        text = text.replace(replacements[i], replacements[i + 1]);
                    }
                    ObjectNode copy = Yaml.object(text);
                    copy.withObject("/metadata").put("uid", "u").put("resourceVersion", "7");
                    return copy;
                })
                .toList());
    }

    static Placed file(String version, String name, String config) {
        String text = Stream.of("""
                        apiVersion: v1
                        kind: ServiceAccount
                        metadata: {name: calico-node, namespace: kube-system}
                        """, """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: calico-config, namespace: kube-system}
                        data: {%2$s, release: "%1$s"}
                        """, """
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata: {name: calico-node, namespace: kube-system}
                        spec:
                          selector: {matchLabels: {k8s-app: calico-node}}
                          template:
                            metadata: {labels: {k8s-app: calico-node}}
                            spec:
                              initContainers: [{name: install-cni, image: "docker.io/calico/cni:%1$s"}]
                              containers: [{name: calico-node, image: "docker.io/calico/node:%1$s"}]
                        """, """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: calico-kube-controllers, namespace: kube-system}
                        spec:
                          selector: {matchLabels: {k8s-app: controllers}}
                          template:
                            metadata: {labels: {k8s-app: controllers}}
                            spec:
                              containers: [{name: calico-kube-controllers, image: "docker.io/calico/kube-controllers:%1$s"}]
                        """)
                .map(document -> document.formatted(version, config))
                .reduce((one, next) -> one + "---\n" + next)
                .orElseThrow();
        return Placed.asReleased(new ReleaseFile(
                CalicoVersion.parse(version),
                name,
                ManifestDocuments.of(Yaml.documents(text)),
                "sha-" + version + name));
    }

    /** The same file with one more object. */
    static Placed with(Placed file, ObjectNode more) {
        Map<ObjectKey, ObjectNode> objects =
                new LinkedHashMap<>(file.documents().objects());
        objects.put(ObjectKey.of(more), more);
        return changed(file, objects);
    }

    /** The same file without an object. */
    static Placed without(Placed file, ObjectKey key) {
        Map<ObjectKey, ObjectNode> objects =
                new LinkedHashMap<>(file.documents().objects());
        objects.remove(key);
        return changed(file, objects);
    }

    private static Placed changed(Placed file, Map<ObjectKey, ObjectNode> objects) {
        return Placed.asReleased(new ReleaseFile(
                file.file().release(),
                file.file().file(),
                new ManifestDocuments(objects),
                file.file().digest()));
    }

    static ObjectNode typha(String version) {
        return Yaml.object("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-typha, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-typha}}
                  template:
                    metadata: {labels: {k8s-app: calico-typha}}
                    spec: {containers: [{name: calico-typha, image: "docker.io/calico/typha:%s"}]}
                """.formatted(version));
    }

    /** The cluster after an upgrade that got as far as these objects. */
    static ManifestDocuments written(ManifestDocuments live, Placed from, Placed to, ObjectKey... keys) {
        Basis basis = proof(live, List.of(from), List.of(), List.of()).prove();
        return written(plan(basis, live, to), live, keys);
    }
}
