package io.calicofleet.planner.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessReaderTest {

    private static final String HEAD =
            "apiVersion: calico-fleet/v1\nkind: Access\ngrants:\n- {role: viewer, people: [slack]}\n";

    @Test
    void a_grant_is_of_people_and_groups_for_campaigns_and_clusters() {
        assertThat(read("""
                        apiVersion: calico-fleet/v1
                        kind: Access
                        grants:
                          - {role: admin, groups: [local]}
                          - role: operator
                            people: [ada]
                            campaigns: [web-*]
                            clusters: {names: [eu-1]}
                        """))
                .isInstanceOfSatisfying(
                        Reading.Read.class,
                        read -> assertThat(((Access) read.value()).grants())
                                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Grant.class))
                                .satisfiesExactly(
                                        admin -> assertThat(admin)
                                                .isEqualTo(new Grant(
                                                        Role.ADMIN, Set.of(), Set.of("local"), admin.scope())),
                                        operator -> {
                                            assertThat(operator.people()).containsExactly("ada");
                                            assertThat(operator.scope().campaigns())
                                                    .containsExactly("web-*");
                                            assertThat(operator.scope().clusters())
                                                    .isEqualTo(new ClusterSelector(
                                                            List.of(ClusterId.of("eu-1")), Map.of(), false));
                                        }));
    }

    @Test
    void what_is_wrong_is_told_with_what_was_meant() {
        assertThat(problems("""
                        apiVersion: calico-fleet/v1
                        kind: Acess
                        grants:
                          - {role: operatr, group: [net]}
                          - {people: [ada], campaigns: [], clusters: {}}
                          - {role: viewer, people: [ada], campaigns: ["WEB*"], clusters: {matchLabel: {env: prod}}}
                        """))
                .containsExactly(
                        "kind: 'Acess' is not known here. Allowed: Access.",
                        "grants[0].role: 'operatr' is not known here. Allowed: viewer, operator, approver, admin. Did you mean"
                                + " 'operator'?",
                        "grants[0]: is of nobody. Allowed: people, groups, or both.",
                        "grants[0].group: is no field of this. Allowed: role, people, groups, campaigns, clusters. Did you mean"
                                + " 'groups'?",
                        "grants[1].role: is missing. Allowed: viewer, operator, approver, admin.",
                        "grants[1].campaigns: names none: leave it out for all. Allowed: a name of campaigns, such as prod-*.",
                        "grants[1].clusters: is either names or labels. Allowed: names or matchLabels; leave it out for all"
                                + " clusters.",
                        "grants[2].campaigns[0]: 'WEB*' is no name of campaigns. Allowed: a name of campaigns, such as prod-*.",
                        "grants[2].clusters: is either names or labels. Allowed: names or matchLabels; leave it out for all"
                                + " clusters.",
                        "grants[2].clusters.matchLabel: is no field of this. Allowed: names, matchLabels. Did you mean"
                                + " 'matchLabels'?");
        assertThat(problems("{}")).hasSize(3).anyMatch(problem -> problem.contains("nobody would have a role"));
    }

    @Test
    void a_delegate_is_for_the_people_it_names_and_each_is_meant_once() {
        assertThat(problems(HEAD + """
                        delegates:
                          - name: slack
                            people:
                              - {name: grace, mail: Grace@example.com}
                              - {name: ada, subject: s-1, mail: ada@example.com, groups: [net]}
                        """)).isEmpty();
        assertThat(problems(HEAD + """
                        delegates:
                          - name: slack
                            people:
                              - {name: grace, mail: g@example.com, groups: [net]}
                              - {name: ada, mail: G@example.com}
                              - {mail: nobody}
                          - {name: slack}
                        """))
                .containsExactly(
                        "delegates[0].people[0].groups: are of somebody without a subject. Allowed: groups with a subject.",
                        "delegates[0].people[1].name: or its mail is there already: who would be meant? Allowed: each once.",
                        "delegates[0].people[2].name: is missing. Allowed: a name, as grants have it.",
                        "delegates[0].people[2].mail: 'nobody' is no mail address. Allowed: a mail address.",
                        "delegates[1].people: is missing: it could ask for nobody. Allowed: a list of people.",
                        "delegates[1].name: 'slack' is a delegate already. Allowed: each once.");
    }

    private static List<String> problems(String yaml) {
        return read(yaml) instanceof Reading.Refused<Access> refused
                ? refused.problems().stream().map(Problem::toString).toList()
                : List.of();
    }

    private static Reading<Access> read(String yaml) {
        return AccessReader.read(new Yaml().load(yaml));
    }
}
