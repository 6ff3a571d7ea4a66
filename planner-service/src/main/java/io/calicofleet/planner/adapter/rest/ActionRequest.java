package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of an action.
 *
 * @param reason why; people will read it in the campaign's status
 * @param cluster the cluster it is about; null: the whole campaign
 * @param conflicts whose side conflicting fields take
 * @param applySuggestedPolicy whether the suggested policy is put in place of the temporary one
 * @param digest of the traffic review that was looked at
 * @param policy an edited policy to put there instead of the suggested one
 * @param answers what is decided on single fields
 * @param breakGlass whether it is to count for all approvals that the wave needs
 * @param until when a pause ends by itself
 * @param passkey what whoever approves signed with a passkey
 * @param approval the digest of what is approved, and nothing else; null: whatever waits
 */
@Schema(name = "Action", description = "Why a person acts on a campaign, and on which of its clusters.")
public record ActionRequest(
        @Schema(
                description = "Why; shown with the campaign. abort, retry and skip need one.",
                examples = "tested on canary")
        String reason,

        @Schema(description = "Only this cluster; absent: the whole campaign.", examples = "prod-eu-1") @Nullable
        ClusterId cluster,

        @Schema(description = "approve only: whose side fields take that both a person and the release changed.")
        @Nullable
        OnConflict conflicts,

        @Schema(description = "approve only: put the suggested policy in place of the temporary one.")
        boolean applySuggestedPolicy,

        @Schema(
                description =
                        "approve only: the digest of what was looked at, as its status has it: a traffic review, a plan, or, without a cluster, a"
                                + " revision.",
                examples = "9f86d081884c7d65")
        @Nullable
        String digest,

        @Schema(description = "approve only: a GlobalNetworkPolicy as YAML, to put there instead of the suggested one.")
        @Nullable
        String policy,

        @Schema(
                description =
                        "approve only, of one cluster: what is decided on single fields, by the ids of its conflicts; conflicts"
                                + " is for all others.")
        List<FieldAnswer> answers,

        @Schema(
                description =
                        "approve only, of a wave: counts for all approvals it needs, whoever may give them. Takes the role admin and a"
                                + " reason, and is told everywhere.")
        boolean breakGlass,

        @Schema(description = "pause only: when it ends by itself.", examples = "2026-12-01T06:00:00+01:00") @Nullable
        Instant until,

        @Schema(
                description =
                        "approve of a wave or a revision only: what a passkey signed; its challenge is the digest that approvals"
                                + " gives.")
        @Nullable
        PasskeyAssertion passkey,

        @Schema(
                description =
                        "approve of a wave or a revision only: the digest that approvals gives, all 64 digits. That is approved and"
                                + " nothing else; where something else waits by then, nothing is.")
        @Nullable
        String approval) {

    private static final int MAX_POLICY = 1_000_000;

    /**
     * Reads a body.
     *
     * @param tree of maps and scalars; null: an empty body
     * @throws ProblemException with everything that is wrong with it
     */
    static ActionRequest read(@Nullable Object tree) {
        List<Problem> problems = new ArrayList<>();
        ObjectReader reader = ObjectReader.of(tree, "", problems);
        String reason = reader.value("reason", "", ActionRequest::sentence, "a sentence of up to 1000 letters");
        ClusterId cluster = reader.value("cluster", ClusterId::of, "a cluster's id");
        OnConflict conflicts = reader.has("conflicts")
                ? reader.choice(
                        "conflicts",
                        OnConflict.HOLD,
                        List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW),
                        OnConflict::encode)
                : null;
        boolean applySuggestedPolicy = reader.flag("applySuggestedPolicy", false);
        String digest = reader.value("digest", ActionRequest::digest, "the digest of a review, 16 hexadecimal digits");
        String policy = reader.value("policy", ActionRequest::policy, "a policy of up to a million characters");
        List<FieldAnswer> answers = reader.objects("answers").stream()
                .flatMap(answer -> answer(answer).stream())
                .toList();
        boolean breakGlass = reader.flag("breakGlass", false);
        Instant until = reader.value("until", ActionRequest::moment, "a date and time with its offset");
        PasskeyAssertion passkey = reader.has("passkey") ? passkey(reader.object("passkey")) : null;
        String approval = reader.value(
                "approval", ActionRequest::approval, "the digest that approvals gives, 64 hexadecimal digits");
        reader.finish();
        if (!problems.isEmpty()) {
            throw ProblemDocument.invalid("The action cannot be understood.", problems);
        }
        return new ActionRequest(
                reason,
                cluster,
                conflicts,
                applySuggestedPolicy,
                digest,
                policy,
                answers,
                breakGlass,
                until,
                passkey,
                approval);
    }

    private static @Nullable PasskeyAssertion passkey(ObjectReader reader) {
        String id = reader.required("id", PasskeysResource::binary, "the id of the passkey");
        String data = reader.required("authenticatorData", PasskeysResource::binary, "what the authenticator says");
        String client = reader.required("clientData", PasskeysResource::binary, "what the browser says");
        String signature = reader.required("signature", PasskeysResource::binary, "the signature of both");
        reader.finish();
        return id == null || data == null || client == null || signature == null
                ? null
                : new PasskeyAssertion(id, data, client, signature);
    }

    /**
     * A reason that is given without a body.
     *
     * @throws ProblemException where it is too long
     */
    static String reason(String text) {
        try {
            return sentence(text);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw ProblemDocument.invalid(
                    message, List.of(new Problem("reason", message, "a sentence of up to 1000 letters", "")));
        }
    }

    /** A reason that has to be there. */
    static String reasonGiven(String text) {
        String reason = sentence(text);
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("is empty.");
        }
        return reason;
    }

    private static Optional<FieldAnswer> answer(ObjectReader reader) {
        String question = reader.required("question", ActionRequest::question, "the id of a conflict");
        OnConflict answer = reader.required("answer", ActionRequest::side, "keep-mine or take-new");
        reader.finish();
        return question == null || answer == null ? Optional.empty() : Optional.of(new FieldAnswer(question, answer));
    }

    private static OnConflict side(String text) {
        OnConflict side = OnConflict.parse(text);
        if (side == OnConflict.HOLD) {
            throw new IllegalArgumentException("is held already.");
        }
        return side;
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("is no date and time with an offset.", e);
        }
    }

    private static String question(String text) {
        if (!text.matches("[0-9a-f]{8}")) {
            throw new IllegalArgumentException("is no id of a conflict.");
        }
        return text;
    }

    private static String approval(String text) {
        if (!text.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("is no such digest.");
        }
        return text;
    }

    private static String digest(String text) {
        if (!text.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("is no digest.");
        }
        return text;
    }

    private static String policy(String text) {
        if (text.isBlank() || text.length() > MAX_POLICY) {
            throw new IllegalArgumentException("is empty or too long.");
        }
        return text;
    }

    private static String sentence(String text) {
        if (text.length() > 1000) {
            throw new IllegalArgumentException("is too long.");
        }
        return text.strip();
    }
}
