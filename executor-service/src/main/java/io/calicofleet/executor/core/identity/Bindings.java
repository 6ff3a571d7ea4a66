package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which bindings and roles of a cluster are those of a release: the ones its accounts get their rights by. A role under
 * another name gets the release's rules only where it has about the same already and nobody else is bound to it.
 */
final class Bindings {

    /** Of what a release's role allows, a role here has to allow so much to be taken for it; people add and take away. */
    private static final double ENOUGH = 0.5;

    private final InstalledCalico there;
    private final InstalledCalico here;
    private final Map<ObjectKey, ObjectKey> pairs;
    private final Set<String> unsure;
    private final boolean installed;
    private final Set<ObjectKey> taken = new HashSet<>();

    /**
     * Bindings to match.
     *
     * @param pairs the names found so far, accounts among them; those of bindings and roles are added
     * @param unsure what cannot be told is added
     */
    Bindings(
            InstalledCalico there,
            InstalledCalico here,
            Map<ObjectKey, ObjectKey> pairs,
            Set<String> unsure,
            boolean installed) {
        this.there = there;
        this.here = here;
        this.pairs = pairs;
        this.unsure = unsure;
        this.installed = installed;
    }

    void match() {
        Collection<ObjectKey> accounts = new HashSet<>(here.accounts());
        for (ObjectKey account : there.accounts()) {
            ObjectKey found = pairs.get(account);
            if (found != null) {
                accounts.add(found);
                match(account, found, accounts);
            }
        }
    }

    private void match(ObjectKey account, ObjectKey found, Collection<ObjectKey> accounts) {
        List<JsonNode> candidates = new ArrayList<>(here.bindings(found));
        candidates.removeIf(candidate -> taken.contains(ObjectKey.of(candidate)));
        List<JsonNode> open = new ArrayList<>();
        for (JsonNode ours : there.bindings(account)) {
            ObjectKey name = pairs.getOrDefault(ObjectKey.of(ours), ObjectKey.of(ours));
            Optional<JsonNode> same = candidates.stream()
                    .filter(candidate -> ObjectKey.of(candidate).name().equals(name.name()))
                    .findFirst();
            if (same.isPresent()) {
                pair(ours, same.get(), accounts);
                candidates.remove(same.get());
            } else if (!pairs.containsKey(ObjectKey.of(ours))) {
                open.add(ours);
            }
        }
        for (JsonNode ours : open) {
            Optional<JsonNode> likely = likeliest(ours, candidates);
            if (likely.isPresent()) {
                pair(ours, likely.get(), accounts);
                candidates.remove(likely.get());
            } else if (installed && !candidates.isEmpty()) {
                unsure.add(ObjectKey.of(ours).object() + " of the release is not there; " + found.object()
                        + " is bound by " + some(candidates) + ", whose rules are not those of the release's "
                        + InstalledCalico.roleOf(ours).object() + ". Give the binding the release's name, or bind it");
            }
        }
    }

    /** The one binding whose role is most like that of the release's; empty where it is not one, or not like enough. */
    private Optional<JsonNode> likeliest(JsonNode ours, List<JsonNode> candidates) {
        JsonNode role = there.object(InstalledCalico.roleOf(ours)).orElse(null);
        JsonNode best = null;
        double most = 0;
        boolean tie = false;
        for (JsonNode candidate : candidates) {
            double likeness = likeness(ours, role, candidate);
            tie = likeness == most;
            if (likeness > most) {
                best = candidate;
                most = likeness;
            }
        }
        return tie || best == null || covered(role, best) < ENOUGH ? Optional.empty() : Optional.of(best);
    }

    /** A name that holds the release's counts as much as all rights together. */
    private double likeness(JsonNode ours, @Nullable JsonNode role, JsonNode candidate) {
        boolean named =
                ObjectKey.of(candidate).name().contains(ObjectKey.of(ours).name());
        double byRules = role == null
                ? 0
                : here.object(InstalledCalico.roleOf(candidate))
                        .map(found -> Rules.likeness(role, found))
                        .orElse(0.0);
        return byRules + (named ? 1 : 0);
    }

    private double covered(@Nullable JsonNode role, JsonNode binding) {
        return role == null
                ? 0
                : here.object(InstalledCalico.roleOf(binding))
                        .map(found -> Rules.covered(role, found))
                        .orElse(0.0);
    }

    private void pair(JsonNode ours, JsonNode found, Collection<ObjectKey> accounts) {
        taken.add(ObjectKey.of(found));
        pairs.putIfAbsent(ObjectKey.of(ours), ObjectKey.of(found));
        ObjectKey role = InstalledCalico.roleOf(ours);
        ObjectKey bound = InstalledCalico.roleOf(found);
        if (pairs.containsKey(role)) {
            return;
        }
        if (!bound.equals(role)) {
            String by = bound.object() + ", which " + ObjectKey.of(found).object() + " binds in place of the release's "
                    + role.object() + ", ";
            if (here.object(bound).isEmpty() || !bound.kind().equals(role.kind())) {
                unsure.add(by + "could not be read as one. Let it bind a role of its own");
            } else if (covered(there.object(role).orElse(null), found) < ENOUGH) {
                unsure.add(by + "has other rules than that. Let it bind a role with the release's rules");
            } else if (here.isShared(bound, accounts)) {
                unsure.add(by
                        + "is bound to others, too, who would get the release's rules. Let it bind a role of its own");
            }
        }
        pairs.put(role, bound);
    }

    private static String some(List<JsonNode> bindings) {
        return String.join(
                " and ",
                bindings.stream()
                        .map(binding -> ObjectKey.of(binding).object() + " to "
                                + InstalledCalico.roleOf(binding).object())
                        .toList());
    }
}
