package io.calicofleet.executor.core.approval;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The rules of this executor: which clusters are not changed unless people whose passkeys are known here have signed for it. No planner can change them,
 * nor sign for anybody.
 *
 * @param rules the first that is for a cluster counts
 * @param passkeys says whose signature it is
 */
public record OwnRules(List<Rule> rules, Passkeys passkeys) {

    /** None: what a step says itself is enough. */
    public static final OwnRules NONE = new OwnRules(List.of(), (assertion, digest) -> Optional.empty());

    public OwnRules {
        rules = List.copyOf(rules);
        requireNonNull(passkeys, "passkeys");
    }

    /** Whose signature an assertion is. */
    @FunctionalInterface
    public interface Passkeys {

        /** The name of the person who signed that digest with a passkey that is known here; empty where nobody did. */
        Optional<String> signer(PasskeyAssertion assertion, String digest);
    }

    /**
     * What the clusters it is for ask.
     *
     * @param clusters whether it is for a cluster
     * @param quorum how many people have to sign
     * @param people whose signatures count; empty: everybody's whose passkey is known
     * @param validFor how long after a campaign was created its steps may begin
     * @param restores whether restores need it too
     */
    public record Rule(
            Predicate<ClusterId> clusters, int quorum, Set<String> people, Duration validFor, boolean restores) {

        public Rule {
            requireNonNull(clusters, "clusters");
            people = Set.copyOf(people);
            requireNonNull(validFor, "validFor");
        }

        String told(StepRequested request) {
            return "This executor begins no step on " + request.step().cluster() + " without " + quorum
                    + (quorum == 1 ? " approval" : " approvals") + " signed with a passkey that its own file has"
                    + (people.isEmpty() ? "." : ", by " + String.join(" or ", new TreeSet<>(people)) + ".");
        }
    }

    Optional<Rule> of(StepRequested request) {
        return rules.stream()
                .filter(rule -> rule.clusters().test(request.step().cluster()))
                .findFirst()
                .filter(rule -> rule.restores() || request.step().kind() != StepKind.RESTORE);
    }

    Optional<String> problem(
            Rule rule, StepRequested request, StepApprovals approvals, List<ApprovalCheck.Signed> signed, Instant now) {
        Set<String> people = new TreeSet<>();
        for (ApprovalCheck.Signed one : signed) {
            PasskeyAssertion assertion = one.approval().passkey();
            if (assertion != null) {
                passkeys.signer(assertion, one.digest())
                        .filter(person ->
                                rule.people().isEmpty() || rule.people().contains(person))
                        .ifPresent(people::add);
            }
        }
        if (people.size() < rule.quorum()) {
            return Optional.of(rule.told(request) + " Of the " + signed.size() + " it carries with a passkey, those of "
                    + people.size() + (people.size() == 1 ? " person" : " people") + " count"
                    + (people.isEmpty() ? "." : ": " + String.join(", ", people) + "."));
        }
        Instant until = approvals.createdAt().plus(rule.validFor());
        return now.isAfter(until)
                ? Optional.of("Its campaign was created at " + approvals.createdAt()
                        + "; on this executor its approvals" + " hold until " + until + ".")
                : Optional.empty();
    }
}
