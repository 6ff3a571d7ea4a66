package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step was approved as: all that it takes, beside the step itself, to work out what people have approved.
 *
 * @param wave the wave its cluster goes with
 * @param createdAt when its campaign was created
 * @param procedure what the campaign does to each cluster
 * @param target the release its campaign upgrades to; null where there is none
 * @param document SHA-256 of what the campaign is to do, in hexadecimal
 * @param path proves that the cluster goes with that wave: its neighbours in the hash tree of {@link ApprovalSubject#clusters()}, from the leaf up,
 *     each in hexadecimal with {@code <} or {@code >} before it for the side it is on
 * @param needed the approvals it needs
 * @param change what its campaign changes in place of going to a release, as {@link ApprovalSubject#change()} says it; null where it changes nothing so
 */
public record StepApprovals(
        WaveName wave,
        Instant createdAt,
        Procedure procedure,
        @Nullable CalicoVersion target,
        String document,
        List<String> path,
        List<NeededApproval> needed,
        @Nullable String change) {

    public StepApprovals {
        requireNonNull(wave, "wave");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(procedure, "procedure");
        requireNonNull(document, "document");
        path = Copies.list(path);
        needed = Copies.list(needed);
    }
}
