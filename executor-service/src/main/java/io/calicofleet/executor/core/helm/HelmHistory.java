package io.calicofleet.executor.core.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The revisions of one release in one namespace: what {@code helm history} shows.
 *
 * @param revisions oldest first
 */
public record HelmHistory(List<HelmRelease> revisions) {

    public HelmHistory {
        revisions = revisions.stream()
                .sorted(Comparator.comparingInt(HelmRelease::revision))
                .toList();
    }

    /** The revisions of a release among Secrets. */
    public static HelmHistory of(Iterable<? extends JsonNode> secrets, String namespace, String name) {
        java.util.ArrayList<HelmRelease> found = new java.util.ArrayList<>();
        for (JsonNode secret : secrets) {
            HelmRelease.of(secret)
                    .filter(release -> release.namespace().equals(namespace)
                            && release.name().equals(name))
                    .ifPresent(found::add);
        }
        return new HelmHistory(found);
    }

    /** The newest revision, whatever came of it. */
    public Optional<HelmRelease> newest() {
        return revisions.isEmpty() ? Optional.empty() : Optional.of(revisions.getLast());
    }

    /**
     * The revision that counts: the newest that is deployed. Where Helm was stopped between its last two writes there is
     * none; then it is the newest superseded one, as for Helm itself.
     */
    public Optional<HelmRelease> current() {
        return newest(HelmRelease.DEPLOYED).or(() -> newest("superseded"));
    }

    private Optional<HelmRelease> newest(String status) {
        return revisions.stream()
                .filter(revision -> Objects.equals(revision.status(), status))
                .reduce((older, newer) -> newer);
    }
}
