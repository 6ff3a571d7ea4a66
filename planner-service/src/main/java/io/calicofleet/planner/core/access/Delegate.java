package io.calicofleet.planner.core.access;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service that may ask for people: only for those named here, as whom they are named here, and only for what takes no more than their roles.
 *
 * @param name whose token of the planner's own it has
 * @param people for whom it may ask
 */
public record Delegate(String name, List<Represented> people) {

    private static final Set<Act> MAY = EnumSet.of(Act.SEE, Act.APPROVE, Act.STEER);
    private static final Pattern HOW = Pattern.compile("[A-Za-z0-9._/-]{1,100}");

    public Delegate {
        requireNonNull(name, "name");
        people = List.copyOf(people);
    }

    /**
     * Somebody for whom it may ask.
     *
     * @param name as grants have it
     * @param subject what the OpenID provider calls them; null: they have a token of the planner's own
     * @param mail by which they are named too; null: by their name alone
     * @param groups the groups they are in, as grants have them
     */
    public record Represented(
            String name, @Nullable String subject, @Nullable String mail, Set<String> groups) {

        public Represented {
            requireNonNull(name, "name");
            groups = Set.copyOf(groups);
        }

        private boolean isCalled(String called) {
            return name.equals(called) || (mail != null && mail.equalsIgnoreCase(called));
        }

        private Person person(@Nullable String issuer) {
            return subject == null ? Person.local(name) : new Person(name, subject, issuer, Person.OIDC, groups);
        }
    }

    /** Whether anything of the kind is done for somebody; all else they do themselves. */
    static boolean may(Act act) {
        return MAY.contains(act);
    }

    /** Whether that can say how somebody is known. */
    public static boolean isHow(String text) {
        return HOW.matcher(text).matches();
    }

    /**
     * For whom it asks; empty where it may not ask for them.
     *
     * @param called their name or mail address
     * @param how it knows them
     * @param issuer the OpenID provider of this planner; null: there is none
     */
    public Optional<Person> person(String called, String how, @Nullable String issuer) {
        return people.stream()
                .filter(one -> one.isCalled(called))
                .findFirst()
                .map(one -> one.person(issuer).through(name, how));
    }
}
