package io.calicofleet.executor.core.move;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of IPAM that were changed in etcd and in Kubernetes, address by address (libcalico-go {@code lib/ipam/ipam_block.go}):
 * {@code allocations} has for each address the place of its owner in {@code attributes}, and what is free is in {@code unallocated}.
 */
final class BlockMerge {

    private static final String ADDRESSES = "allocations";
    private static final String FREE = "unallocated";
    private static final String OWNERS = "attributes";
    private static final String SEQUENCE = "sequenceNumber";
    private static final String SEQUENCES = "sequenceNumberForAllocation";
    private static final Set<String> BY_ADDRESS = Set.of(ADDRESSES, FREE, OWNERS, SEQUENCE, SEQUENCES);

    private final ThreeWay merge;

    BlockMerge(ThreeWay merge) {
        this.merge = merge;
    }

    /** The spec to have in Kubernetes; that of Kubernetes where etcd adds nothing to it. */
    ObjectNode merge(String object, @Nullable ObjectNode base, ObjectNode kubernetes, ObjectNode etcd) {
        ObjectNode merged =
                (ObjectNode) requireNonNull(merge.merge(object, "", others(base), others(kubernetes), others(etcd)));
        int size =
                Math.max(kubernetes.path(ADDRESSES).size(), etcd.path(ADDRESSES).size());
        Map<Integer, JsonNode> before = base == null ? Map.of() : owners(base);
        Map<Integer, JsonNode> here = owners(kubernetes);
        Map<Integer, JsonNode> there = owners(etcd);
        Map<Integer, JsonNode> owners = new TreeMap<>();
        ObjectNode sequences = Json.object();
        for (int i = 0; i < size; i++) {
            JsonNode owner = owner(object, Json.text(kubernetes, "cidr"), i, before.get(i), here.get(i), there.get(i));
            if (owner != null) {
                owners.put(i, owner);
                ObjectNode from = ThreeWay.same(owner, here.get(i)) ? kubernetes : etcd;
                JsonNode sequence = Json.get(from.get(SEQUENCES), Integer.toString(i));
                if (sequence != null) {
                    sequences.set(Integer.toString(i), sequence);
                }
            }
        }
        if (owners.equals(here) && ThreeWay.same(merged, others(kubernetes))) {
            return kubernetes;
        }
        write(merged, owners, size, List.of(kubernetes, etcd));
        if (!sequences.isEmpty()) {
            merged.set(SEQUENCES, sequences);
        }
        JsonNode last = kubernetes.path(SEQUENCE).asLong() < etcd.path(SEQUENCE).asLong()
                ? etcd.get(SEQUENCE)
                : Json.get(kubernetes, SEQUENCE);
        if (last != null) {
            merged.set(SEQUENCE, last);
        }
        return merged;
    }

    private @Nullable JsonNode owner(
            String object,
            String cidr,
            int place,
            @Nullable JsonNode base,
            @Nullable JsonNode kubernetes,
            @Nullable JsonNode etcd) {
        if (ThreeWay.same(base, etcd) || ThreeWay.same(kubernetes, etcd)) {
            return kubernetes;
        }
        if (ThreeWay.same(base, kubernetes)) {
            return etcd;
        }
        String address = address(cidr, place);
        String why = "In etcd " + address + " " + said(etcd) + ", in Kubernetes it " + said(kubernetes)
                + ". keep-mine leaves it as Kubernetes has it, take-new as etcd has it; a pod that uses the address without"
                + " owning it has to be deleted, so that it gets another.";
        return merge.takesEtcd(object, address, base, kubernetes, etcd, why) ? etcd : kubernetes;
    }

    private static String said(@Nullable JsonNode owner) {
        if (owner == null) {
            return "is free";
        }
        JsonNode more = owner.path("secondary");
        String handle = Json.text(owner, "handle_id");
        String pod = Json.text(more, "pod");
        return "is of " + (handle.isEmpty() ? "no handle" : "the handle " + handle)
                + (pod.isEmpty() ? "" : " (pod " + Json.text(more, "namespace") + "/" + pod + ")");
    }

    private static String address(String cidr, int place) {
        return Optional.ofNullable(Cidr.parse(cidr))
                .map(Cidr::base)
                .map(base -> new Address(base.v6(), base.high(), base.low() + place).toString())
                .orElse(cidr + " at " + place);
    }

    /** What is not said address by address. */
    private static @Nullable ObjectNode others(@Nullable ObjectNode block) {
        return block == null ? null : block.deepCopy().without(BY_ADDRESS);
    }

    /** Who has which address, by its place in the block; those that are free are not in it. */
    static Map<Integer, JsonNode> owners(JsonNode block) {
        Map<Integer, JsonNode> owners = new TreeMap<>();
        JsonNode allocations = block.path(ADDRESSES);
        for (int i = 0; i < allocations.size(); i++) {
            JsonNode place = allocations.get(i);
            if (place.isInt()) {
                owners.put(i, block.path(OWNERS).path(place.asInt()));
            }
        }
        return owners;
    }

    private static void write(ObjectNode block, Map<Integer, JsonNode> owners, int size, List<ObjectNode> sides) {
        ArrayNode allocations = block.putArray(ADDRESSES);
        List<JsonNode> attributes = new ArrayList<>();
        Set<Integer> free = new LinkedHashSet<>();
        // What was freed first is given away first.
        for (ObjectNode side : sides) {
            Json.elements(side.get(FREE)).map(JsonNode::asInt).forEach(free::add);
        }
        for (int i = 0; i < size; i++) {
            JsonNode owner = owners.get(i);
            if (owner == null) {
                allocations.addNull();
                free.add(i);
                continue;
            }
            free.remove(i);
            int place = attributes.indexOf(owner);
            if (place < 0) {
                place = attributes.size();
                attributes.add(owner);
            }
            allocations.add(place);
        }
        ArrayNode unallocated = block.putArray(FREE);
        free.forEach(unallocated::add);
        block.putArray(OWNERS).addAll(attributes);
    }
}
