package io.calicofleet.planner.adapter.access;

import io.calicofleet.planner.core.access.Person;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Reads out of a token of an OpenID provider, which was verified by then, whose it is. */
public final class TokenPerson implements SecurityIdentityAugmentor {

    private static final int LONGEST = 200;

    private final String nameClaim;
    private final String groupsClaim;
    private final InstantSource clock;

    /**
     * Out of these claims.
     *
     * @param nameClaim has what people call them
     * @param groupsClaim has their groups
     */
    public TokenPerson(String nameClaim, String groupsClaim, InstantSource clock) {
        this.clock = clock;
        this.nameClaim = nameClaim;
        this.groupsClaim = groupsClaim;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom()
                .item(
                        identity.getPrincipal() instanceof JsonWebToken token
                                ? QuarkusSecurityIdentity.builder(identity)
                                        .addAttribute(Known.PERSON, person(token))
                                        .addAttribute(Known.STILL, until(token.getExpirationTime()))
                                        .build()
                                : identity);
    }

    private BooleanSupplier until(long expiration) {
        Instant ends = Instant.ofEpochSecond(expiration);
        return () -> clock.instant().isBefore(ends);
    }

    private Person person(JsonWebToken token) {
        Object named = token.getClaim(nameClaim);
        String name = named == null ? "" : plain(text(named));
        return new Person(
                name.isEmpty() ? plain(token.getSubject()) : name,
                token.getSubject(),
                token.getIssuer(),
                Person.OIDC,
                groups(token.getClaim(groupsClaim)));
    }

    private static Set<String> groups(Object claim) {
        Set<String> groups = new HashSet<>();
        switch (claim) {
            case JsonArray array -> array.forEach(group -> groups.add(text(group)));
            case Collection<?> list -> list.forEach(group -> groups.add(text(group)));
            case null -> groups.clear();
            default -> groups.add(text(claim));
        }
        // Nobody else's group is that of this planner's own tokens.
        groups.remove(Person.LOCAL);
        return groups;
    }

    private static String text(Object claim) {
        return claim instanceof JsonString string ? string.getString() : String.valueOf(claim);
    }

    /** A name as it can stand in a sentence and a log. */
    private static String plain(String name) {
        String clean = name.replaceAll("\\p{Cntrl}", "").strip();
        return clean.substring(0, Math.min(clean.length(), LONGEST));
    }
}
