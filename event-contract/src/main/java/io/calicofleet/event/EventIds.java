package io.calicofleet.event;

/**
 * Ids of events that answer others: readable, and the same each time the same thing is said, so that whoever receives a
 * duplicate can tell.
 */
public final class EventIds {

    private EventIds() {}

    /** The id of the request for {@code step}. */
    public static String requested(StepId step) {
        return step.encode() + "/requested";
    }

    /** The id of what a campaign says of a cluster. */
    public static String claim(ClaimCall call) {
        String claim = claim(call.campaign(), call.cluster(), call.attempt());
        return switch (call) {
            case ClaimRequested requested -> claim + (requested.takes() == null ? "/requested" : "/taken-over");
            case ClaimReleased released -> claim + "/released";
        };
    }

    /** The id of an answer to that; the place in line is told again when it changes. */
    public static String claim(ClaimAnswer answer) {
        String claim = claim(answer.campaign(), answer.cluster(), answer.attempt());
        return switch (answer) {
            case ClaimGranted granted -> claim + "/granted/" + granted.epoch();
            case ClaimQueued queued -> claim + "/queued/" + queued.holder() + "-" + queued.ahead();
            case ClaimRefused refused -> claim + "/refused";
            case ClaimLost lost -> claim + "/lost";
        };
    }

    private static String claim(CampaignName campaign, ClusterId cluster, int attempt) {
        return campaign + "/" + cluster + "/claim/" + attempt;
    }

    /** The id of a plan; the same plan has the same. */
    public static String plan(PlanMade made) {
        return made.step().encode() + "/plan/" + made.plan().digest();
    }

    /** The id of what an executor reports of a step; a progress is told apart by how far it is and what it waits for. */
    public static String progress(StepProgress progress) {
        String step = progress.step().encode();
        return switch (progress) {
            case StepAccepted accepted -> step + "/accepted";
            case StepProgressed progressed ->
                step + "/progressed/" + progressed.done() + "-" + progressed.total() + waits(progressed);
            case StepSucceeded succeeded -> step + "/succeeded";
            case StepHeld held -> step + "/held";
            case StepFailed failed -> step + "/failed";
        };
    }

    private static String waits(StepProgressed progressed) {
        String what = progressed.waitsFor();
        return what == null ? "" : "-waits-" + Integer.toHexString(what.hashCode());
    }

    /** The id of a failure; one step may have several signatures. */
    public static String failure(FailureSeen seen) {
        return seen.step().encode() + "/failure/" + seen.signature();
    }

    /** The id of an observation; a restarted executor observes anew, in another run. */
    public static String checks(ChecksObserved checks) {
        String run = checks.run() == null ? "" : checks.run();
        return checks.step().encode() + "/checks/" + run + "-" + checks.sequence();
    }

    /** The id of a cluster not being seen. */
    public static String sightLost(SightLost lost) {
        return lost.step().encode() + "/sight-lost/" + lost.run() + "-" + lost.sequence();
    }

    /** The id of what gates miss; told apart by what that is. */
    public static String missing(GatesMissing event) {
        return event.step().encode() + "/missing/"
                + Integer.toHexString(event.missing().hashCode());
    }

    /** The id of a verdict; a step has one verdict, and one more after an approval was asked for. */
    public static String verdict(StepJudged judged) {
        return judged.step().encode() + "/verdict/" + judged.outcome().encode();
    }
}
