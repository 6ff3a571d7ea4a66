package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.LockoutFact;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LockoutPropertyTest {

    private static final List<String> MATCHES = List.of(
            "",
            "protocol: TCP, ",
            "protocol: TCP, destination: {ports: [10250, \"2000:6500\"]}, ",
            "source: {nets: [10.0.0.0/31]}, ",
            "destination: {nets: [10.0.0.2/32]}, ",
            "source: {selector: role == 'node'}, ",
            "destination: {selector: role == 'node', notNets: [10.0.0.1/32]}, ",
            "source: {serviceAccounts: {names: [x]}}, ",
            "destination: {domains: [x.example]}, ",
            "protocol: 4, ");
    private static final List<String> SELECTORS =
            List.of("all()", "role == 'node'", "has(odd)", "!has(odd)", "role ===", "zone in {'a', 'b'}");

    @RepeatedTest(100)
    void an_allow_all_before_everything_adds_none(RepetitionInfo run) {
        Scene scene = random(run);
        Set<String> before = named(scene.unprotected());
        scene.policy(
                "a-allow",
                "order: -1, selector: all(), types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}]");

        assertThat(before).containsAll(named(scene.unprotected()));
        boolean beforeThat = scene.policies.stream()
                .anyMatch(policy -> policy.at("/spec/preDNAT").asBoolean());
        if (!beforeThat) {
            assertThat(scene.unprotected()).isEmpty();
        }
    }

    @RepeatedTest(100)
    void a_deny_less_adds_none(RepetitionInfo run) {
        Scene scene = random(run);
        // What a policy before DNAT cuts is cut today; and without types, the rules there are say what it is about.
        scene.policies.removeIf(policy ->
                policy.at("/spec/preDNAT").asBoolean() || !policy.at("/spec").has("types"));
        Set<String> before = named(scene.unprotected());
        for (ObjectNode policy : scene.policies) {
            for (String direction : List.of("ingress", "egress")) {
                if (policy.at("/spec/" + direction) instanceof ArrayNode rules) {
                    for (int i = 0; i < rules.size(); i++) {
                        if (rules.get(i).path("action").asText().equals("Deny")) {
                            rules.remove(i);
                            break;
                        }
                    }
                }
            }
        }

        assertThat(before).containsAll(named(scene.unprotected()));
    }

    @RepeatedTest(100)
    void the_temporary_policy_leaves_only_what_a_deny_or_a_doubt_cuts(RepetitionInfo run) {
        Scene scene = random(run);

        assertThat(scene.protectedFacts()).allMatch(fact -> fact.rule().contains(" rule "));
        scene.policies.removeIf(policy ->
                policy.toString().contains("Deny") || policy.toString().contains("Pass"));
        assertThat(scene.protectedFacts()).isEmpty();
    }

    @RepeatedTest(50)
    void nodes_alike_are_judged_alike_and_each_as_if_alone(RepetitionInfo run) {
        Scene scene = random(run);
        ClusterNeeds needs = scene.needs();
        Set<String> together = named(LockoutGuard.compare(needs, scene.at(Scene.OLD), scene.at(Scene.NEW))
                .facts());
        Set<String> alone = new HashSet<>();
        for (ObjectNode endpoint : scene.endpoints) {
            String node = endpoint.at("/spec/node").asText();
            CalicoState state = scene.at(Scene.NEW);
            // The others stay for their addresses, but do not cover their node.
            List<ObjectNode> one = scene.endpoints.stream()
                    .map(other -> {
                        ObjectNode copy = other.deepCopy();
                        if (!other.at("/spec/node").asText().equals(node)) {
                            copy.withObject("/spec").put("interfaceName", "none");
                        }
                        return copy;
                    })
                    .toList();
            alone.addAll(named(LockoutGuard.compare(needs, scene.at(Scene.OLD), state.withHostEndpoints(one))
                    .facts()));
        }

        assertThat(together).isEqualTo(alone);
    }

    private static Set<String> named(List<LockoutFact> facts) {
        Set<String> names = new HashSet<>();
        facts.forEach(fact -> names.add(fact.service() + " on " + fact.node()));
        return names;
    }

    private static Scene random(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Scene scene = Scene.plain();
        scene.endpoints.get(1).withObject("/metadata/labels").put("odd", "1").put("zone", "a");
        if (random.nextBoolean()) {
            scene.felix("default", "failsafeInboundHostPorts: [{protocol: TCP, port: 22, net: 10.0.0.1/32}]");
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            scene.policy(
                    "p" + i,
                    "order: " + random.nextInt(3) + ", selector: \"" + pick(random, SELECTORS) + "\", "
                            + pick(random, List.of("", "types: [Ingress], ", "types: [Ingress, Egress], "))
                            + (random.nextInt(8) == 0 ? "preDNAT: true, applyOnForward: true, " : "") + "ingress: ["
                            + rules(random) + "], egress: [" + rules(random) + "]");
        }
        return scene;
    }

    private static String rules(Random random) {
        StringBuilder rules = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            rules.append(rules.isEmpty() ? "" : ", ")
                    .append('{')
                    .append(pick(random, MATCHES))
                    .append("action: ")
                    .append(pick(random, List.of("Allow", "Allow", "Deny", "Log", "Pass")))
                    .append('}');
        }
        return rules.toString();
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
