package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a person is, as the planner found when they asked. Two are the same person where issuer and subject are the same.
 *
 * @param name what people call them; the same as the attribute {@code actor}
 * @param subject what their issuer calls them, for good
 * @param issuer who vouches for them; null: the planner itself
 * @param authenticatedBy how the planner knew: {@code local-token}, {@code oidc}, or {@code delegate:NAME:HOW} where a service asked for them
 * @param roles in which roles they asked, by name
 */
public record Identity(
        String name, String subject, @Nullable String issuer, String authenticatedBy, List<String> roles) {

    public Identity {
        requireNonNull(name, "name");
        requireNonNull(subject, "subject");
        requireNonNull(authenticatedBy, "authenticatedBy");
        roles = Copies.list(roles);
    }

    /** Whether it is the same person, whatever they are called, and however they were authenticated. */
    public boolean samePerson(@Nullable Identity other) {
        return other != null && subject.equals(other.subject) && Objects.equals(issuer, other.issuer);
    }
}
