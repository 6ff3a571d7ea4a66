package io.calicofleet.executor.core.identity;

import io.calicofleet.model.release.ObjectKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands before and after every name of a release on this cluster, as kustomize's namePrefix and nameSuffix write it.
 *
 * @param before the prefix; may be empty
 * @param after the suffix; may be empty
 */
record Affix(String before, String after) {

    /** The kinds whose names kustomize ends in a hash of what they hold. */
    private static final Set<String> HASHED = Set.of("ConfigMap", "Secret");

    /** The one that all these names share; empty where they share none. Names that all stay share one without letters. */
    static Optional<Affix> of(Map<ObjectKey, ObjectKey> names) {
        if (names.isEmpty()) {
            return Optional.of(new Affix("", ""));
        }
        Optional<Affix> found = names.entrySet().stream()
                .filter(entry -> !HASHED.contains(entry.getKey().kind()))
                .findFirst()
                .flatMap(
                        entry -> between(entry.getKey().name(), entry.getValue().name()));
        return found.filter(
                affix -> names.entrySet().stream().allMatch(entry -> affix.fits(entry.getKey(), entry.getValue())));
    }

    String on(String name) {
        return before + name + after;
    }

    private static Optional<Affix> between(String name, String here) {
        int at = here.indexOf(name);
        return at < 0
                ? Optional.empty()
                : Optional.of(new Affix(here.substring(0, at), here.substring(at + name.length())));
    }

    private boolean fits(ObjectKey release, ObjectKey here) {
        String whole = on(release.name());
        return here.name().equals(whole)
                || (HASHED.contains(release.kind()) && here.name().startsWith(whole + "-"));
    }
}
