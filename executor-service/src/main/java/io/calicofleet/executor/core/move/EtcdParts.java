package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of the manifests says where etcd is. Everybody has to change it, so it is no change of people that a merge would have to keep or ask
 * about: workloads are without it on Kubernetes, and the ConfigMap keeps it, since old pods may start again until all are new.
 */
public final class EtcdParts {

    private static final String CERTIFICATES = "etcd-certs";

    private EtcdParts() {}

    /** The base with these parts as the cluster has them. */
    public static ManifestDocuments asInstalled(ManifestDocuments base, ManifestDocuments live) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(base.objects());
        objects.replaceAll((key, object) -> live.find(key)
                .map(now -> key.kind().equals("ConfigMap") ? configured(object, now) : workload(object, now))
                .orElse(object));
        return new ManifestDocuments(objects);
    }

    /** The target with what the ConfigMap of the cluster says of etcd. */
    public static ManifestDocuments kept(ManifestDocuments target, ManifestDocuments live) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(target.objects());
        objects.replaceAll((key, object) -> key.kind().equals("ConfigMap")
                ? live.find(key).map(now -> configured(object, now)).orElse(object)
                : object);
        return new ManifestDocuments(objects);
    }

    private static ObjectNode configured(ObjectNode object, ObjectNode now) {
        ObjectNode copy = object.deepCopy();
        now.path("data").properties().forEach(entry -> {
            if (entry.getKey().startsWith("etcd_")) {
                Json.child(copy, "data").set(entry.getKey(), entry.getValue());
            }
        });
        return copy;
    }

    private static ObjectNode workload(ObjectNode object, ObjectNode now) {
        if (!(object.at("/spec/template/spec") instanceof ObjectNode)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        ObjectNode pod = (ObjectNode) copy.at("/spec/template/spec");
        JsonNode podNow = now.at("/spec/template/spec");
        for (String list : List.of("initContainers", "containers")) {
            Json.elements(pod.get(list))
                    .filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast)
                    .forEach(container -> named(podNow.path(list), Json.text(container, "name"))
                            .ifPresent(same -> {
                                take(container, same, "env", EtcdParts::isVariable);
                                take(container, same, "volumeMounts", EtcdParts::isCertificates);
                            }));
        }
        take(pod, podNow, "volumes", EtcdParts::isCertificates);
        return copy;
    }

    private static boolean isVariable(JsonNode variable) {
        String name = Json.text(variable, "name");
        return name.startsWith("ETCD_") || name.equals("CALICO_K8S_NODE_REF");
    }

    private static boolean isCertificates(JsonNode part) {
        return Json.text(part, "name").equals(CERTIFICATES);
    }

    /** Those of a list that are of etcd, as they are now; what nobody has any more is not there. */
    private static void take(ObjectNode object, JsonNode now, String list, Predicate<JsonNode> ofEtcd) {
        ArrayNode all = Json.NODES.arrayNode();
        Json.elements(object.get(list)).filter(ofEtcd.negate()).forEach(all::add);
        Json.elements(now.get(list)).filter(ofEtcd).forEach(all::add);
        if (!all.isEmpty() || object.has(list)) {
            object.set(list, all);
        }
    }

    private static Optional<JsonNode> named(JsonNode list, String name) {
        return Json.elements(list)
                .filter(one -> Json.text(one, "name").equals(name))
                .findFirst();
    }
}
