package io.calicofleet.executor.core.fleet;

import io.calicofleet.event.ClusterId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which offer counts for each cluster. The older object counts where two offer a cluster of one id: who comes later, perhaps
 * to be asked in its stead, takes nothing over.
 *
 * @param accesses what is served
 * @param unusable what cannot be, by the cluster that is meant
 * @param problems what is wrong, by the object it is wrong with
 */
public record Choice(
        Map<ClusterId, Offer.Access> accesses, Map<ClusterId, Offer.Unusable> unusable, Map<String, String> problems) {

    private static final Comparator<Offer> OLDEST_FIRST = Comparator.<Offer, String>comparing(
                    offer -> offer.origin().created())
            .thenComparing(offer -> offer.origin().object());

    public Choice {
        accesses = new TreeMap<>(accesses);
        unusable = new TreeMap<>(unusable);
        problems = new TreeMap<>(problems);
    }

    /**
     * Chooses.
     *
     * @param taken the clusters there are kubeconfigs of, which count before all offers
     */
    public static Choice of(Collection<Offer> offers, Set<ClusterId> taken) {
        Map<ClusterId, Offer.Access> accesses = new HashMap<>();
        Map<ClusterId, Offer.Unusable> unusable = new HashMap<>();
        Map<String, String> problems = new HashMap<>();
        Map<ClusterId, String> first = new HashMap<>();
        List<Offer> sorted = offers.stream().sorted(OLDEST_FIRST).toList();
        for (Offer offer : sorted) {
            String object = offer.origin().object();
            if (offer instanceof Offer.Unusable wrong) {
                problems.put(object, wrong.problem());
            }
            if (offer.id().isEmpty()) {
                continue;
            }
            ClusterId id = offer.id().get();
            String other =
                    taken.contains(id) ? "a file of the directory of kubeconfigs" : first.putIfAbsent(id, object);
            if (other != null) {
                problems.put(
                        object,
                        "its cluster id " + id + " is already taken by " + other + ", which counts; give one of them"
                                + " another id by the annotation " + Offer.ID);
                continue;
            }
            switch (offer) {
                case Offer.Access access -> accesses.put(id, access);
                case Offer.Unusable wrong -> unusable.put(id, wrong);
            }
        }
        return new Choice(accesses, unusable, problems);
    }
}
