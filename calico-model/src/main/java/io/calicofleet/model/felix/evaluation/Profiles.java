package io.calicofleet.model.felix.evaluation;

import io.calicofleet.model.felix.object.ProfileObject;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.validation.Assessment;
import io.calicofleet.model.felix.validation.Validation;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The profiles of a cluster: what an endpoint may do that no policy selects. One that is named but missing or invalid denies
 * everything (felix/calc/active_rules_calculator.go, DummyDropRules). Up to v3.22 its labels stay even where its rules are invalid.
 */
final class Profiles {

    /** Calico makes it up; it is stored nowhere. */
    static final String DEFAULT_ALLOW = "projectcalico-default-allow";

    /** What the names of those of namespaces begin with. */
    static final String OF_NAMESPACE = "kns.";

    private final Map<String, ProfileObject> valid = new HashMap<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();
    private final Set<String> invalid = new HashSet<>();
    private final boolean madeOfNamespaces;

    /**
     * Those of a cluster.
     *
     * @param profiles each with what Felix makes of it
     * @param madeOfNamespaces whether Calico makes those called {@code kns.} from the namespaces, as it does where
     *     Kubernetes is its datastore; else they are stored like others
     */
    Profiles(
            Collection<Map.Entry<ProfileObject, Assessment>> profiles,
            Validation validation,
            boolean madeOfNamespaces) {
        this.madeOfNamespaces = madeOfNamespaces;
        profiles.forEach(assessed -> {
            ProfileObject profile = assessed.getKey();
            if (validation.givesLabels(profile, assessed.getValue())) {
                labels.put(profile.name(), profile.labels());
            }
            if (assessed.getValue().isAbsent()) {
                invalid.add(profile.name());
            } else {
                valid.put(profile.name(), profile);
            }
        });
    }

    /** What profiles put onto their endpoints; for one label the first that is named wins. */
    Map<String, String> labelsOf(List<String> names) {
        Map<String, String> all = new HashMap<>();
        names.forEach(name -> labels.getOrDefault(name, Map.of()).forEach(all::putIfAbsent));
        return all;
    }

    /** Whether a profile allows everything: Calico's own, and those it makes of namespaces. */
    boolean opensAll(String name) {
        return !valid.containsKey(name)
                && !invalid.contains(name)
                && (name.equals(DEFAULT_ALLOW) || (madeOfNamespaces && name.startsWith(OF_NAMESPACE)));
    }

    /** Whether there is none of this name, or an invalid one, so that Felix denies. */
    boolean denies(String name) {
        return !valid.containsKey(name) && !opensAll(name);
    }

    /** Why a profile that {@link #denies} does. */
    String why(String name) {
        return "Profile " + name + ", which is " + (invalid.contains(name) ? "invalid" : "not there")
                + ": Felix denies everything in its place";
    }

    /** Its rules of a direction; none where there is no such profile. */
    List<Rule> rules(String name, boolean inbound) {
        ProfileObject profile = valid.get(name);
        return profile == null ? List.of() : profile.rules(inbound);
    }

    /** The rules of these profiles. */
    Stream<Rule> rules(Collection<String> names, boolean inbound) {
        return names.stream().sorted().flatMap(name -> rules(name, inbound).stream());
    }
}
