package io.calicofleet.planner.core.access;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks, as whoever vouches for them has it.
 *
 * @param name what people call them, and rules know them by
 * @param subject what their issuer calls them, for good
 * @param issuer who vouches for them; null: the planner itself
 * @param authenticatedBy how they are known: {@value #LOCAL_TOKEN}, {@value #OIDC}, or {@code delegate:NAME:HOW} where a delegate asks for them
 * @param groups the groups they are in
 */
public record Person(String name, String subject, @Nullable String issuer, String authenticatedBy, Set<String> groups) {

    /** Known by a token of the planner's own. */
    public static final String LOCAL_TOKEN = "local-token";

    /** Known by a token of an OpenID provider. */
    public static final String OIDC = "oidc";

    private static final String DELEGATE = "delegate:";

    /** The group of everybody with a token of the planner's own. */
    public static final String LOCAL = "local";

    public Person {
        requireNonNull(name, "name");
        requireNonNull(subject, "subject");
        requireNonNull(authenticatedBy, "authenticatedBy");
        groups = Set.copyOf(groups);
    }

    /**
     * The same person, for whom a delegate asks.
     *
     * @param delegate its name
     * @param how it knows them
     */
    public Person through(String delegate, String how) {
        return new Person(name, subject, issuer, DELEGATE + delegate + ":" + how, groups);
    }

    /** The delegate that asks for them; empty: they ask themselves. */
    public Optional<String> delegate() {
        return authenticatedBy.startsWith(DELEGATE)
                ? Optional.of(authenticatedBy.split(":", -1)[1])
                : Optional.empty();
    }

    /** Whoever has this planner's own token of that name. */
    public static Person local(String name) {
        return new Person(name, name, null, LOCAL_TOKEN, Set.of(LOCAL));
    }
}
