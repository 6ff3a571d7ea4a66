package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Profile, read but not yet judged.
 *
 * @param name its name
 * @param labels what it puts onto its endpoints, even where its rules are invalid
 * @param ingress rules of what comes in
 * @param egress rules of what goes out
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record ProfileObject(
        String name, Map<String, String> labels, List<Rule> ingress, List<Rule> egress, List<String> problems) {

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
                problems);
    }

    /** Its rules of a direction. */
    public List<Rule> rules(boolean inbound) {
        return inbound ? ingress : egress;
    }
}
