package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.TrafficReview;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a cluster on its way.
 *
 * @param holdReason why it is held or failed; null where it is not
 * @param message what happened last, one sentence
 * @param objections of the preflight, or what else a person has to decide about
 * @param gates last judged
 * @param conflicts to decide on
 * @param review of the traffic
 * @param source the version first inspected, before anything was changed
 * @param notes what a person should know
 * @param keptMine what a person has answered with keep-mine: it holds for every later attempt, too
 * @param answers to which single questions a person has answered keep-mine: they hold for every later attempt, too
 */
public record Findings(
        @Nullable HoldReason holdReason,
        String message,
        List<String> objections,
        List<GateResult> gates,
        List<FieldConflict> conflicts,
        @Nullable TrafficReview review,
        @Nullable CalicoVersion source,
        List<String> notes,
        @Nullable List<HoldReason> keptMine,
        @Nullable List<FieldAnswer> answers) {

    /** Nothing yet. */
    public static final Findings NONE =
            new Findings(null, "", List.of(), List.of(), List.of(), null, null, List.of(), List.of(), List.of());

    public Findings {
        requireNonNull(message, "message");
        objections = List.copyOf(objections);
        gates = List.copyOf(gates);
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
        keptMine = keptMine == null ? List.of() : List.copyOf(keptMine);
        answers = answers == null ? List.of() : List.copyOf(answers);
    }

    /** Whether it waits because it cannot be reached. */
    public boolean unreached() {
        return holdReason == HoldReason.UNREACHABLE;
    }

    /** What a new attempt starts with: only the version first found is kept, and what a person said of it. */
    Findings afresh(String because) {
        return new Findings(null, because, List.of(), List.of(), List.of(), null, source, List.of(), keptMine, answers);
    }

    /** On its way again: what was to be decided is. */
    Findings running(String said) {
        return new Findings(null, said, List.of(), gates, List.of(), review, source, notes, keptMine, answers);
    }

    /** Stopped. */
    Findings stopped(@Nullable HoldReason reason, String said) {
        return new Findings(reason, said, objections, gates, conflicts, review, source, notes, keptMine, answers);
    }

    Findings withMessage(String said) {
        return new Findings(holdReason, said, objections, gates, conflicts, review, source, notes, keptMine, answers);
    }

    Findings withObjections(List<String> found) {
        return new Findings(holdReason, message, found, gates, conflicts, review, source, notes, keptMine, answers);
    }

    Findings withConflicts(List<FieldConflict> found) {
        return new Findings(holdReason, message, objections, gates, found, review, source, notes, keptMine, answers);
    }

    /** What the verifier found; a verdict without a review leaves the one there was. */
    Findings withVerdict(List<GateResult> results, @Nullable TrafficReview found) {
        return new Findings(
                holdReason,
                message,
                objections,
                results,
                conflicts,
                found == null ? review : found,
                source,
                notes,
                keptMine,
                answers);
    }

    /** The review, complete with what the guard says; null: it was not asked. */
    Findings reviewed(@Nullable PolicyCheck guard) {
        return review == null
                ? this
                : new Findings(
                        holdReason,
                        message,
                        objections,
                        gates,
                        conflicts,
                        review.complete(guard),
                        source,
                        notes,
                        keptMine,
                        answers);
    }

    /** The version the cluster was found with; the first one stays. */
    Findings withSource(@Nullable CalicoVersion found) {
        return new Findings(
                holdReason,
                message,
                objections,
                gates,
                conflicts,
                review,
                source == null ? found : source,
                notes,
                keptMine,
                answers);
    }

    /** More notes, each once. */
    Findings withNotes(List<String> more) {
        var all = new LinkedHashSet<>(notes);
        all.addAll(more);
        return new Findings(
                holdReason,
                message,
                objections,
                gates,
                conflicts,
                review,
                source,
                new ArrayList<>(all),
                keptMine,
                answers);
    }

    /** A person wants to keep what the cluster has, now and in every later attempt. */
    Findings keepingMine(HoldReason asked) {
        var all = new LinkedHashSet<>(kept());
        all.add(asked);
        return new Findings(
                holdReason,
                message,
                objections,
                gates,
                conflicts,
                review,
                source,
                notes,
                new ArrayList<>(all),
                answers);
    }

    /** Whether a person has said so. */
    public boolean keepsMine(HoldReason asked) {
        return kept().contains(asked);
    }

    /** A person wants to keep what these questions are about, now and in every later attempt. */
    Findings remembering(List<FieldAnswer> more) {
        var all = new LinkedHashSet<>(remembered());
        all.addAll(more);
        return new Findings(
                holdReason,
                message,
                objections,
                gates,
                conflicts,
                review,
                source,
                notes,
                keptMine,
                new ArrayList<>(all));
    }

    /** To which single questions a person has answered keep-mine. */
    public List<FieldAnswer> remembered() {
        return answers == null ? List.of() : answers;
    }

    private List<HoldReason> kept() {
        return keptMine == null ? List.of() : keptMine;
    }
}
