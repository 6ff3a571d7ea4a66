package io.calicofleet.model.owner;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.OwnerFact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Finds who else keeps the objects of an install. */
public final class Owners {

    private static final int NAMED_OBJECTS = 10;
    private static final int NAMED_EVIDENCE = 5;

    private Owners() {}

    /**
     * Who keeps any of these objects, in the order of the table.
     *
     * @param objects the objects of the install and nothing else: a mark on something else says nothing of Calico
     * @param name an object as events name it
     * @param around what marks are read against
     */
    public static List<OwnerFact> keeping(
            Collection<? extends JsonNode> objects, Function<JsonNode, String> name, Surroundings around) {
        List<OwnerFact> found = new ArrayList<>();
        boolean byHelm = false;
        for (Owner owner : Owner.TABLE) {
            Set<String> evidence = new LinkedHashSet<>();
            Set<String> kept = new TreeSet<>();
            for (JsonNode object : objects) {
                List<String> seen = owner.marks().stream()
                        .flatMap(mark -> mark.on(object, around).stream())
                        .toList();
                if (!seen.isEmpty()) {
                    evidence.addAll(seen);
                    kept.add(name.apply(object));
                }
            }
            boolean told = (owner.isHelm() && byHelm) || (owner.isUnnamed() && !found.isEmpty());
            if (!kept.isEmpty() && !told) {
                found.add(fact(owner, evidence, kept));
                byHelm |= owner.runsHelm();
            }
        }
        return List.copyOf(found);
    }

    private static OwnerFact fact(Owner owner, Set<String> evidence, Set<String> kept) {
        List<String> seen =
                new ArrayList<>(evidence.stream().sorted().limit(NAMED_EVIDENCE).toList());
        if (evidence.size() > NAMED_EVIDENCE) {
            seen.add("and " + (evidence.size() - NAMED_EVIDENCE) + " more");
        }
        List<String> named = kept.stream().limit(NAMED_OBJECTS).toList();
        return new OwnerFact(
                owner.id(),
                owner.title(),
                seen,
                named,
                kept.size() - named.size(),
                owner.effect(),
                owner.advice(),
                owner.acceptable());
    }
}
