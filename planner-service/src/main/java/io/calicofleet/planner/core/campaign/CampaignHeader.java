package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a campaign apart from its clusters: small, and stored as one record.
 *
 * @param spec what it is to do
 * @param standing what people last said about it as a whole
 * @param said by whom and why; empty where nobody said anything
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
        return new CampaignHeader(
                spec, other, by, waves, phase, reason, createdAt, since, at.clock(), at.worked(), publishedAt);
    }

    /** With another phase. */
    public CampaignHeader in(CampaignPhase other, String why, PlannerTime at) {
        return new CampaignHeader(
                spec,
                standing,
                said,
                waves,
                other,
                why,
                createdAt,
                other == phase ? since : at.clock(),
                at.clock(),
                at.worked(),
                publishedAt);
    }

    /** With the wave at {@code index} further on. */
    public CampaignHeader wave(int index, WaveProgress other, PlannerTime at) {
        List<WaveProgress> changed = new ArrayList<>(waves);
        changed.set(index, other);
        return new CampaignHeader(
                spec, standing, said, changed, phase, reason, createdAt, since, at.clock(), at.worked(), publishedAt);
    }

    /** With every status published. */
    public CampaignHeader published(PlannerTime at) {
        return new CampaignHeader(
                spec, standing, said, waves, phase, reason, createdAt, since, updatedAt, updatedAfter, at.clock());
    }
}
