package io.calicofleet.model.felix.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.validation.Assessment.Kind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ValidationTest {

    private static final Validation V3_22 = new Validation(CalicoVersion.of(3, 22, 5), true);
    private static final Validation V3_32 = new Validation(CalicoVersion.of(3, 32, 1), true);

    private static JsonNode read(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static JsonNode policy(String spec) {
        return read("{'kind': 'GlobalNetworkPolicy', 'metadata': {'name': 'default.p'}, 'spec': " + spec + "}");
    }

    private static JsonNode withRule(String rule) {
        return policy("{'selector': 'all()', 'ingress': [{'action': 'Allow'}, " + rule + "]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'action': 'allow'}",
                "{'action': 'Allow', 'protocol': 'tcp', 'destination': {'ports': ['80', '1:65535', 'http', 443]}}",
                "{'action': 'Allow', 'protocol': 132, 'destination': {'ports': [80]}}",
                "{'action': 'Allow', 'protocol': '6', 'destination': {'ports': [80]}}",
                "{'action': 'Allow', 'protocol': 'ICMP', 'icmp': {'type': 8}}",
                "{'action': 'Allow', 'protocol': 'ICMPv6', 'icmp': {'type': 135, 'code': 0}}",
                "{'action': 'Allow', 'protocol': 1, 'ipVersion': 4, 'icmp': {'type': 8}}",
                "{'action': 'Allow', 'icmp': {'code': 0}}",
                "{'action': 'Allow', 'notProtocol': 'UDP'}",
                "{'action': 'Allow', 'protocol': 'TCP', 'notProtocol': 'UDP', 'source': {'nets': ['fd00::/8']},"
                        + " 'destination': {'nets': ['10.0.0.0/8']}}",
                "{'action': 'Allow', 'destination': {'nets': ['']}, 'ipVersion': 6}",
                "null",
            })
    void a_rule_that_Felix_carries_out_is_valid(String rule) {
        Assessment assessment = V3_22.of(withRule(rule));
        assertThat(assessment.isAbsent() || assessment.isPoison())
                .as(assessment.why())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'protocol': 'TCP', 'destination': {'ports': [0]}}        | ingress rule 2 destination has port 0",
                "{'protocol': 'TCP', 'destination': {'ports': ['0:80']}}   | has port 0",
                "{'protocol': 'TCP', 'destination': {'ports': [70000]}}    | ports[0] is no port: 70000",
                "{'protocol': 'TCP', 'destination': {'ports': ['90:80']}}  | is no port",
                "{'protocol': 'TCP', 'destination': {'ports': [80.5]}}     | is no port",
                "{'protocol': 'TCP', 'source': {'notPorts': ['HTTP']}}     | 'HTTP' for a port",
                "{'protocol': 'TCP', 'source': {'ports': ['more-than-fifteen']}} | which is no name of a port",
                "{'destination': {'ports': [80]}}                          | its protocol is not given",
                "{'notProtocol': 'TCP', 'destination': {'ports': [80]}}    | its protocol is not given",
                "{'protocol': 'UDPLite', 'destination': {'ports': [80]}}   | its protocol is UDPLite",
                "{'protocol': 136, 'destination': {'ports': [80]}}         | its protocol is protocol 136",
                "{'protocol': 'ICMP', 'destination': {'ports': [80]}}      | its protocol is ICMP",
                "{'protocol': ''}                                          | a protocol that Felix does not know",
                "{'protocol': 0}                                           | a protocol that Felix does not know",
                "{'protocol': 256}                                         | is not a protocol",
                "{'notProtocol': 'GRE'}                                    | a protocol that Felix does not know: 'gre'",
                "{'ipVersion': 5}                                          | ipVersion 5",
                "{'protocol': 'ICMP', 'icmp': {'type': 255}}               | a type of ICMP that is not 0 to 254",
                "{'protocol': 'ICMP', 'icmp': {'type': 8, 'code': 256}}    | a code of ICMP",
                "{'source': {'nets': 'all'}}                               | nets is not a list",
            })
    void a_rule_that_fails_takes_its_policy_with_it(String rule, String why) {
        Assessment assessment = V3_22.of(withRule(rule));
        assertThat(assessment.first(Kind.DROPPED)).isPresent();
        assertThat(assessment.why()).contains(why);
        assertThat(assessment.isPoison()).isFalse();
        assertThat(V3_22.profile(read("{'metadata': {'name': 'p'}, 'spec': {'egress': [" + rule + "]}}"))
                        .isAbsent())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'action': 'Accept'}                                           | the action 'accept'",
                "{'protocol': 'TCP', 'notProtocol': 'UDP'}                      | both protocol and notProtocol",
                "{'icmp': {'type': 8}}                                          | without a protocol",
                "{'notICMP': {'type': 8}}                                       | without a protocol",
                "{'protocol': 'TCP', 'icmp': {'type': 8}}                       | with protocol TCP",
                "{'protocol': 1, 'icmp': {'type': 8}}                           | no ipVersion, which ip6tables refuses",
                "{'protocol': 58, 'icmp': {'type': 128}}                        | no ipVersion, which iptables refuses",
                "{'protocol': 'ICMPv6', 'ipVersion': 4, 'icmp': {'type': 128}}  | which iptables refuses",
                "{'source': {'nets': ['']}}                                     | <nil>",
                "{'source': {'notNets': ['10.0.0.0/8', '']}}                    | <nil>",
            })
    void a_rule_that_the_kernels_tools_refuse_is_poison(String rule, String why) {
        Assessment assessment = V3_22.of(withRule(rule));
        assertThat(assessment.isPoison()).as(assessment.why()).isTrue();
        assertThat(assessment.isAbsent()).isFalse();
        assertThat(assessment.why()).contains(why);
    }

    @Test
    void poison_of_IPv6_alone_needs_a_Felix_with_IPv6() {
        JsonNode policy = withRule("{'action': 'Allow', 'protocol': 1, 'icmp': {'type': 8}}");
        assertThat(V3_22.of(policy).isPoison()).isTrue();
        assertThat(new Validation(CalicoVersion.of(3, 22, 5), false).of(policy).isValid())
                .isTrue();
    }

    @Test
    void poison_in_a_direction_the_policy_is_not_about_is_none_unless_Felix_panics_at_the_sight_of_it() {
        String spec = "{'selector': 'all()', 'types': ['Ingress'], 'egress': [%s]}";
        assertThat(V3_22.of(policy(spec.formatted("{'icmp': {'type': 8}}"))).isPoison())
                .isFalse();
        assertThat(V3_22.of(policy(spec.formatted("{'action': 'Drop'}"))).isPoison())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"has (x)", "all ()", "role = 'x'", "has(x", "a ==", "\\nall()"})
    void a_selector_that_cannot_be_read_is_told_with_its_text(String selector) {
        String escaped = selector.replace("'", "\\u0027");
        Assessment own = V3_22.of(read("{'kind': 'GlobalNetworkPolicy', 'spec': {'selector': '" + escaped + "'}}"));
        Assessment ofRule = V3_22.of(withRule("{'source': {'selector': '" + escaped + "'}}"));
        assertThat(own.isUnreadable() && own.isAbsent()).isTrue();
        assertThat(ofRule.isUnreadable() && ofRule.isAbsent()).isTrue();
        assertThat(ofRule.why()).contains("ingress rule 2 source has a selector that Felix cannot read");
    }

    @Test
    void a_selector_of_namespaces_that_cannot_be_read_is_told_but_the_policy_stays() {
        Assessment assessment = V3_22.of(policy("{'selector': 'all()', 'namespaceSelector': 'x ='}"));
        assertThat(assessment.isUnreadable()).isTrue();
        assertThat(assessment.isAbsent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{'order': '5'}", "{'ingress': {}}", "{'doNotTrack': 'yes'}", "{'selector': 5}", "{'types': [1]}"
            })
    void a_field_of_another_type_makes_the_policy_absent(String spec) {
        assertThat(V3_22.of(policy(spec)).first(Kind.DROPPED)).isPresent();
    }

    @Test
    void ports_with_names_need_no_protocol_from_v3_32_on() {
        JsonNode named = withRule("{'destination': {'ports': ['http']}}");
        assertThat(V3_22.of(named).isAbsent()).isTrue();
        assertThat(V3_32.of(named).isValid()).isTrue();
        assertThat(V3_32.of(withRule("{'destination': {'ports': ['http', 80]}}"))
                        .isAbsent())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'interfaceName': '*', 'ports': [{'name': 'web', 'protocol': 'TCP', 'port': 80}]} | ",
                "{'interfaceName': '*', 'ports': [{'name': 'web', 'protocol': 'TCP', 'port': 0}]}  | has no number",
                "{'interfaceName': '*', 'ports': [{'name': 'web', 'port': 80}]}                    | has no protocol",
                "{'interfaceName': '*', 'ports': [{'name': 'web', 'protocol': 6, 'port': 80}]}     | has no protocol",
                "{'interfaceName': '*', 'ports': [{'name': 'a b', 'protocol': 'UDP', 'port': 80}]} | no valid name",
                "{'interfaceName': 'longer-than-15-characters'}                                    | no name of an interface",
                "{'interfaceName': '*', 'profiles': ['a/b']}                                       | the profile 'a/b'",
                "{'interfaceName': '*', 'expectedIPs': '10.0.0.1'}                                 | is not a list",
            })
    void an_invalid_host_endpoint_is_absent(String spec, String why) {
        Assessment assessment =
                V3_22.of(read("{'kind': 'HostEndpoint', 'metadata': {'name': 'h'}, 'spec': " + spec + "}"));
        assertThat(assessment.isAbsent()).as(assessment.why()).isEqualTo(why != null);
        assertThat(assessment.why()).contains(why == null ? "" : why);
    }

    @Test
    void labels_of_host_endpoints_are_looked_at_up_to_v3_30() {
        JsonNode endpoint = read(
                "{'kind': 'HostEndpoint', 'metadata': {'name': 'h', 'labels': {'a': 'x y'}}, 'spec': {'interfaceName': '*'}}");
        assertThat(V3_22.of(endpoint).isAbsent()).isTrue();
        assertThat(V3_32.of(endpoint).isValid()).isTrue();
    }

    @Test
    void what_Felix_leaves_out_of_a_list_is_told() {
        Assessment rule = V3_22.of(withRule("{'source': {'nets': ['foo', '10.0.0.0/33']}}"));
        Assessment address = V3_22.of(read("{'kind': 'HostEndpoint', 'metadata': {'name': 'h'},"
                + " 'spec': {'interfaceName': '*', 'expectedIPs': ['10.0.0.1/24']}}"));
        Assessment set =
                V3_22.of(read("{'kind': 'GlobalNetworkSet', 'metadata': {'name': 's'}, 'spec': {'nets': ['foo']}}"));
        assertThat(rule.why()).contains("'foo' for a network, which Felix leaves out: the rule is about any address");
        assertThat(address.why()).contains("10.0.0.1/24");
        assertThat(set.first(Kind.PART_LEFT_OUT)).isPresent();
        assertThat(rule.isAbsent() || address.isAbsent() || set.isAbsent()).isFalse();
    }

    @Test
    void an_empty_text_in_a_network_set_is_poison() {
        assertThat(V3_22.of(read("{'kind': 'GlobalNetworkSet', 'metadata': {'name': 's'}, 'spec': {'nets': ['']}}"))
                        .isPoison())
                .isTrue();
    }
}
