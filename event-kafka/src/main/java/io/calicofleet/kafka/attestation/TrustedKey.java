package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Sender;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A key whose signature counts.
 *
 * @param sender whose it is
 * @param clusters which clusters an executor's key may speak for, names in which {@code *} is any text; of others empty
 * @param revoked whether nothing it signed counts any more
 * @param known the key
 */
public record TrustedKey(Sender sender, List<String> clusters, boolean revoked, PublicKeys.Known known) {

    public TrustedKey {
        requireNonNull(sender, "sender");
        requireNonNull(known, "known");
        clusters = List.copyOf(clusters);
    }

    /**
     * One of these.
     *
     * @param publicKey its public key in Base64 (X.509), as {@link SigningKey#publicKey()} gives it
     * @throws IllegalArgumentException where that is no Ed25519 key
     */
    public static TrustedKey of(Sender sender, List<String> clusters, boolean revoked, String publicKey) {
        return new TrustedKey(
                sender, clusters, revoked, PublicKeys.of(Base64.getDecoder().decode(publicKey.strip())));
    }

    /** What names it. */
    public String id() {
        return known.id();
    }

    /** Whether it may speak for {@code cluster}. */
    boolean covers(ClusterId cluster) {
        return clusters.stream().map(TrustedKey::matcher).anyMatch(pattern -> pattern.test(cluster.value()));
    }

    private static Predicate<String> matcher(String pattern) {
        return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q")).asMatchPredicate();
    }

    @Override
    public String toString() {
        return sender.encode() + "'s key " + id();
    }
}
