package io.calicofleet.cli.chaos;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What must be true of every run, whatever broke in it. Each looks at the history only. */
@SuppressWarnings("ImmutableEnumChecker") // functions that hold nothing
enum Invariant {
    /** See {@link Claims#oneAtATime}. */
    ONE_CLAIM("A cluster belongs to one campaign at a time.", Claims::oneAtATime),
    /** See {@link Writes#underAClaim}. */
    WRITES_UNDER_A_CLAIM(
            "Nothing is written to a cluster but by a step of the campaign that has it.", Writes::underAClaim),
    /** See {@link Writes#byOneExecutor}. */
    ONE_EXECUTOR(
            "An executor that lost a cluster to another writes there no more, but what was on its way.",
            Writes::byOneExecutor),
    /** See {@link Writes#once}. */
    EFFECTS_ONCE("Each effect of a step happens once.", Writes::once),
    /** See {@link Outcomes#absenceFailsNobody}. */
    ABSENCE_FAILS_NOBODY(
            "No cluster fails or goes back because a part of the system was away.", Outcomes::absenceFailsNobody),
    /** See {@link Steps#afterTheVerdict}. */
    VERDICT_FIRST("No step begins before the outcome and the verdict of the one before.", Steps::afterTheVerdict),
    /** See {@link Limits#concurrency}. */
    CONCURRENCY("Never more clusters in flight than the campaign allows.", Limits::concurrency),
    /** See {@link Limits#budget}. */
    BUDGET("Nothing new starts once the failure budget is spent.", Limits::budget),
    /** See {@link Limits#rests}. */
    NOTHING_NEW(
            "Nothing new starts while a campaign is paused, everything is stopped, or it is not its time.",
            Limits::rests),
    /** See {@link Outcomes#unreachableIsWaitedFor}. */
    UNREACHABLE_WAITS(
            "A cluster out of reach does not fail where its campaign waits for it.", Outcomes::unreachableIsWaitedFor),
    /** See {@link Outcomes#replayIsWhatIs}. */
    REPLAYED("What was decided leads once more to what is.", Outcomes::replayIsWhatIs),
    /** See {@link Outcomes#everythingEnds}. */
    EVERYTHING_ENDS("Every campaign ends, or is held with a reason that names what ends it.", Outcomes::everythingEnds),
    /** See {@link Outcomes#whatWasAcceptedStays}. */
    ACCEPTED_STAYS("What a person asked for and was told is accepted is not lost.", Outcomes::whatWasAcceptedStays),
    /** See {@link Outcomes#peoplesChangesStay}. */
    CHANGES_STAY("What people set in a cluster is still there.", Outcomes::peoplesChangesStay),
    /** See {@link Outcomes#nothingIsLeft}. */
    NOTHING_LEFT("Nothing of us is left behind: leases, temporary policies, labels.", Outcomes::nothingIsLeft),
    /** See {@link Outcomes#everythingIsRead}. */
    EVERYTHING_READ("Every record can be read, and no step fails by a fault of ours.", Outcomes::everythingIsRead);

    private final String sentence;
    private final Function<History, List<Finding>> check;

    Invariant(String sentence, Function<History, List<Finding>> check) {
        this.sentence = sentence;
        this.check = check;
    }

    /** One sentence for people. */
    String sentence() {
        return sentence;
    }

    /** Its name in the output. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What of the history does not agree with it; nothing where all does. */
    List<Finding> check(History history) {
        return check.apply(history);
    }
}
