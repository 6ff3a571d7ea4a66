package io.calicofleet.model.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Procedure;
import io.calicofleet.model.Digests;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApprovalDigestsTest {

    private static final Instant AT = Instant.parse("2026-11-28T10:00:00Z");

    @Test
    void it_is_of_the_fields_in_the_order_of_the_alphabet_without_those_that_say_nothing() {
        assertThat(ApprovalDigests.of(subject("before all", null)))
                .isEqualTo(
                        Digests.sha256("{\"campaign\":\"u1\",\"clusters\":\"c\",\"createdAt\":\"2026-11-28T10:00:00Z\","
                                + "\"document\":\"d\",\"procedure\":\"upgrade\",\"what\":\"before all\"}"));
    }

    @Test
    void whatever_is_another_makes_another_digest() {
        assertThat(List.of(
                        ApprovalDigests.of(subject("before all", null)),
                        ApprovalDigests.of(subject("after all", null)),
                        ApprovalDigests.of(subject("before all", CalicoVersion.of(3, 22, 5))),
                        ApprovalDigests.of(subject("before all", CalicoVersion.of(3, 23, 0)))))
                .doesNotHaveDuplicates();
    }

    private static ApprovalSubject subject(String what, CalicoVersion target) {
        return new ApprovalSubject(what, CampaignName.of("u1"), AT, Procedure.UPGRADE, target, "d", "c", null);
    }
}
