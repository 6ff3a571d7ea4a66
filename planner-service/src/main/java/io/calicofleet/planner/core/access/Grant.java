package io.calicofleet.planner.core.access;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Set;

/**
 * A role that some people have.
 *
 * @param role which role
 * @param people who, by name
 * @param groups and everybody in these groups
 * @param scope what for
 */
public record Grant(Role role, Set<String> people, Set<String> groups, Scope scope) {

    public Grant {
        requireNonNull(role, "role");
        requireNonNull(scope, "scope");
        people = Set.copyOf(people);
        groups = Set.copyOf(groups);
    }

    boolean isOf(Person person) {
        return people.contains(person.name()) || !Collections.disjoint(groups, person.groups());
    }
}
