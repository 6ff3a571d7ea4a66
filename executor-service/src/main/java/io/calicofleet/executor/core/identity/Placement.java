package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The documents of two releases as this cluster's: in its namespace, under its names, whatever refers to them included, and
 * one DaemonSet for each pool of nodes. On an install as released they are the documents themselves. So an upgrade goes to
 * what is there, wherever and whatever it is called, and never makes a second install.
 *
 * <p>Pure. Placing what is placed already changes nothing.
 *
 * @param base what is installed, as released; EMPTY where it is not at hand
 * @param target the release to go to
 * @param unsure what cannot be told, a sentence each, with what to do; nothing may be written while there is any
 */
public record Placement(ManifestDocuments base, ManifestDocuments target, List<String> unsure) {

    public Placement {
        unsure = List.copyOf(unsure);
    }

    /**
     * Places the documents of two releases.
     *
     * @param here the install to bring them to
     * @param present whether the cluster has an object of that key; asked for few
     */
    public static Placement of(
            InstalledCalico here, ManifestDocuments base, ManifestDocuments target, Predicate<ObjectKey> present) {
        Set<String> unsure = new LinkedHashSet<>();
        here.strangers()
                .forEach(stranger -> unsure.add(ObjectKey.of(stranger).object()
                        + " runs calico-node, too, and is not of"
                        + " the install of " + ObjectKey.of(here.daemonSet()).object()
                        + ": it has another account or namespace. Which one is Calico here? Remove the other"));
        boolean noBase = base.objects().isEmpty();
        Names ofBase = Names.of(base, here, Map.of(), true, present::test);
        Names ofTarget = Names.of(target, here, ofBase.pairs(), noBase, present::test);
        unsure.addAll(ofBase.unsure());
        unsure.addAll(ofTarget.unsure());
        return new Placement(
                placed(base, ofBase.pairs(), here), placed(target, ofTarget.pairs(), here), List.copyOf(unsure));
    }

    /**
     * Places the documents of an operator's releases in the namespace it runs in, which people made: the release's own is not
     * made beside it.
     *
     * @param operator the Deployment of the operator that is there
     */
    public static Placement ofOperator(JsonNode operator, ManifestDocuments base, ManifestDocuments target) {
        String namespace = ObjectKey.of(operator).namespace();
        return new Placement(moved(base, namespace), moved(target, namespace), List.of());
    }

    private static ManifestDocuments moved(ManifestDocuments release, String namespace) {
        String from = release.objects().values().stream()
                .filter(Part::isOperator)
                .map(object -> ObjectKey.of(object).namespace())
                .findFirst()
                .orElse(namespace);
        if (from.equals(namespace)) {
            return release;
        }
        Map<ObjectKey, ObjectKey> names = new LinkedHashMap<>();
        release.keys().stream()
                .filter(key -> key.namespace().equals(from))
                .forEach(key -> names.put(key, new ObjectKey(key.group(), key.kind(), namespace, key.name())));
        Map<ObjectKey, ObjectNode> moved = new LinkedHashMap<>();
        release.objects().values().stream()
                .filter(object -> !ObjectKey.of(object).equals(References.key("Namespace", "", from)))
                .map(object -> References.renamed(object, names))
                .forEach(object -> moved.put(ObjectKey.of(object), object));
        return new ManifestDocuments(moved);
    }

    private static ManifestDocuments placed(
            ManifestDocuments release, Map<ObjectKey, ObjectKey> names, InstalledCalico here) {
        if (here.pools().isEmpty()
                && names.entrySet().stream().allMatch(name -> name.getKey().equals(name.getValue()))) {
            return release;
        }
        Map<ObjectKey, ObjectNode> placed = new LinkedHashMap<>();
        List<JsonNode> pools = new ArrayList<>(here.pools());
        release.objects().forEach((key, object) -> {
            ObjectNode renamed = References.renamed(object, names);
            placed.put(ObjectKey.of(renamed), renamed);
            if (ObjectKey.of(renamed).equals(ObjectKey.of(here.daemonSet()))) {
                pools.forEach(pool -> {
                    ObjectNode copy = renamed.deepCopy();
                    copy.withObject("/metadata").put("name", ObjectKey.of(pool).name());
                    placed.put(ObjectKey.of(copy), copy);
                });
            }
        });
        return new ManifestDocuments(placed);
    }
}
