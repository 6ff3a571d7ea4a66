package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What IPAM keeps in etcd, as custom resources (libcalico-go {@code lib/backend/k8s/resources/ipam_*.go}): blocks,
 * affinities, handles and the configuration. Nodes have the names of Kubernetes in it.
 */
final class MovedIpam {

    static final String ROOT = "/calico/ipam/v2/";

    private static final Pattern AFFINITY = Pattern.compile("host/([^/]+)/ipv[46]/block/([^/]+)");
    private static final Pattern BLOCK = Pattern.compile("assignment/ipv[46]/block/([^/]+)");
    private static final Pattern HANDLE = Pattern.compile("handle/([^/]+)");
    private static final Pattern CONFIG = Pattern.compile("config/?");

    /** A tunnel of a node has a handle with the node's name at its end. */
    private static final Pattern TUNNEL =
            Pattern.compile("((?:ipip|vxlan|vxlan-v6|wireguard|wireguard-v6)-tunnel-addr-)(.+)");

    private static final Set<String> OF_AFFINITY = Set.of("state", "deleted");
    private static final Set<String> OF_HANDLE = Set.of("block", "deleted");
    private static final Set<String> OF_CONFIG = Set.of("strict_affinity", "auto_allocate_blocks", "maxBlocksPerHost");
    private static final Set<String> OF_BLOCK = Set.of(
            "cidr",
            "affinity",
            "strictAffinity",
            "allocations",
            "unallocated",
            "attributes",
            "deleted",
            "sequenceNumber",
            "sequenceNumberForAllocation");

    private static final int LONGEST = 253;
    private static final int HASH = 11;

    private final NodeNames nodes;

    MovedIpam(NodeNames nodes) {
        this.nodes = nodes;
    }

    /**
     * The custom resource of an entry.
     *
     * @param key behind {@link #ROOT}
     * @return empty where the key is none of IPAM's
     * @throws IllegalArgumentException where the value has fields that are not known; the message says which
     */
    Optional<ObjectNode> object(String key, ObjectNode value) {
        Matcher affinity = AFFINITY.matcher(key);
        if (affinity.matches()) {
            return Optional.of(affinity(nodes.inKubernetes(affinity.group(1)), cidr(affinity.group(2)), value));
        }
        Matcher block = BLOCK.matcher(key);
        if (block.matches()) {
            return Optional.of(block(cidr(block.group(1)), value));
        }
        Matcher handle = HANDLE.matcher(key);
        if (handle.matches()) {
            return Optional.of(handle(renamed(handle.group(1)), value));
        }
        return CONFIG.matcher(key).matches() ? Optional.of(config(value)) : Optional.empty();
    }

    private static ObjectNode affinity(String node, String cidr, ObjectNode value) {
        known(value, OF_AFFINITY);
        ObjectNode object = object("BlockAffinity", affinityName(node, named(cidr)));
        object.putObject("spec")
                .put("state", Json.text(value, "state"))
                .put("node", node)
                .put("cidr", cidr)
                .put("deleted", String.valueOf(value.path("deleted").asBoolean()));
        return object;
    }

    private static String affinityName(String node, String cidr) {
        String name = node + "-" + cidr;
        return name.length() < LONGEST
                ? name
                : node.substring(0, LONGEST - 1 - cidr.length() - HASH - 2) + "-" + cidr + "-"
                        + Digests.sha256(node + "+" + cidr).substring(0, HASH);
    }

    private ObjectNode block(String cidr, ObjectNode value) {
        known(value, OF_BLOCK);
        ObjectNode object = object("IPAMBlock", named(cidr));
        ObjectNode spec = object.putObject("spec").put("cidr", cidr);
        String affinity = Json.text(value, "affinity");
        if (!affinity.isEmpty()) {
            spec.put(
                    "affinity",
                    affinity.startsWith("host:")
                            ? "host:" + nodes.inKubernetes(affinity.substring("host:".length()))
                            : affinity);
        }
        spec.put("strictAffinity", value.path("strictAffinity").asBoolean());
        spec.set("allocations", list(value, "allocations"));
        spec.set("unallocated", list(value, "unallocated"));
        ArrayNode attributes = spec.putArray("attributes");
        list(value, "attributes").forEach(attribute -> attributes.add(attribute(attribute)));
        spec.put("deleted", value.path("deleted").asBoolean());
        for (String sequence : List.of("sequenceNumber", "sequenceNumberForAllocation")) {
            JsonNode number = Json.get(value, sequence);
            if (number != null) {
                spec.set(sequence, number.deepCopy());
            }
        }
        return object;
    }

    private ObjectNode attribute(JsonNode attribute) {
        if (!(attribute instanceof ObjectNode object)) {
            throw new IllegalArgumentException("an attribute that is no object");
        }
        known(object, Set.of("handle_id", "secondary"));
        ObjectNode moved = Json.object();
        String handle = Json.text(attribute, "handle_id");
        if (!handle.isEmpty()) {
            moved.put("handle_id", renamed(handle));
        }
        if (Json.get(attribute, "secondary") instanceof ObjectNode secondary) {
            ObjectNode copy = secondary.deepCopy();
            String node = Json.text(secondary, "node");
            if (!node.isEmpty()) {
                copy.put("node", nodes.inKubernetes(node));
            }
            moved.set("secondary", copy);
        }
        return moved;
    }

    private static ObjectNode handle(String id, ObjectNode value) {
        known(value, OF_HANDLE);
        ObjectNode object = object("IPAMHandle", id.toLowerCase(Locale.ROOT));
        ObjectNode spec = object.putObject("spec").put("handleID", id);
        spec.set("block", Json.child(value.deepCopy(), "block"));
        spec.put("deleted", value.path("deleted").asBoolean());
        return object;
    }

    private static ObjectNode config(ObjectNode value) {
        known(value, OF_CONFIG);
        ObjectNode object = object("IPAMConfig", "default");
        ObjectNode spec = object.putObject("spec")
                .put("strictAffinity", value.path("strict_affinity").asBoolean())
                .put("autoAllocateBlocks", value.path("auto_allocate_blocks").asBoolean());
        int most = value.path("maxBlocksPerHost").asInt();
        if (most != 0) {
            spec.put("maxBlocksPerHost", most);
        }
        return object;
    }

    private String renamed(String handle) {
        Matcher tunnel = TUNNEL.matcher(handle);
        return tunnel.matches() ? tunnel.group(1) + nodes.inKubernetes(tunnel.group(2)) : handle;
    }

    /** In keys the slash of a network is a hyphen. */
    private static String cidr(String inKey) {
        int hyphen = inKey.lastIndexOf('-');
        if (hyphen < 0) {
            throw new IllegalArgumentException("a key without the length of its network");
        }
        return inKey.substring(0, hyphen) + "/" + inKey.substring(hyphen + 1);
    }

    /** A network as names have it. */
    private static String named(String cidr) {
        return cidr.replace('.', '-').replace(':', '-').replace('/', '-');
    }

    private static ArrayNode list(ObjectNode value, String field) {
        return value.get(field) instanceof ArrayNode list ? list.deepCopy() : Json.NODES.arrayNode();
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", StoredForm.STORED).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** What is not known would be lost without a word. */
    private static void known(ObjectNode value, Set<String> fields) {
        value.properties().stream()
                .filter(field -> !field.getValue().isNull() && !fields.contains(field.getKey()))
                .findFirst()
                .ifPresent(field -> {
                    throw new IllegalArgumentException("the field " + field.getKey());
                });
    }
}
