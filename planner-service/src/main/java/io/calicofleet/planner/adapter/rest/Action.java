package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.document.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a person can do to a campaign. */
enum Action {
    PAUSE("paused", "What is under way finishes, nothing new starts; until it is resumed, or, with until, until then."),
    RESUME("resumed", "It goes on where it was paused."),
    ABORT("aborted", "Steps under way finish; clusters that are not done stay so. Needs a reason."),
    APPROVE(
            "approved",
            "Lets go on what waits: a wave that waits for its start, a traffic review, customisation conflicts, policies"
                    + " that would select automatic host endpoints; of one cluster, or everything that waits."),
    RETRY("retried", "Failed or held clusters are tried again: one, or all of them. Needs a reason."),
    SKIP("skipped", "A cluster is left out; the campaign goes on without it. Needs a reason."),
    TAKE_OVER(
            "took over",
            "A cluster that waits for another campaign is taken from that one, which leaves it out; a step under way there"
                    + " stops before its next write.");

    private final String done;
    private final String description;

    Action(String done, String description) {
        this.done = done;
        this.description = description;
    }

    /**
     * The action at the end of a path.
     *
     * @throws ProblemException where there is no such action
     */
    static Action of(String text) {
        return Arrays.stream(values())
                .filter(action -> action.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemDocument.unknown("action", text, Suggestion.of(text, names())));
    }

    /** All of them, as in their paths. */
    static List<String> names() {
        return Arrays.stream(values()).map(Action::encode).toList();
    }

    /** As in its path. */
    String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it does, in a sentence. */
    String description() {
        return description;
    }

    /** What whoever asks for it has to be allowed to do. */
    Act act(ActionRequest request) {
        return this != APPROVE ? Act.STEER : request.breakGlass() ? Act.BREAK_GLASS : Act.APPROVE;
    }

    /**
     * The command that asks for it.
     *
     * @param subject the digest of what is approved and nothing else; null: whatever waits
     * @throws ProblemException where the request lacks something, or says something this action has no use for
     */
    CampaignCommand command(CampaignName campaign, ActionRequest request, @Nullable String subject, Caller caller) {
        ClusterId cluster = request.cluster();
        String summary = caller.name() + (request.breakGlass() ? " broke the glass and " : " ") + done + " "
                + (cluster == null ? campaign.toString() : cluster + (this == TAKE_OVER ? " for " : " in ") + campaign)
                + (request.reason().isEmpty() ? "." : ": " + request.reason());
        refuseWhatItDoesNotTake(request);
        return switch (this) {
            case PAUSE -> new CampaignPaused(campaign, request.reason(), request.until(), summary);
            case RESUME -> new CampaignResumed(campaign, request.reason(), summary);
            case ABORT -> new CampaignAborted(campaign, request.reason(), summary);
            case APPROVE ->
                new CampaignApproved(
                        campaign,
                        cluster,
                        request.reason(),
                        request.conflicts(),
                        request.applySuggestedPolicy(),
                        request.digest(),
                        request.policy(),
                        request.answers(),
                        request.breakGlass(),
                        caller.identity(),
                        subject,
                        request.passkey(),
                        summary);
            case RETRY -> new ClusterRetried(campaign, cluster, request.reason(), summary);
            case SKIP -> new ClusterSkipped(campaign, required(cluster), request.reason(), summary);
            case TAKE_OVER -> new ClusterTakenOver(campaign, required(cluster), request.reason(), summary);
        };
    }

    /** Whether people will ask why: it ends something, or begins anew what was stopped for a reason. */
    private boolean needsReason() {
        return this == ABORT || this == RETRY || this == SKIP;
    }

    private void refuseWhatItDoesNotTake(ActionRequest request) {
        if (needsReason() && request.reason().isEmpty()) {
            throw wrong("reason", "Whoever asks to " + encode() + " says why.");
        }
        boolean ofCampaign = this == PAUSE || this == RESUME || this == ABORT;
        if (ofCampaign && request.cluster() != null) {
            throw wrong("cluster", "The whole campaign is to " + encode() + "; a single cluster can be skipped.");
        }
        if (this != PAUSE && request.until() != null) {
            throw wrong("until", "Only a pause ends by itself.");
        }
        if (this != APPROVE && request.conflicts() != null) {
            throw wrong("conflicts", "Only an approval decides about conflicts.");
        }
        if (!request.answers().isEmpty() && (this != APPROVE || request.cluster() == null)) {
            throw wrong("answers", "Answers to single questions are given with the approval of one cluster.");
        }
        if (this != APPROVE && request.applySuggestedPolicy()) {
            throw wrong("applySuggestedPolicy", "Only an approval can apply the suggested policy.");
        }
        if (request.breakGlass() && (this != APPROVE || request.cluster() != null)) {
            throw wrong("breakGlass", "The glass is broken for the approval of a wave, not of a cluster.");
        }
        if (request.breakGlass() && request.reason().isEmpty()) {
            throw wrong("reason", "Whoever breaks the glass says why.");
        }
        if (request.passkey() != null && (this != APPROVE || request.cluster() != null)) {
            throw wrong("passkey", "A passkey signs the approval of a wave or of a revision.");
        }
        if (request.approval() != null && (this != APPROVE || request.cluster() != null || request.breakGlass())) {
            throw wrong(
                    "approval", "It names what is approved of a wave or of a revision, without breaking the glass.");
        }
        if (this != APPROVE && request.digest() != null) {
            throw wrong("digest", "Only an approval is about a review.");
        }
        if (request.policy() != null
                && (this != APPROVE || !request.applySuggestedPolicy() || request.cluster() == null)) {
            throw wrong(
                    "policy",
                    "A policy is given with the approval of one cluster, and with applySuggestedPolicy: true.");
        }
    }

    private ClusterId required(@Nullable ClusterId cluster) {
        if (cluster == null) {
            throw wrong("cluster", "Which cluster is to " + encode() + "?");
        }
        return cluster;
    }

    private static ProblemException wrong(String field, String message) {
        return ProblemDocument.invalid(message, List.of(new Problem(field, message, "", "")));
    }
}
