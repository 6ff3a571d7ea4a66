package io.calicofleet.planner.core.outcome;

import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.HostEndpointFact;
import java.util.List;
import java.util.Map;

/**
 * What is kept of an inspection: how the cluster was before.
 *
 * @param changed how many fields people had changed
 * @param changes the first of them
 * @param hostEndpoints how many host endpoints there were
 * @param allInterfaces the names of the first that need protection
 * @param needingProtection how many do
 * @param automatic how many are automatic
 * @param counts how many objects there were, by kind
 */
record Found(
        int changed,
        List<Customisation> changes,
        int hostEndpoints,
        List<String> allInterfaces,
        int needingProtection,
        int automatic,
        Map<String, Integer> counts) {

    /** More are counted, not named. */
    static final int NAMED = 100;

    static final Found NOTHING = new Found(0, List.of(), 0, List.of(), 0, 0, Map.of());

    static Found of(ClusterFacts facts) {
        List<String> needing = facts.hostEndpoints().stream()
                .filter(HostEndpointFact::needsProtection)
                .map(HostEndpointFact::name)
                .sorted()
                .toList();
        return new Found(
                facts.customisations().size(),
                facts.customisations().stream().limit(NAMED).toList(),
                facts.hostEndpoints().size(),
                needing.stream().limit(NAMED).toList(),
                needing.size(),
                (int) facts.hostEndpoints().stream()
                        .filter(HostEndpointFact::automatic)
                        .count(),
                facts.baseline() == null ? Map.of() : facts.baseline().counts());
    }
}
