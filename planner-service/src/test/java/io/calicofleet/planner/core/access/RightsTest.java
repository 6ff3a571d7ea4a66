package io.calicofleet.planner.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.planner.core.access.Rights.Placed;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RightsTest {

    private static final Person ADA = new Person("ada", "s-1", "https://i", Person.OIDC, Set.of("net"));
    private static final Placed PROD = new Placed(ClusterId.of("eu-1"), Map.of("env", "prod"));
    private static final Placed TEST = new Placed(ClusterId.of("t-1"), Map.of("env", "test"));
    private static final CampaignName WEB = CampaignName.of("web-3-22");
    private static final CampaignName OTHER = CampaignName.of("other");
    private static final ClusterSelector OF_TEST = new ClusterSelector(List.of(), Map.of("env", "test"), false);

    @Test
    void what_is_not_granted_is_refused() {
        Rights nobody = Rights.of(ADA, List.of(grant(Role.ADMIN, Set.of("eve"), Set.of("ops"), Scope.ALL)));
        assertThat(nobody.roles()).isEmpty();
        assertThat(nobody.sees(WEB, List.of())).isFalse();
        for (Act act : Act.values()) {
            assertThat(nobody.refusal(act, WEB, List.of(PROD), "campaign web-3-22"))
                    .isPresent();
            assertThat(nobody.refusal(act, WEB, List.of(), "campaign web-3-22")).isPresent();
            assertThat(nobody.refusalOfAll(act)).isPresent();
        }
    }

    @Test
    void a_role_is_had_by_name_or_by_group_and_says_what_it_is_for() {
        for (Grant grant : List.of(
                grant(Role.OPERATOR, Set.of("ada"), Set.of(), new Scope(List.of("web-*"), OF_TEST)),
                grant(Role.OPERATOR, Set.of(), Set.of("net"), new Scope(List.of("web-*"), OF_TEST)))) {
            Rights rights = Rights.of(ADA, List.of(grant));
            assertThat(rights.refusal(Act.STEER, WEB, List.of(TEST), "it")).isEmpty();
            assertThat(rights.refusal(Act.STEER, OTHER, List.of(TEST), "it")).isPresent();
            assertThat(rights.refusal(Act.STEER, WEB, List.of(PROD), "campaign web-3-22"))
                    .hasValue(
                            "ada may not pause, resume, abort, retry, skip or take over in campaign web-3-22: that takes"
                                    + " the role operator or admin for it; ada has operator elsewhere or here.");
            assertThat(rights.refusal(Act.APPROVE, WEB, List.of(TEST), "it")).isPresent();
            assertThat(rights.sees(WEB, TEST)).isTrue();
            assertThat(rights.sees(WEB, PROD)).isFalse();
        }
    }

    @Test
    void through_a_delegate_somebody_may_do_what_they_may_but_nothing_that_takes_an_admin() {
        Delegate slack = new Delegate(
                "slack", List.of(new Delegate.Represented("ada", "s-1", "ada@example.com", Set.of("net"))));
        Person through = slack.person("Ada@example.com", "T1/U1", "https://i").orElseThrow();

        assertThat(slack.person("eve", "T1/U2", "https://i")).isEmpty();
        assertThat(slack.person("s-1", "T1/U1", "https://i")).isEmpty();
        assertThat(through).isEqualTo(new Person("ada", "s-1", "https://i", "delegate:slack:T1/U1", Set.of("net")));
        assertThat(through.delegate()).hasValue("slack");
        Rights rights = Rights.of(through, List.of(grant(Role.ADMIN, Set.of(), Set.of("net"), Scope.ALL)));
        for (Act act : Act.values()) {
            boolean may = act == Act.SEE || act == Act.APPROVE || act == Act.STEER;
            assertThat(rights.refusal(act, WEB, List.of(PROD), "it").isEmpty())
                    .as("%s", act)
                    .isEqualTo(may);
            assertThat(rights.refusalOfAll(act).isEmpty()).as("%s", act).isEqualTo(may);
        }
        assertThat(rights.refusal(Act.DELETE, WEB, List.of(PROD), "campaign web-3-22"))
                .hasValue("Through slack, ada may not " + Act.DELETE.verb()
                        + " campaign web-3-22: that is done on the page or the command line.");
        assertThat(Rights.of(through, List.of()).refusal(Act.APPROVE, WEB, List.of(PROD), "it"))
                .isPresent();
    }

    @Test
    void a_part_of_the_clusters_is_enough_to_see_a_campaign_and_not_to_do_something_to_it() {
        Rights rights =
                Rights.of(ADA, List.of(grant(Role.OPERATOR, Set.of("ada"), Set.of(), new Scope(List.of(), OF_TEST))));
        assertThat(rights.sees(WEB, List.of(PROD, TEST))).isTrue();
        assertThat(rights.sees(WEB, List.of(PROD))).isFalse();
        assertThat(rights.refusal(Act.CREATE, WEB, List.of(PROD, TEST), "campaign web-3-22"))
                .hasValueSatisfying(why -> assertThat(why).contains("one of its clusters is outside"));
    }

    @Test
    void whoever_may_stop_something_may_stop_everything_and_only_who_has_all_lets_it_go_on() {
        Rights operator =
                Rights.of(ADA, List.of(grant(Role.OPERATOR, Set.of("ada"), Set.of(), new Scope(List.of(), OF_TEST))));
        assertThat(operator.refusalOfAll(Act.STOP)).isEmpty();
        assertThat(operator.refusalOfAll(Act.GO_ON)).isPresent();
        Rights part =
                Rights.of(ADA, List.of(grant(Role.ADMIN, Set.of("ada"), Set.of(), new Scope(List.of(), OF_TEST))));
        assertThat(part.refusalOfAll(Act.GO_ON)).isPresent();
        assertThat(Rights.of(ADA, List.of(grant(Role.ADMIN, Set.of("ada"), Set.of(), Scope.ALL)))
                        .refusalOfAll(Act.GO_ON))
                .isEmpty();
    }

    @Test
    void more_grants_never_take_a_right_and_roles_have_the_acts_they_are_for() {
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            List<Grant> grants = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                grants.add(any(random));
            }
            List<Grant> more = new ArrayList<>(grants);
            more.add(any(random));
            for (Act act : Act.values()) {
                boolean before = Rights.of(ADA, grants)
                        .refusal(act, WEB, List.of(PROD, TEST), "it")
                        .isEmpty();
                boolean after = Rights.of(ADA, more)
                        .refusal(act, WEB, List.of(PROD, TEST), "it")
                        .isEmpty();
                assertThat(!before || after).as("%s %s", act, more).isTrue();
                // Whatever one may do, one may see.
                assertThat(!after || Rights.of(ADA, more).sees(WEB, List.of(PROD, TEST)))
                        .isTrue();
            }
        }
        assertThat(EnumSet.allOf(Act.class)).allMatch(Role.ADMIN::may);
        assertThat(Role.APPROVER.may(Act.CREATE)).isFalse();
        assertThat(Role.OPERATOR.may(Act.APPROVE)).isFalse();
        assertThat(Role.VIEWER.may(Act.PLAN)).isFalse();
    }

    private static Grant any(Random random) {
        return grant(
                List.of(Role.values()).get(random.nextInt(4)),
                Set.of(random.nextBoolean() ? "ada" : "eve"),
                Set.of(),
                new Scope(
                        random.nextBoolean() ? List.of() : List.of(random.nextBoolean() ? "web-*" : "oth?r"),
                        random.nextBoolean() ? null : OF_TEST));
    }

    private static Grant grant(Role role, Set<String> people, Set<String> groups, Scope scope) {
        return new Grant(role, people, groups, scope);
    }
}
