package io.calicofleet.executor.core.datastore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which node of Kubernetes a node of Calico is. On the Kubernetes datastore they are the same; in etcd a node of Calico
 * has a name of its own, which is most often the same, and refers to the other ({@code spec.orchRefs}).
 */
public final class NodeNames {

    private final Map<String, String> kubernetes = new TreeMap<>();
    private final Map<String, String> calico = new TreeMap<>();

    /**
     * Those of these nodes.
     *
     * @param calicoNodes the nodes in etcd; none where there is no etcd
     */
    public NodeNames(Collection<? extends JsonNode> calicoNodes) {
        for (JsonNode node : calicoNodes) {
            kubernetesNode(node).ifPresent(name -> {
                String own = Json.text(node.get("metadata"), "name");
                kubernetes.put(own, name);
                calico.put(name, own);
            });
        }
    }

    /** The node of Kubernetes a node in etcd refers to; empty where it refers to none. */
    public static Optional<String> kubernetesNode(JsonNode calicoNode) {
        return Json.elements(calicoNode.at("/spec/orchRefs"))
                .filter(reference -> Json.text(reference, "orchestrator").equals("k8s"))
                .map(reference -> Json.text(reference, "nodeName"))
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    /** The name in Kubernetes of a node of Calico; the same where nothing else is known. */
    public String inKubernetes(String calicoName) {
        return kubernetes.getOrDefault(calicoName, calicoName);
    }

    /** The name in Calico of a node of Kubernetes; the same where nothing else is known. */
    public String inCalico(String kubernetesName) {
        return calico.getOrDefault(kubernetesName, kubernetesName);
    }

    /** The host endpoint, by the name its node has in Kubernetes; itself where that is the same. */
    public ObjectNode inKubernetes(ObjectNode endpoint) {
        String own = Json.text(endpoint.get("spec"), "node");
        if (inKubernetes(own).equals(own)) {
            return endpoint;
        }
        ObjectNode copy = endpoint.deepCopy();
        Json.child(copy, "spec").put("node", inKubernetes(own));
        return copy;
    }
}
