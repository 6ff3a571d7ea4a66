package io.calicofleet.executor.core.approval;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.Identity;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.model.approval.Participants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a step that writes has its approvals. What was approved is worked out anew, from the step itself: its campaign, its cluster, its target. An
 * approval of anything else has another digest and does not count.
 *
 * <p>The rules a step carries come from its planner. They find what was mixed up, moved to another cluster, or asked for without the approval its
 * campaign takes. Whoever has the planner's key writes them as they like: what that must not do is kept by {@link OwnRules}.
 */
public final class ApprovalCheck {

    /** By what a step says itself, and nothing else. */
    public static final ApprovalCheck OF_THE_STEP = new ApprovalCheck(OwnRules.NONE);

    private static final int SHORT = 12;

    private final OwnRules own;

    /** With rules of this side as well. */
    public ApprovalCheck(OwnRules own) {
        this.own = requireNonNull(own, "own");
    }

    /**
     * Why a step lacks an approval; empty where it has all it needs.
     *
     * @param now what the clock of this side shows
     */
    public Optional<String> problem(StepRequested request, Instant now) {
        Optional<OwnRules.Rule> rule = own.of(request);
        StepApprovals approvals = request.approvals();
        if (approvals == null) {
            return rule.map(asked -> asked.told(request) + " The step carries none.");
        }
        Optional<String> clusters =
                Participants.root(approvals.wave(), request.step().cluster(), approvals.path());
        if (clusters.isEmpty()) {
            return Optional.of("What it carries of its approvals cannot be read.");
        }
        Optional<String> other = otherThanApproved(request, approvals);
        if (other.isPresent()) {
            return other;
        }
        List<Signed> signed = new ArrayList<>();
        for (NeededApproval needed : approvals.needed()) {
            String digest = ApprovalDigests.of(new ApprovalSubject(
                    needed.what(),
                    request.step().campaign(),
                    approvals.createdAt(),
                    approvals.procedure(),
                    approvals.target(),
                    approvals.document(),
                    clusters.get(),
                    approvals.change()));
            Optional<String> missing = missing(approvals, needed, digest);
            if (missing.isPresent()) {
                return missing;
            }
            needed.given().stream()
                    .filter(given -> given.passkey() != null)
                    .forEach(given -> signed.add(new Signed(digest, given)));
        }
        return rule.flatMap(asked -> own.problem(asked, request, approvals, signed, now));
    }

    /**
     * An approval with a passkey.
     *
     * @param digest of what it has to be of
     * @param approval as it was given
     */
    public record Signed(String digest, WaveApproval approval) {}

    private static Optional<String> otherThanApproved(StepRequested request, StepApprovals approvals) {
        CalicoVersion target = request.parameters().target();
        if (target != null && !target.equals(approvals.target())) {
            return Optional.of(
                    "It is to upgrade to " + target + ", and what was approved to " + approvals.target() + ".");
        }
        ChangeSpec change = request.parameters().change();
        if (change != null && !change.toString().equals(approvals.change())) {
            return Optional.of("It is to change " + change + ", and what was approved to change "
                    + (approvals.change() == null ? "nothing" : approvals.change()) + ".");
        }
        StepKind kind = request.step().kind();
        Procedure procedure = approvals.procedure();
        boolean fits = kind == StepKind.DRILL
                ? procedure == Procedure.DRILL
                : procedure == Procedure.UPGRADE || (procedure == Procedure.RESTORE && kind == StepKind.RESTORE);
        return fits
                ? Optional.empty()
                : Optional.of("Its step is " + kind + ", and what was approved is: " + procedure + ".");
    }

    private static Optional<String> missing(StepApprovals approvals, NeededApproval needed, String digest) {
        if (needed.what().startsWith(ApprovalTime.BEFORE.encode())
                && !needed.what().equals(ApprovalSubject.of(ApprovalTime.BEFORE, approvals.wave()))) {
            return Optional.of("Its cluster goes with wave " + approvals.wave() + "; what it carries is of "
                    + needed.what() + ".");
        }
        ApprovalSpec rule = needed.rule();
        List<WaveApproval> people = new ArrayList<>();
        boolean glass = false;
        for (WaveApproval given : needed.given()) {
            boolean counts = digest.equals(given.digest());
            glass |= counts && given.breakGlass();
            if (counts && mayGive(rule, needed, given) && people.stream().noneMatch(one -> isSame(one, given))) {
                people.add(given);
            }
        }
        int quorum = rule == null ? 1 : Math.max(1, rule.quorum());
        return glass || people.size() >= quorum
                ? Optional.empty()
                : Optional.of(
                        "It needs " + quorum + (quorum == 1 ? " approval" : " approvals") + " of '" + needed.what()
                                + "', by its digest " + digest.substring(0, SHORT) + "; " + people.size() + " of the "
                                + needed.given().size() + " it carries " + (people.size() == 1 ? "counts." : "count."));
    }

    private static boolean mayGive(@Nullable ApprovalSpec rule, NeededApproval needed, WaveApproval given) {
        if (rule == null) {
            return true;
        }
        Identity who = given.identity();
        boolean author = (given.by() != null && given.by().equals(needed.author()))
                || (who != null && who.samePerson(needed.authorIdentity()));
        return given.by() != null
                && (rule.by().isEmpty() || rule.by().contains(given.by()))
                && !(rule.notAuthor() && author)
                && !(rule.asksPasskey() && given.passkey() == null);
    }

    private static boolean isSame(WaveApproval one, WaveApproval other) {
        Identity who = one.identity();
        return (one.by() != null && one.by().equals(other.by())) || (who != null && who.samePerson(other.identity()));
    }
}
