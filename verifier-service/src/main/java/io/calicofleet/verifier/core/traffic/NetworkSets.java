package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.AllowedFlows;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The GlobalNetworkSets of a cluster, and by which labels a rule can select one of them and nothing else. Immutable.
 *
 * <p>A selector in a rule of a GlobalNetworkPolicy selects pods, host endpoints and network sets alike. With
 * {@code namespaceSelector: global()}, which there is from v3.15 on, it selects what is in no namespace: host endpoints and
 * GlobalNetworkSets. So a set is named by the fewest of its labels that no other set and no host endpoint has, and by none
 * where there are no such labels.
 *
 * <p>NetworkSets of namespaces are never named: a selector that selects one also selects the pods of its namespace that
 * have, or will have, these labels.
 */
final class NetworkSets implements AllowedFlows.Sets {

    /** There are none. */
    static final NetworkSets NONE = new NetworkSets(null, null);

    // What a selector and a file can hold as it is. Kubernetes allows no others; etcd might have them.
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./-]{0,511}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_./-]{0,512}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,512}");
    // Words of the language of selectors.
    private static final List<String> WORDS =
            List.of("all", "global", "has", "in", "not", "contains", "starts", "ends", "with");

    private final List<NetworkSet> sets = new ArrayList<>();
    private final List<Map<String, String>> endpointLabels;
    private final Map<Cidr, List<NetworkSet>> byNet = new HashMap<>();
    private final NavigableSet<Integer> bits = new TreeSet<>();
    private final List<String> unknown;

    /**
     * A set.
     *
     * @param name its name
     * @param labels all its labels
     * @param nets its networks, sorted
     * @param selector the labels a rule selects it by; empty where it cannot
     * @param refusal why it cannot, a clause for people; empty where it can
     */
    record NetworkSet(
            String name, Map<String, String> labels, List<Cidr> nets, Map<String, String> selector, String refusal) {

        NetworkSet {
            requireNonNull(name, "name");
            requireNonNull(refusal, "refusal");
            labels = Map.copyOf(labels);
            nets = List.copyOf(nets);
            selector = Map.copyOf(selector);
        }

        boolean isUsable() {
            return refusal.isEmpty();
        }
    }

    /**
     * The sets as they were observed.
     *
     * @param observed null: not looked for
     * @param version the release that runs
     */
    NetworkSets(@Nullable NetworkSetsObservation observed, @Nullable CalicoVersion version) {
        List<NetworkSetFact> facts = observed == null ? List.of() : observed.sets();
        endpointLabels = observed == null ? List.of() : observed.endpointLabels();
        boolean known = observed != null && !observed.incomplete();
        String general = version == null || !ReleaseTrait.GLOBAL_SELECTOR.isIn(version)
                ? "a selector could select pods too, for only releases from v3.15 on have global()"
                : known
                        ? ""
                        : "there are more sets or host endpoints than were observed, and its labels could select them too";
        for (NetworkSetFact fact : facts) {
            sets.add(read(fact, facts, general));
        }
        for (NetworkSet set : sets) {
            for (Cidr net : set.nets()) {
                byNet.computeIfAbsent(net, key -> new ArrayList<>()).add(set);
                bits.add(net.bits());
            }
        }
        unknown = facts.stream()
                .filter(fact -> fact.size() > fact.nets().size())
                .map(fact -> plain(fact.name()) + " (" + fact.size() + ")")
                .toList();
    }

    /** The set that holds all of {@code seen} in its smallest network; one that a rule can select before others. */
    Optional<NetworkSet> find(Cidr seen) {
        List<NetworkSet> holding = new ArrayList<>();
        for (int length : bits.headSet(seen.bits(), true).descendingSet()) {
            byNet.getOrDefault(Cidr.of(seen.base(), length), List.of()).stream()
                    .filter(set -> !holding.contains(set))
                    .sorted(Comparator.comparingInt(
                                    (NetworkSet set) -> set.nets().size())
                            .thenComparing(NetworkSet::name))
                    .forEach(holding::add);
        }
        return holding.stream()
                .filter(NetworkSet::isUsable)
                .findFirst()
                .or(() -> holding.stream().findFirst());
    }

    /** Whether a rule with this selector, for what is in no namespace, is about all of {@code peer}. */
    boolean selects(Map<String, String> selector, Cidr peer) {
        return selects(labels -> matches(selector, labels), peer);
    }

    @Override
    public boolean selects(Predicate<Map<String, String>> selector, Cidr peer) {
        return sets.stream()
                .filter(set -> selector.test(set.labels()))
                .anyMatch(set -> set.nets().stream().anyMatch(net -> net.contains(peer)));
    }

    /** The sets whose networks were too many to be observed, with how many they have. */
    List<String> unknown() {
        return unknown;
    }

    /** As a selector is written. */
    static String text(Map<String, String> selector) {
        return String.join(
                " && ",
                new TreeMap<>(selector)
                        .entrySet().stream()
                                .map(label -> label.getKey() + " == '" + label.getValue() + "'")
                                .toList());
    }

    private NetworkSet read(NetworkSetFact fact, Collection<NetworkSetFact> all, String general) {
        TreeSet<Cidr> nets = new TreeSet<>();
        for (String text : fact.nets()) {
            Cidr net = Cidr.parse(text);
            if (net != null) {
                nets.add(net);
            }
        }
        Map<String, String> selector = Map.of();
        String refusal = general;
        if (nets.stream().anyMatch(Cidr::isAny)) {
            refusal = "it holds every address";
        } else if (refusal.isEmpty()) {
            Map<String, String> labels = usable(fact.labels());
            selector = choices(labels).stream()
                    .filter(choice -> others(fact, choice, all).isEmpty())
                    .findFirst()
                    .orElse(Map.of());
            if (labels.isEmpty()) {
                refusal = "it has no label a selector could name";
            } else if (selector.isEmpty()) {
                refusal = "its labels select " + others(fact, labels, all) + " too";
            }
        }
        return new NetworkSet(plain(fact.name()), fact.labels(), List.copyOf(nets), selector, refusal);
    }

    /** Each label alone, then all together. */
    private static List<Map<String, String>> choices(Map<String, String> labels) {
        List<Map<String, String>> choices = new ArrayList<>();
        labels.forEach((key, value) -> choices.add(Map.of(key, value)));
        if (labels.size() > 1) {
            choices.add(labels);
        }
        return choices;
    }

    /** What else it selects, for people; empty where nothing. */
    private String others(NetworkSetFact fact, Map<String, String> selector, Collection<NetworkSetFact> all) {
        Optional<NetworkSetFact> other = all.stream()
                .filter(set -> !set.name().equals(fact.name()) && matches(selector, set.labels()))
                .findFirst();
        if (other.isPresent()) {
            return "network set " + plain(other.get().name());
        }
        return endpointLabels.stream().anyMatch(labels -> matches(selector, labels)) ? "host endpoints" : "";
    }

    private static boolean matches(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }

    private static Map<String, String> usable(Map<String, String> labels) {
        Map<String, String> usable = new TreeMap<>();
        labels.forEach((key, value) -> {
            if (KEY.matcher(key).matches() && VALUE.matcher(value).matches() && !WORDS.contains(key)) {
                usable.put(key, value);
            }
        });
        return usable;
    }

    private static String plain(String name) {
        return NAME.matcher(name).matches() ? name : "of a name that cannot be written";
    }
}
