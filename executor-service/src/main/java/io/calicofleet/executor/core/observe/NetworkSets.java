package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The GlobalNetworkSets as they are sent: never more than fits into a record together with all else, for a set may hold
 * a whole list of bad addresses. The smaller sets go whole; of those that do not fit only the name, the labels and the
 * size go. Where even the labels do not fit, it is said that some are missing.
 *
 * <p>NetworkSets of namespaces are not sent: a rule of a GlobalNetworkPolicy that selects one also selects the pods of its
 * namespace that carry the same labels, today or later.
 */
public final class NetworkSets {

    /** Characters, much less than {@code Topic.MAX_RECORD_BYTES} all together. */
    private static final int NETS_TEXT = 256 * 1024;

    private static final int LABELS_TEXT = 256 * 1024;
    private static final int ENDPOINTS_TEXT = 128 * 1024;

    /** Quotes and a comma. */
    private static final int AROUND = 3;

    private NetworkSets() {}

    /** What there is to send of all GlobalNetworkSets and host endpoints. */
    public static NetworkSetsObservation observe(
            Collection<? extends JsonNode> globalNetworkSets, Collection<? extends JsonNode> hostEndpoints) {
        List<NetworkSetFact> all = globalNetworkSets.stream()
                .map(NetworkSets::fact)
                .sorted(Comparator.comparing(NetworkSetFact::name))
                .toList();
        List<NetworkSetFact> named = fitting(all, LABELS_TEXT);
        Set<NetworkSetFact> whole = whole(named);
        Set<String> keys =
                named.stream().flatMap(set -> set.labels().keySet().stream()).collect(Collectors.toSet());
        Set<Map<String, String>> combinations = new LinkedHashSet<>();
        boolean allEndpoints = endpointLabels(combinations, hostEndpoints, keys);
        return new NetworkSetsObservation(
                named.stream()
                        .map(set -> whole.contains(set)
                                ? set
                                : new NetworkSetFact(set.name(), set.labels(), List.of(), set.size()))
                        .toList(),
                List.copyOf(combinations),
                named.size() < all.size() || !allEndpoints);
    }

    private static NetworkSetFact fact(JsonNode object) {
        List<String> nets =
                Json.texts(object.at("/spec/nets")).stream().distinct().sorted().toList();
        return new NetworkSetFact(
                object.at("/metadata/name").asText(), HostEndpoints.labels(object), nets, nets.size());
    }

    private static List<NetworkSetFact> fitting(List<NetworkSetFact> sets, int most) {
        int length = 0;
        int count = 0;
        while (count < sets.size()) {
            NetworkSetFact set = sets.get(count);
            length += set.name().length() + length(set.labels());
            if (length > most) {
                break;
            }
            count++;
        }
        return sets.subList(0, count);
    }

    /** The smaller ones first, so that a large one keeps no other out. */
    private static Set<NetworkSetFact> whole(List<NetworkSetFact> sets) {
        List<NetworkSetFact> bySize = new ArrayList<>(sets);
        bySize.sort(Comparator.comparingInt(NetworkSetFact::size).thenComparing(NetworkSetFact::name));
        Set<NetworkSetFact> whole = new HashSet<>();
        int length = 0;
        for (NetworkSetFact set : bySize) {
            length += set.nets().stream().mapToInt(net -> net.length() + AROUND).sum();
            if (length > NETS_TEXT) {
                break;
            }
            whole.add(set);
        }
        return whole;
    }

    /** Adds each combination once; says whether all found a place. */
    private static boolean endpointLabels(
            Set<Map<String, String>> combinations, Collection<? extends JsonNode> hostEndpoints, Set<String> keys) {
        List<Map<String, String>> found = hostEndpoints.stream()
                .map(endpoint -> {
                    Map<String, String> labels = new TreeMap<>(HostEndpoints.labels(endpoint));
                    labels.keySet().retainAll(keys);
                    return labels;
                })
                .filter(labels -> !labels.isEmpty())
                .distinct()
                .sorted(Comparator.comparing(Map::toString))
                .toList();
        int length = 0;
        for (Map<String, String> labels : found) {
            length += length(labels);
            if (length > ENDPOINTS_TEXT) {
                return false;
            }
            combinations.add(labels);
        }
        return true;
    }

    private static int length(Map<String, String> labels) {
        return labels.entrySet().stream()
                .mapToInt(label -> label.getKey().length() + label.getValue().length() + 2 * AROUND)
                .sum();
    }
}
