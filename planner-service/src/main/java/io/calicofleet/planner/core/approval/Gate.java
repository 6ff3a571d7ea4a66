package io.calicofleet.planner.core.approval;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.Identity;
import io.calicofleet.event.PasskeyUse;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.event.WaveSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The approval that a wave, or a revision, needs, and how far it is. People are the same where their names are, as they are written, or where their
 * issuer says so: a quorum counts people, whatever they are called and however many tokens they have.
 *
 * @param subject what is approved: {@code wave canary}, or {@link #REVISION}
 * @param wave what its campaign says of the wave
 * @param author who created the campaign; null where nobody said
 * @param authorIdentity the same, as their issuer has it; null where nobody said
 * @param given the approvals there are
 */
public record Gate(
        String subject,
        WaveSpec wave,
        @Nullable String author,
        @Nullable Identity authorIdentity,
        List<WaveApproval> given) {

    /** The subject of the gate of a revision. */
    public static final String REVISION = "the revision";

    public Gate {
        requireNonNull(subject, "subject");
        requireNonNull(wave, "wave");
        given = List.copyOf(given);
    }

    /** Of a wave. */
    public Gate(WaveSpec wave, @Nullable String author, @Nullable Identity authorIdentity, List<WaveApproval> given) {
        this("wave " + wave.name(), wave, author, authorIdentity, given);
    }

    /**
     * Of a revision: it takes what the strictest approval of a wave takes, by its author as well, where no wave takes one.
     *
     * @param waves those of the campaign in force
     */
    public static Gate ofRevision(
            List<WaveSpec> waves,
            @Nullable String author,
            @Nullable Identity authorIdentity,
            List<WaveApproval> given) {
        ApprovalSpec strictest = waves.stream()
                .flatMap(wave -> Optional.ofNullable(wave.approvalRule()).stream())
                .max(Comparator.comparing(ApprovalSpec::quorum)
                        .thenComparing(ApprovalSpec::notAuthor)
                        .thenComparing(rule -> !rule.by().isEmpty()))
                .orElse(null);
        boolean passkey = waves.stream()
                .flatMap(wave -> Optional.ofNullable(wave.approvalRule()).stream())
                .anyMatch(ApprovalSpec::asksPasskey);
        WaveSpec first = waves.getFirst();
        ApprovalSpec rule = strictest == null
                ? null
                : new ApprovalSpec(
                        ApprovalTime.BEFORE,
                        strictest.by(),
                        strictest.quorum(),
                        strictest.notAuthor(),
                        null,
                        passkey ? PasskeyUse.REQUIRED : null);
        return new Gate(
                REVISION,
                new WaveSpec(
                        first.name(), first.clusters(), null, first.minSucceeded(), first.soak(), true, null, rule),
                author,
                authorIdentity,
                given);
    }

    /** Whether enough have approved. */
    public boolean passed() {
        return given.size() >= quorum() || given.stream().anyMatch(WaveApproval::breakGlass);
    }

    /** Why this person may not approve it so; empty where they may. */
    public Optional<String> refusal(@Nullable String actor, CampaignApproved approval) {
        ApprovalSpec rule = wave.approvalRule();
        if (rule == null) {
            return Optional.empty();
        }
        String what = subject;
        if (approval.reason().isBlank()) {
            return Optional.of("An approval of " + what + " needs a reason.");
        }
        if (actor == null || actor.isBlank()) {
            return Optional.of("An approval of " + what + " needs the name of who approves.");
        }
        if (approval.breakGlass()) {
            return Optional.empty();
        }
        if (rule.asksPasskey() && approval.passkey() == null) {
            return Optional.of("An approval of " + what + " is signed with a passkey: give it on the page.");
        }
        Identity who = approval.identity();
        if (!rule.by().isEmpty() && !rule.by().contains(actor)) {
            return Optional.of("Not " + actor + " approves " + what + ", but " + among(rule.by()) + ".");
        }
        if (rule.notAuthor() && (actor.equals(author) || (who != null && who.samePerson(authorIdentity)))) {
            return Optional.of("Somebody else approves " + what + ": " + actor
                    + (isOfRevision() ? " proposes it." : " created the campaign."));
        }
        return given.stream()
                        .anyMatch(earlier ->
                                actor.equals(earlier.by()) || (who != null && who.samePerson(earlier.identity())))
                ? Optional.of(actor + " has approved " + what + " already" + missing() + ".")
                : Optional.empty();
    }

    /** Without those that hold no longer. */
    public Gate at(Instant now) {
        Duration validFor =
                wave.approvalRule() == null ? null : wave.approvalRule().validFor();
        return validFor == null
                ? this
                : new Gate(
                        subject,
                        wave,
                        author,
                        authorIdentity,
                        given.stream()
                                .filter(approval -> now.isBefore(approval.at().plus(validFor)))
                                .toList());
    }

    /** With another one. */
    public Gate with(WaveApproval approval) {
        return new Gate(
                subject,
                wave,
                author,
                authorIdentity,
                Stream.concat(given.stream(), Stream.of(approval)).toList());
    }

    /** What is waited for, in a sentence. */
    public String asks() {
        boolean after = wave.approved(ApprovalTime.AFTER);
        return Character.toUpperCase(subject.charAt(0)) + subject.substring(1)
                + (after ? " is done and waits" : " waits") + " for "
                + (quorum() == 1 ? "an approval" : quorum() + " approvals") + missing()
                + (wave.approvalRule() != null && wave.approvalRule().asksPasskey() ? " with a passkey" : "")
                + who().map(people -> "; " + people + " may").orElse("") + ".";
    }

    /** Who may give one that is missing: {@code bob or carol}; empty where anybody may. */
    public Optional<String> who() {
        ApprovalSpec rule = wave.approvalRule();
        if (rule == null) {
            return Optional.empty();
        }
        List<String> left = rule.by().stream()
                .filter(name -> given.stream().noneMatch(approval -> name.equals(approval.by())))
                .filter(name -> !rule.notAuthor() || !name.equals(author))
                .toList();
        if (!left.isEmpty()) {
            return Optional.of(among(left));
        }
        return rule.notAuthor()
                ? Optional.of("anybody but "
                        + Objects.requireNonNullElse(
                                author, isOfRevision() ? "whoever proposes it" : "whoever created the campaign"))
                : Optional.empty();
    }

    private String missing() {
        return given.isEmpty() || quorum() == 1
                ? ""
                : ", " + given.size() + " of " + quorum() + " is there, by "
                        + given.stream()
                                .map(approval -> String.valueOf(approval.by()))
                                .collect(Collectors.joining(" and "));
    }

    private int quorum() {
        return wave.approvalRule() == null ? 1 : Math.max(1, wave.approvalRule().quorum());
    }

    private boolean isOfRevision() {
        return subject.equals(REVISION);
    }

    private static String among(List<String> names) {
        return String.join(" or ", names);
    }
}
