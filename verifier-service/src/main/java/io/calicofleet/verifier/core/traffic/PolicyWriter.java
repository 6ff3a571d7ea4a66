package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.PortRange;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the suggested policy as YAML, a comment on each rule, for people to read and change and for executors to apply. */
final class PolicyWriter {

    /** The policy's name; the executor knows it by this. */
    static final String NAME = "calico-fleet-host-endpoints";

    /** The label the executor gives to the host endpoints it moves to the policy. */
    static final String SELECTOR = "has(calico-fleet.io/host-endpoint)";

    private PolicyWriter() {}

    static String write(List<PolicyRule> rules) {
        StringBuilder yaml = new StringBuilder(2048);
        yaml.append(
                        "# Suggested by calico-fleet from the traffic it heard. Read it before you apply it: \"must have\" marks\n")
                .append("# what is needed although the log cannot show it, because it was connected before.\n")
                .append("apiVersion: projectcalico.org/v3\n")
                .append("kind: GlobalNetworkPolicy\n")
                .append("metadata:\n")
                .append("  name: ")
                .append(NAME)
                .append("\nspec:\n")
                .append("  selector: ")
                .append(SELECTOR)
                .append("\n  types:\n    - Ingress\n    - Egress\n");
        rules(yaml, rules, FlowDirection.INGRESS);
        rules(yaml, rules, FlowDirection.EGRESS);
        return yaml.toString();
    }

    private static void rules(StringBuilder yaml, List<PolicyRule> rules, FlowDirection direction) {
        yaml.append("  ").append(direction.encode()).append(":\n");
        List<String> said = List.of();
        for (PolicyRule rule : rules) {
            if (rule.direction() == direction) {
                // What is said of a few rules together is said once; who was seen is said at each.
                if (rule.comments().size() > 1 || !rule.comments().equals(said)) {
                    rule.comments()
                            .forEach(comment ->
                                    yaml.append("    # ").append(comment).append('\n'));
                }
                said = rule.comments();
                rule(yaml, rule);
            }
        }
    }

    private static void rule(StringBuilder yaml, PolicyRule rule) {
        yaml.append("    - action: Allow\n");
        if (rule.isOfSelf()) {
            entity(yaml, "source", rule.nets(), Map.of(), List.of());
            entity(yaml, "destination", rule.nets(), Map.of(), List.of());
            return;
        }
        // Without its version a rule for ICMP makes Felix fall over the tables of the other one.
        if (rule.nets().isEmpty() || rule.protocol().startsWith("icmp")) {
            yaml.append("      ipVersion: ").append(rule.v6() ? 6 : 4).append('\n');
        }
        yaml.append("      protocol: ").append(protocol(rule.protocol())).append('\n');
        if (rule.icmpType() != null) {
            yaml.append("      icmp:\n        type: ").append(rule.icmpType()).append('\n');
        }
        boolean incoming = rule.direction() == FlowDirection.INGRESS;
        if (incoming) {
            entity(yaml, "source", rule.nets(), rule.selector(), List.of());
            entity(yaml, "destination", List.of(), Map.of(), rule.ports());
        } else {
            entity(yaml, "destination", rule.nets(), rule.selector(), rule.ports());
        }
    }

    private static void entity(
            StringBuilder yaml, String name, List<Cidr> nets, Map<String, String> selector, List<PortRange> ports) {
        if (nets.isEmpty() && selector.isEmpty() && ports.isEmpty()) {
            return;
        }
        yaml.append("      ").append(name).append(":\n");
        if (!selector.isEmpty()) {
            yaml.append("        selector: \"")
                    .append(NetworkSets.text(selector))
                    .append("\"\n");
            // Without it, pods and the sets of namespaces would be selected too.
            yaml.append("        namespaceSelector: global()\n");
        }
        if (!nets.isEmpty()) {
            yaml.append("        nets:\n");
            nets.forEach(net -> yaml.append("          - \"").append(net).append("\"\n"));
        }
        if (!ports.isEmpty()) {
            yaml.append("        ports:\n");
            ports.forEach(range -> {
                String quote = range.first() == range.last() ? "" : "\"";
                yaml.append("          - ")
                        .append(quote)
                        .append(range)
                        .append(quote)
                        .append('\n');
            });
        }
    }

    /** As Calico spells it. */
    private static String protocol(String protocol) {
        return switch (protocol) {
            case "icmpv6" -> "ICMPv6";
            case "136" -> "UDPLite";
            default -> protocol.toUpperCase(Locale.ROOT);
        };
    }
}
