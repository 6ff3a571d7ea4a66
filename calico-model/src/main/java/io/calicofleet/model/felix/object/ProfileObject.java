package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Profile, read but not yet judged.
 *
 * @param name its name
 * @param labels what it puts onto its endpoints
 * @param ingress rules of what comes in
 * @param egress rules of what goes out
 * @param exact whether each action and protocol is written as Calico's API wants it, and so is what rules say of HTTP and
 *     annotations
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record ProfileObject(
        String name,
        Map<String, String> labels,
        List<Rule> ingress,
        List<Rule> egress,
        boolean exact,
        List<String> problems) {

    private static final String ALLOW = "Allow";
    private static final String TCP = "TCP";
    private static final Set<String> PROTOCOLS = Set.of(TCP, "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite");
    private static final Set<String> ACTIONS = Set.of(ALLOW, "Deny", "Log", "Pass");

    public ProfileObject {
        requireNonNull(name, "name");
        labels = Map.copyOf(labels);
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
        problems = List.copyOf(problems);
    }

    /** Reads Calico's v3 resource. */
    public static ProfileObject of(JsonNode object) {
        List<String> problems = new ArrayList<>();
        Fields fields = Fields.of(object, problems);
        Fields spec = fields.object("spec");
        return new ProfileObject(
                fields.metadata().text("name"),
                spec.labels("labelsToApply"),
                spec.objects("ingress", Rule::of),
                spec.objects("egress", Rule::of),
                Stream.of("ingress", "egress")
                        .flatMap(direction -> spec.objects(direction, ProfileObject::isExact).stream())
                        .allMatch(exact -> exact),
                problems.stream().distinct().toList());
    }

    private static boolean isExact(Fields rule) {
        String action = rule.text("action");
        Request request = Request.of(rule);
        return ACTIONS.contains(action)
                && (action.equals(ALLOW) || !request.isHttp())
                && request.isTaken()
                && isExact(rule, "protocol", request.isHttp() ? Set.of(TCP) : PROTOCOLS)
                && isExact(rule, "notProtocol", PROTOCOLS);
    }

    /** A number is exact, but for HTTP. */
    private static boolean isExact(Fields rule, String field, Set<String> known) {
        Protocol protocol = rule.protocol(field);
        return protocol == null || (protocol.name().isEmpty() ? known.size() > 1 : known.contains(rule.text(field)));
    }

    /** Its rules of a direction. */
    public List<Rule> rules(boolean inbound) {
        return inbound ? ingress : egress;
    }
}
