package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GlobalNetworkPolicy or NetworkPolicy, read but not yet judged.
 *
 * @param kind its kind
 * @param namespace its namespace; empty for a global one
 * @param name its name as people call it, without {@code default.}
 * @param tier its tier as its spec says it; empty: not said
 * @param order its place in the tier; null: last
 * @param selector of labels
 * @param namespaceSelector of the labels of namespaces
 * @param accountSelector of the labels of service accounts
 * @param types the directions it is about; none: both
 * @param ingress rules of what comes in
 * @param egress rules of what goes out
 * @param doNotTrack whether it comes before connections are tracked
 * @param preDnat whether it comes before addresses are translated
 * @param applyOnForward whether it is about forwarded packets too
 * @param performanceHints what Felix may go by to be faster; what is no text is empty
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record PolicyObject(
        String kind,
        String namespace,
        String name,
        String tier,
        @Nullable Double order,
        String selector,
        String namespaceSelector,
        String accountSelector,
        List<String> types,
        List<Rule> ingress,
        List<Rule> egress,
        boolean doNotTrack,
        boolean preDnat,
        boolean applyOnForward,
        List<String> performanceHints,
        List<String> problems) {

    private static final String DEFAULT_PREFIX = "default.";

    public PolicyObject {
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        requireNonNull(tier, "tier");
        requireNonNull(selector, "selector");
        requireNonNull(namespaceSelector, "namespaceSelector");
        requireNonNull(accountSelector, "accountSelector");
        types = List.copyOf(types);
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
        performanceHints = List.copyOf(performanceHints);
        problems = List.copyOf(problems);
    }

    /** Reads Calico's v3 resource. */
    public static PolicyObject of(JsonNode object) {
        List<String> problems = new ArrayList<>();
        Fields fields = Fields.of(object, problems);
        Fields metadata = fields.metadata();
        String namespace = metadata.text("namespace");
        String name = metadata.text("name");
        Fields spec = fields.object("spec");
        return new PolicyObject(
                namespace.isEmpty() ? "GlobalNetworkPolicy" : "NetworkPolicy",
                namespace,
                name.startsWith(DEFAULT_PREFIX) ? name.substring(DEFAULT_PREFIX.length()) : name,
                spec.text("tier"),
                spec.decimal("order"),
                spec.text("selector"),
                namespace.isEmpty() ? spec.text("namespaceSelector") : "",
                spec.text("serviceAccountSelector"),
                spec.texts("types"),
                spec.objects("ingress", Rule::of),
                spec.objects("egress", Rule::of),
                namespace.isEmpty() && spec.flag("doNotTrack"),
                namespace.isEmpty() && spec.flag("preDNAT"),
                namespace.isEmpty() && spec.flag("applyOnForward"),
                spec.leniently("performanceHints"),
                problems);
    }

    /** Its rules of a direction. */
    public List<Rule> rules(boolean inbound) {
        return inbound ? ingress : egress;
    }

    /** Whether it decides on a direction; without any types on both (felix/calc/policy_sorter.go). */
    public boolean isAbout(boolean inbound) {
        return types.isEmpty()
                || types.stream().anyMatch(type -> type.equalsIgnoreCase(inbound ? "ingress" : "egress"));
    }
}
