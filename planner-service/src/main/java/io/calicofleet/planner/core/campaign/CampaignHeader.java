package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.Identity;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a campaign apart from its clusters: small, and stored as one record.
 *
 * @param spec what it is to do
 * @param standing what people last said about it as a whole
 * @param said by whom and why; empty where nobody said anything
 * @param pausedUntil when its pause ends by itself; null where it is not paused, or until somebody resumes it
 * @param stop who stopped everything, and with it this campaign; null: nobody
 * @param author who created it; null where nobody said, or before that was kept
 * @param authorIdentity the same, as their issuer has it; null where nobody said, or before that was kept
 * @param revision what is proposed to be another; null: nothing is
 * @param revised the approval of the revision that is in force; null where there is none, or no wave has to be approved
 * @param members clusters that fit it otherwise than when it was created; null: none do
 * @param waves how far each wave is, in their order
 * @param phase where it is
 * @param reason why it is there; empty where there is nothing to say
 * @param createdAt when it was created
 * @param since when it came into this phase; null: before that was kept
 * @param updatedAt when this last changed
 * @param updatedAfter the same, in the time planners have worked
 * @param publishedAt when the status of every cluster that had changed was last published
 */
public record CampaignHeader(
        CampaignSpec spec,
        Standing standing,
        String said,
        @Nullable Instant pausedUntil,
        @Nullable Stop stop,
        @Nullable String author,
        @Nullable Identity authorIdentity,
        @Nullable Revision revision,
        @Nullable NeededApproval revised,
        @Nullable MembersStatus members,
        List<WaveProgress> waves,
        CampaignPhase phase,
        String reason,
        Instant createdAt,
        @Nullable Instant since,
        Instant updatedAt,
        Duration updatedAfter,
        Instant publishedAt) {

    public CampaignHeader {
        requireNonNull(spec, "spec");
        requireNonNull(standing, "standing");
        requireNonNull(said, "said");
        requireNonNull(phase, "phase");
        requireNonNull(reason, "reason");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(updatedAt, "updatedAt");
        // One that was stored before there was this: its age begins with the count.
        updatedAfter = Objects.requireNonNullElse(updatedAfter, Duration.ZERO);
        requireNonNull(publishedAt, "publishedAt");
        waves = List.copyOf(waves);
    }

    /** With another standing. */
    public CampaignHeader standing(Standing other, String by, PlannerTime at) {
        return changed(at, draft -> {
            draft.standing = other;
            draft.said = by;
            draft.pausedUntil = null;
        });
    }

    /** Paused, until the clock shows this; null: until somebody resumes it. */
    public CampaignHeader paused(@Nullable Instant until, String by, PlannerTime at) {
        return changed(at, draft -> {
            draft.standing = Standing.PAUSED;
            draft.said = by;
            draft.pausedUntil = until;
        });
    }

    /** Stopped with everything else, or, with null, not any more. */
    public CampaignHeader stopped(@Nullable Stop other, PlannerTime at) {
        return changed(at, draft -> draft.stop = other);
    }

    /** With something proposed to be another, or, with null, nothing any more. */
    public CampaignHeader proposed(@Nullable Revision other, PlannerTime at) {
        return changed(at, draft -> draft.revision = other);
    }

    /** With other clusters that fit it otherwise than when it was created; null: none do. */
    public CampaignHeader members(@Nullable MembersStatus other, PlannerTime at) {
        return changed(at, draft -> draft.members = other);
    }

    /** By another document from now on. */
    public CampaignHeader revised(
            CampaignSpec other, List<WaveProgress> progress, @Nullable NeededApproval by, PlannerTime at) {
        return changed(at, draft -> {
            draft.spec = other;
            draft.waves = progress;
            draft.revision = null;
            draft.revised = by;
        });
    }

    /** With another phase. */
    public CampaignHeader in(CampaignPhase other, String why, PlannerTime at) {
        return changed(at, draft -> {
            draft.since = other == phase ? since : at.clock();
            draft.phase = other;
            draft.reason = why;
        });
    }

    /** With the wave at {@code index} further on. */
    public CampaignHeader wave(int index, WaveProgress other, PlannerTime at) {
        List<WaveProgress> changed = new ArrayList<>(waves);
        changed.set(index, other);
        return changed(at, draft -> draft.waves = changed);
    }

    /** With every status published. */
    public CampaignHeader published(PlannerTime at) {
        Draft draft = new Draft(this);
        draft.publishedAt = at.clock();
        return draft.made();
    }

    private CampaignHeader changed(PlannerTime at, Consumer<Draft> change) {
        Draft draft = new Draft(this);
        draft.updatedAt = at.clock();
        draft.updatedAfter = at.worked();
        change.accept(draft);
        return draft.made();
    }

    /** What may become another; a new one is copied here and nowhere else. */
    private static final class Draft {
        private final CampaignHeader of;
        private CampaignSpec spec;
        private @Nullable Revision revision;
        private @Nullable NeededApproval revised;
        private @Nullable MembersStatus members;
        private Standing standing;
        private String said;
        private @Nullable Instant pausedUntil;
        private @Nullable Stop stop;
        private List<WaveProgress> waves;
        private CampaignPhase phase;
        private String reason;
        private @Nullable Instant since;
        private Instant updatedAt;
        private Duration updatedAfter;
        private Instant publishedAt;

        Draft(CampaignHeader of) {
            this.of = of;
            spec = of.spec;
            revision = of.revision;
            revised = of.revised;
            members = of.members;
            standing = of.standing;
            said = of.said;
            pausedUntil = of.pausedUntil;
            stop = of.stop;
            waves = of.waves;
            phase = of.phase;
            reason = of.reason;
            since = of.since;
            updatedAt = of.updatedAt;
            updatedAfter = of.updatedAfter;
            publishedAt = of.publishedAt;
        }

        CampaignHeader made() {
            return new CampaignHeader(
                    spec,
                    standing,
                    said,
                    pausedUntil,
                    stop,
                    of.author,
                    of.authorIdentity,
                    revision,
                    revised,
                    members,
                    waves,
                    phase,
                    reason,
                    of.createdAt,
                    since,
                    updatedAt,
                    updatedAfter,
                    publishedAt);
        }
    }
}
