package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.approval.ApprovalDigests;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for an approval.
 *
 * @param subject what it would be of
 * @param digest of that; what a passkey signs
 * @param passkey whether it has to be signed with one
 * @param revision what the approval of a revision names as its digest; null: it is of a wave
 */
@Schema(name = "WaitingApproval", description = "What an approval that is waited for would be of.")
public record WaitingApproval(
        ApprovalSubject subject,
        String digest,
        boolean passkey,
        @Nullable String revision) {

    /** All of a campaign. */
    static List<WaitingApproval> of(CampaignStatus campaign) {
        List<WaveSpec> waves = campaign.spec().waves();
        RevisionStatus revision = campaign.revision();
        return Stream.of(
                        Optional.ofNullable(campaign.subject())
                                .map(subject -> of(subject, waves.stream().filter(wave -> isOf(subject, wave)), null)),
                        Optional.ofNullable(revision)
                                .flatMap(proposed -> Optional.ofNullable(proposed.subject())
                                        .map(subject -> of(subject, waves.stream(), proposed.digest()))))
                .flatMap(Optional::stream)
                .toList();
    }

    private static WaitingApproval of(ApprovalSubject subject, Stream<WaveSpec> waves, @Nullable String revision) {
        boolean passkey = waves.flatMap(wave -> Optional.ofNullable(wave.approvalRule()).stream())
                .anyMatch(ApprovalSpec::asksPasskey);
        return new WaitingApproval(subject, ApprovalDigests.of(subject), passkey, revision);
    }

    private static boolean isOf(ApprovalSubject subject, WaveSpec wave) {
        return Arrays.stream(ApprovalTime.values())
                .anyMatch(time -> subject.what().equals(ApprovalSubject.of(time, wave.name())));
    }
}
