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
 * @param exactActions whether each action is written as Calico's API wants it, and none but allow comes with HTTP
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record ProfileObject(
        String name,
        Map<String, String> labels,
        List<Rule> ingress,
        List<Rule> egress,
        boolean exactActions,
        List<String> problems) {

    private static final String ALLOW = "Allow";
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
                fields.object("metadata").text("name"),
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
        return ACTIONS.contains(action) && (action.equals(ALLOW) || !rule.has("http"));
    }

    /** Its rules of a direction. */
    public List<Rule> rules(boolean inbound) {
        return inbound ? ingress : egress;
    }
}
