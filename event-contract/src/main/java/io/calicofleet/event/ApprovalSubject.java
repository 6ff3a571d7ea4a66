package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an approval of a wave, or of a revision, is of. Its digest stands for all of it: people sign that, and an executor works it out anew from the step
 * it is asked for.
 *
 * @param what {@code before WAVE}, {@code after WAVE} or {@code revision}
 * @param campaign the campaign it belongs to
 * @param createdAt when that was created
 * @param procedure what is done to each cluster
 * @param target the release to upgrade to; null where there is none
 * @param document SHA-256 of what the campaign is to do, in hexadecimal
 * @param clusters SHA-256 of which clusters go with which wave: the root of a hash tree over them, in hexadecimal
 * @param change what the campaign changes in place of going to a release, as {@link ChangeSpec#toString()} says it; null where it changes nothing so
 */
public record ApprovalSubject(
        String what,
        CampaignName campaign,
        Instant createdAt,
        Procedure procedure,
        @Nullable CalicoVersion target,
        String document,
        String clusters,
        @Nullable String change) {

    /** That of a revision. */
    public static final String REVISION = "revision";

    public ApprovalSubject {
        requireNonNull(what, "what");
        requireNonNull(campaign, "campaign");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(procedure, "procedure");
        requireNonNull(document, "document");
        requireNonNull(clusters, "clusters");
    }

    /** What is done, for people, as {@link Procedure#said} has it. */
    @JsonIgnore
    public String said() {
        return procedure.said(target, change);
    }

    /** That of a wave. */
    public static String of(ApprovalTime time, WaveName wave) {
        return time.encode() + " " + wave;
    }
}
