package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.LockoutFact;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TiersTest {

    private static final String BOTH = "selector: all(), types: [Ingress, Egress], ";
    private static final String ALLOW = "ingress: [{action: Allow}], egress: [{action: Allow}]";
    private static final String DENY = "ingress: [{action: Deny}], egress: [{action: Deny}]";

    @ParameterizedTest(name = "{0}, default action {1}")
    @CsvSource({"v3.30.2,Deny,true", "v3.30.2,Pass,false", "v3.30.2,,true", "v3.28.5,Deny,false"})
    void the_end_of_a_tier_is_its_default_action(String target, String action, boolean cut) {
        Scene scene = withDefault()
                .tier("security", "order: 10" + (action == null ? "" : ", defaultAction: " + action))
                .policy("open", BOTH + ALLOW)
                .policy("watch", "tier: security, " + BOTH + "ingress: [{action: Log}], egress: [{action: Log}]");

        List<LockoutFact> facts = scene.findings("v3.13.4", target).facts();

        assertThat(facts.isEmpty()).isEqualTo(!cut);
        assertThat(facts)
                .extracting(LockoutFact::rule)
                .allMatch("the end of tier security: no rule of GlobalNetworkPolicy watch allows it"::equals);
    }

    @Test
    void a_rule_that_passes_goes_on_to_the_next_tier_and_leaves_out_the_rest_of_its_own() {
        Scene scene = withDefault()
                .tier("security", "order: 10, defaultAction: Deny")
                .policy("open", BOTH + ALLOW)
                .policy(
                        "a-pass",
                        "tier: security, order: 1, " + BOTH + "ingress: [{action: Pass}], egress: [{action: Pass}]")
                .policy("b-deny", "tier: security, order: 2, " + BOTH + DENY);

        assertThat(scene.findings("v3.13.4", "v3.30.2").facts()).isEmpty();
    }

    @ParameterizedTest(name = "{0} before {1}")
    @CsvSource({"10,20,false", "20,10,true", "10,10,false", "2000000,,true"})
    void tiers_run_by_order_then_by_name_and_without_one_last(String first, String second, boolean cut) {
        Scene scene = withDefault()
                .tier("a-open", "order: " + first)
                .tier("b-closed", second == null ? "defaultAction: Deny" : "order: " + second)
                .policy("open", "tier: a-open, " + BOTH + ALLOW)
                .policy("closed", "tier: b-closed, " + BOTH + DENY);
        if (second == null) {
            // Both come after the default tier, which decides.
            scene.policy("default-closed", BOTH + DENY);
        }

        assertThat(scene.findings("v3.13.4", "v3.30.2").facts().isEmpty()).isEqualTo(!cut);
    }

    @Test
    void before_v3_29_there_is_one_tier() {
        Scene scene = withDefault()
                .tier("late", "order: 9000000")
                .policy("z-closed", "order: 1, tier: late, " + BOTH + DENY)
                .policy("open", "order: 2, " + BOTH + ALLOW);

        assertThat(scene.findings("v3.13.4", "v3.28.5").facts()).isNotEmpty();
        assertThat(scene.findings("v3.13.4", "v3.30.2").facts()).isEmpty();
    }

    @Test
    void a_policy_of_a_tier_that_is_not_there_is_not_enforced() {
        Scene scene = withDefault().policy("open", BOTH + ALLOW).policy("lost", "tier: gone, " + BOTH + DENY);

        assertThat(scene.findings("v3.13.4", "v3.30.2").facts()).isEmpty();
    }

    @Test
    void tiers_that_could_not_be_read_are_taken_to_deny_and_said() {
        Scene scene = Scene.plain()
                .policy("open", BOTH + ALLOW)
                .policy("watch", "tier: security, " + BOTH + "ingress: [{action: Log}], egress: [{action: Log}]");

        LockoutGuard.Findings findings = scene.findings("v3.13.4", "v3.30.2");

        assertThat(findings.facts())
                .extracting(LockoutFact::rule)
                .containsOnly(
                        "the end of tier security: no rule of GlobalNetworkPolicy watch allows it, unless the default"
                                + " action of the tier is Pass, which could not be read, as far as it can be decided");
        assertThat(findings.notes())
                .contains("the Tiers could not be read: they are taken to run by their names, before the default one");
    }

    private static Scene withDefault() {
        return Scene.plain().tier("default", "order: 1000000, defaultAction: Deny");
    }
}
