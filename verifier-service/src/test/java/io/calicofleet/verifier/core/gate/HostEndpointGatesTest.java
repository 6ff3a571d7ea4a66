package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The temporary policy and the label, on the way in and on the way out. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostEndpointGatesTest {

    private static final GateCase PROTECTED =
            GateCase.of(GateKind.HOST_ENDPOINT_PROTECTION, "passes-when-every-star-endpoint-is-labelled");
    private static final GateCase RELEASED =
            GateCase.of(GateKind.HOST_ENDPOINT_RELEASE, "passes-when-policy-and-label-are-gone");

    @Test
    void host_endpoints_without_the_label_are_named_in_their_order() {
        assertThat(PROTECTED
                        .with("/hostEndpoints/-", endpoint("n9", false))
                        .with("/hostEndpoints/-", endpoint("n0", false))
                        .missing())
                .containsExactly("the label on n0-all, n9-all");
    }

    @Test
    void a_label_on_a_host_endpoint_that_needs_none_protects_nothing() {
        assertThat(PROTECTED.with("/hostEndpoints/2/labelled", "true").verdict().evidence())
                .contains("2 of 2 host endpoints of all interfaces labelled, 2 others need no protection");
    }

    @Test
    void host_endpoints_that_keep_the_label_are_named_in_their_order() {
        assertThat(RELEASED.with("/hostEndpoints/-", endpoint("n9", true))
                        .with("/hostEndpoints/-", endpoint("n0", true))
                        .missing())
                .containsExactly("the end of the label on n0-all, n9-all");
    }

    @Test
    void traffic_is_told_after_a_release_only_where_a_person_had_approved_some() {
        GateCase heard = RELEASED.given("/traffic", """
                - {after: PT1S, node: n1, log: "calico-packet: IN=eth0 OUT= SRC=192.0.2.7 DST=10.0.0.1 PROTO=TCP SPT=40000 DPT=8443"}
                """);
        assertThat(heard.verdict().evidence()).noneMatch(line -> line.contains("8443"));

        assertThat(heard.given("/gates/0/approvedKinds", "0").verdict().evidence())
                .anyMatch(line -> line.contains("not approved") && line.contains("8443"));
    }

    @Test
    void an_advisory_review_waits_for_silent_nodes_until_its_deadline() {
        GateCase late = GateCase.of(GateKind.HOST_ENDPOINT_TRAFFIC, "advisory-notes-silent-nodes-at-the-deadline");
        assertThat(late.verdict()).isInstanceOf(GateVerdict.Passed.class);

        assertThat(late.given("/judgedAfter", "PT40M4.999S").missing())
                .containsExactly("any line of the kernel's log from n2");
    }

    @Test
    void a_review_without_a_mode_needs_an_approval() {
        assertThat(GateCase.of(GateKind.HOST_ENDPOINT_TRAFFIC, "needs-an-approval-after-the-observation")
                        .given("/gates/0/mode", "null")
                        .verdict())
                .isInstanceOf(GateVerdict.NeedsApproval.class);
    }

    private static String endpoint(String node, boolean labelled) {
        return "{name: " + node + "-all, node: " + node + ", interfaceName: '*', automatic: false, labelled: "
                + labelled + "}";
    }
}
