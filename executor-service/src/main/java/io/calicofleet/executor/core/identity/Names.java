package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the objects of a release are called on a cluster.
 *
 * <ol>
 *   <li>The workloads by their containers ({@link Part}).
 *   <li>What they name is called there as the workload of the cluster names it at the same place: the account, the
 *       ConfigMap of a variable, the Secret of a volume. Places that disagree: the same name first, then most of them.
 *   <li>Typha's Service by FELIX_TYPHAK8SSERVICENAME, a budget by the pods it selects.
 *   <li>The bindings of an account by their name, then by whose role has the most rights in common; a role by its binding.
 *   <li>All else has the release's name; the prefix and suffix that all names found so far share, where they do.
 * </ol>
 *
 * <p>What stays open is told, never guessed.
 */
final class Names {

    /** What calico-node asks for by this name unless its environment tells another (its source: node/pkg/cni). */
    private static final Set<String> KNOWN_BY_HEART = Set.of("calico-cni-plugin");

    /** Kinds whose names are a manifest's own; all others, such as definitions, have the name their content asks for. */
    private static final Set<String> NAMED = Set.of(
            "ConfigMap",
            "DaemonSet",
            "Deployment",
            "Job",
            "PodDisruptionBudget",
            "Secret",
            "Service",
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "ClusterRole",
            "ClusterRoleBinding");

    private static final Set<String> WORKLOADS = Set.of("DaemonSet", "Deployment");

    /** Whether the cluster has an object of that key. */
    interface Presence {
        boolean test(ObjectKey key);
    }

    private final ManifestDocuments release;
    private final InstalledCalico here;
    private final boolean installed;
    private final Presence present;
    private final Map<ObjectKey, ObjectKey> pairs;
    private final Set<String> unsure = new LinkedHashSet<>();
    private final String releaseNamespace;

    private Names(
            ManifestDocuments release,
            String releaseNamespace,
            InstalledCalico here,
            Map<ObjectKey, ObjectKey> known,
            boolean installed,
            Presence present) {
        this.release = release;
        this.releaseNamespace = releaseNamespace;
        this.here = here;
        this.installed = installed;
        this.present = present;
        this.pairs = new LinkedHashMap<>(known);
    }

    /**
     * The names of a release's objects.
     *
     * @param known what is known already, from another release
     * @param installed whether the release is what is installed, so that its objects should be there
     */
    static Names of(
            ManifestDocuments release,
            InstalledCalico here,
            Map<ObjectKey, ObjectKey> known,
            boolean installed,
            Presence present) {
        Optional<InstalledCalico> there = InstalledCalico.find(release.objects().values());
        String namespace = there.map(InstalledCalico::namespace).orElse(InstalledCalico.USUAL_NAMESPACE);
        Names names = new Names(release, namespace, here, known, installed, present);
        there.ifPresent(names::match);
        names.rest();
        return names;
    }

    /** By the release's key; what is not in it keeps its name. */
    Map<ObjectKey, ObjectKey> pairs() {
        return pairs;
    }

    /** What cannot be told, a sentence each. */
    Set<String> unsure() {
        return unsure;
    }

    private void match(InstalledCalico there) {
        Map<JsonNode, JsonNode> workloads = new LinkedHashMap<>();
        workloads.put(there.daemonSet(), here.daemonSet());
        for (Part part : List.of(Part.TYPHA, Part.KUBE_CONTROLLERS, Part.WEBHOOKS)) {
            there.workloads(part).stream()
                    .findFirst()
                    .ifPresent(ours -> workload(part, ours).ifPresent(found -> workloads.put(ours, found)));
        }
        Votes votes = new Votes(release.keys());
        workloads.forEach((ours, found) -> {
            pairs.putIfAbsent(ObjectKey.of(ours), ObjectKey.of(found));
            votes.ofPlaces(ours, found);
        });
        there.typhaService().ifPresent(service -> here.typhaService().ifPresent(found -> votes.add(service, found)));
        votes.decide(pairs, unsure);
        new Bindings(there, here, pairs, unsure, installed).match();
        workloads.forEach((ours, found) -> there.budgets(ours).stream()
                .findFirst()
                .ifPresent(budget -> one(ObjectKey.of(budget), here.budgets(found), "selects its pods")
                        .ifPresent(key -> pairs.putIfAbsent(ObjectKey.of(budget), key))));
    }

    private Optional<JsonNode> workload(Part part, JsonNode ours) {
        List<JsonNode> found = here.workloads(part);
        return one(
                        ObjectKey.of(ours),
                        found,
                        "runs " + part.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .flatMap(key -> found.stream()
                        .filter(each -> ObjectKey.of(each).equals(key))
                        .findFirst());
    }

    /** The one that is meant: the only one, or that of the release's name. */
    private Optional<ObjectKey> one(ObjectKey ours, List<JsonNode> found, String what) {
        List<ObjectKey> keys = found.stream().map(ObjectKey::of).toList();
        if (keys.size() <= 1) {
            return keys.stream().findFirst();
        }
        Optional<ObjectKey> sameName =
                keys.stream().filter(key -> key.name().equals(ours.name())).findFirst();
        if (sameName.isEmpty() && !pairs.containsKey(ours)) {
            unsure.add(ours.object() + " of the release may be " + some(keys) + ": each " + what
                    + ". Leave one of them, or give it the release's name");
        }
        return sameName;
    }

    /** What nothing refers to, or what is new with this release. */
    private void rest() {
        Map<ObjectKey, ObjectKey> found = new LinkedHashMap<>(pairs);
        found.keySet().removeIf(key -> !NAMED.contains(key.kind()) || KNOWN_BY_HEART.contains(key.name()));
        Optional<Affix> affix = Affix.of(found);
        for (ObjectKey ours : release.keys()) {
            if (pairs.containsKey(ours)) {
                continue;
            }
            ObjectKey plain = in(ours, ours.name());
            boolean byHeart = ours.kind().equals("ServiceAccount") && KNOWN_BY_HEART.contains(ours.name());
            ObjectKey called = affix.filter(unused -> NAMED.contains(ours.kind()))
                    .map(shared -> in(ours, shared.on(ours.name())))
                    .orElse(plain);
            if (!called.equals(plain) && (byHeart ? !present.test(called) : present.test(plain))) {
                called = plain;
            }
            if (affix.isEmpty() && installed && isHidden(ours) && !present.test(plain)) {
                unsure.add(ours.object() + " of the release is not there by its name, and no name that all objects of"
                        + " this install share tells what it is called here. Create " + plain.object()
                        + ", or give it the release's name");
            }
            pairs.put(ours, called);
        }
        twice();
    }

    /** Two objects of a release that are one here: only an account can be that, for it holds nothing. */
    private void twice() {
        Map<ObjectKey, ObjectKey> seen = new LinkedHashMap<>();
        release.keys().forEach(ours -> {
            ObjectKey other = seen.putIfAbsent(pairs.getOrDefault(ours, ours), ours);
            if (other != null && !ours.kind().equals("ServiceAccount")) {
                unsure.add(other.object() + " and " + ours.object() + " of the release are both "
                        + pairs.getOrDefault(ours, ours).object() + " here. Give each its own object");
            }
        });
    }

    /**
     * Whether an object may be there unseen: a workload under another name whose containers tell nothing, where others
     * have other names as well. All else is found by what refers to it, so what is not found is not there.
     */
    private boolean isHidden(ObjectKey ours) {
        return ours.kind().equals("Deployment")
                && pairs.entrySet().stream()
                        .filter(entry -> WORKLOADS.contains(entry.getKey().kind()))
                        .anyMatch(entry ->
                                !entry.getKey().name().equals(entry.getValue().name()));
    }

    /** The key on this cluster: what the release puts beside its DaemonSet is in the namespace of this one's. */
    private ObjectKey in(ObjectKey ours, String name) {
        String namespace = ours.namespace().equals(releaseNamespace) ? here.namespace() : ours.namespace();
        return new ObjectKey(ours.group(), ours.kind(), namespace, name);
    }

    private static String some(List<ObjectKey> keys) {
        return String.join(" or ", keys.stream().map(ObjectKey::object).toList());
    }

    /** What places of the release's workloads and of this cluster's name, place by place. */
    private static final class Votes {

        private final Set<ObjectKey> ours;
        private final Map<ObjectKey, Map<ObjectKey, Integer>> counts = new LinkedHashMap<>();

        /** Of the release's own objects; what people are to bring keeps its name. */
        Votes(Set<ObjectKey> ours) {
            this.ours = ours;
        }

        void ofPlaces(JsonNode workload, JsonNode found) {
            Map<String, ObjectKey> places = new LinkedHashMap<>();
            References.follow(found, places::put);
            References.follow(
                    workload,
                    (label, key) -> Stream.ofNullable(places.get(label))
                            .filter(named -> named.kind().equals(key.kind()))
                            .forEach(named -> add(key, named)));
        }

        void add(ObjectKey key, ObjectKey found) {
            if (ours.contains(key)) {
                counts.computeIfAbsent(key, unused -> new LinkedHashMap<>()).merge(found, 1, Integer::sum);
            }
        }

        void decide(Map<ObjectKey, ObjectKey> pairs, Set<String> unsure) {
            counts.forEach((key, found) -> {
                if (pairs.containsKey(key)) {
                    return;
                }
                int all = found.values().stream().mapToInt(count -> count).sum();
                Optional<ObjectKey> sure = found.keySet().stream()
                        .filter(named -> named.name().equals(key.name()))
                        .findFirst()
                        .or(() -> found.entrySet().stream()
                                .filter(entry -> 2 * entry.getValue() > all)
                                .map(Map.Entry::getKey)
                                .findFirst());
                sure.ifPresentOrElse(
                        named -> pairs.put(key, named),
                        () -> unsure.add(key.object() + " of the release may be " + some(List.copyOf(found.keySet()))
                                + ": the workloads here name each of them where the release names one. Let them name"
                                + " the same"));
            });
        }
    }
}
