package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the fields of a Service ask of each other. */
final class ServiceRules {

    /** From here on source ranges are told one by one. */
    private static final int EXACT = 30;
    /** From here on who may have which traffic policy is told with the rest; before, where nothing else was wrong. */
    private static final int TRAFFIC = 23;

    private final JsonNode spec;
    private final String type;
    private final int minor;
    private final boolean headless;
    private final List<Problem> problems = new ArrayList<>();

    private ServiceRules(JsonNode spec, int minor) {
        this.spec = spec;
        this.type = spec.path("type").asText("ClusterIP");
        this.minor = minor;
        this.headless = spec.path("clusterIP").asText("").equals("None");
    }

    /** What is wrong with addresses and families; where something is, newer servers look no further. */
    static List<Problem> addresses(JsonNode spec, int minor) {
        ServiceRules rules = new ServiceRules(spec, minor);
        if (!rules.type.equals("ExternalName")) {
            rules.families();
            rules.address();
        }
        return rules.problems;
    }

    /** What else is wrong. */
    static List<Problem> check(JsonNode spec, int minor) {
        ServiceRules rules = new ServiceRules(spec, minor);
        rules.ofType();
        rules.ports();
        rules.affinity();
        rules.sourceRanges();
        if (minor >= TRAFFIC || rules.problems.isEmpty()) {
            rules.traffic();
        }
        return rules.problems;
    }

    private void families() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.path("ipFamilies").size(); i++) {
            JsonNode family = spec.path("ipFamilies").get(i);
            String at = "spec.ipFamilies[" + i + "]";
            if (!List.of("IPv4", "IPv6").contains(family.asText())) {
                problems.add(Problem.notSupported(at, family, List.of("IPv4", "IPv6")));
            }
            if (!seen.add(family.asText())) {
                problems.add(Problem.duplicate(at, family));
            }
        }
    }

    private void address() {
        String address = spec.path("clusterIP").asText("");
        if (!address.isEmpty() && !headless && !Networks.isIp(address)) {
            String field = minor >= 20 ? "spec.clusterIPs[0]" : "spec.clusterIP";
            problems.add(
                    Problem.invalid(field, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        }
    }

    private void ofType() {
        boolean external = type.equals("ExternalName");
        if (spec.path("ports").isEmpty() && !headless && !external) {
            problems.add(Problem.required("spec.ports", ""));
        }
        if (headless && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
            problems.add(Problem.invalid(
                    minor >= 20 ? "spec.clusterIPs[0]" : "spec.clusterIP",
                    "None",
                    "may not be set to 'None' for " + type + " services"));
        }
        String name = spec.path("externalName").asText("");
        if (external && name.isEmpty()) {
            problems.add(Problem.required("spec.externalName", ""));
        } else if (external) {
            Names.subdomain(name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
                    .forEach(why -> problems.add(Problem.invalid("spec.externalName", name, why)));
        }
        if (external && !spec.path("clusterIP").asText("").isEmpty()) {
            problems.add(Problem.forbidden(
                    minor >= 20 ? "spec.clusterIPs" : "spec.clusterIP", "may not be set for ExternalName services"));
        }
    }

    private void ports() {
        JsonNode ports = spec.path("ports");
        Set<String> seen = new HashSet<>();
        Set<String> onNodes = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String at = "spec.ports[" + i + "]";
            if (ports.size() > 1 && port.path("name").asText("").isEmpty()) {
                problems.add(Problem.required(at + ".name", ""));
            }
            if (!port.has("port")) {
                problems.add(Problem.invalid(at + ".port", Json.parse("0"), "must be between 1 and 65535, inclusive"));
            }
            int number = port.path("nodePort").asInt();
            if (number != 0) {
                nodePort(port, number, at, onNodes);
            }
            if (!seen.add(port.path("protocol").asText() + port.path("port").asText())) {
                problems.add(Problem.duplicate(at, port));
            }
        }
    }

    private void nodePort(JsonNode port, int number, String at, Set<String> onNodes) {
        if (type.equals("ClusterIP")) {
            problems.add(Problem.forbidden(at + ".nodePort", "may not be used when `type` is 'ClusterIP'"));
        } else if ((type.equals("NodePort") || type.equals("LoadBalancer")) && (number < 30_000 || number > 32_767)) {
            problems.add(Problem.invalid(
                    at + ".nodePort",
                    port.path("nodePort"),
                    "provided port is not in the valid range. The range of valid ports is 30000-32767"));
        }
        if (!onNodes.add(port.path("protocol").asText() + number)) {
            problems.add(Problem.duplicate(at + ".nodePort", port.path("nodePort")));
        }
    }

    private void affinity() {
        JsonNode config = spec.path("sessionAffinityConfig");
        JsonNode seconds = config.path("clientIP").path("timeoutSeconds");
        if (seconds.isNumber() && (seconds.asLong() <= 0 || seconds.asLong() > 86_400)) {
            problems.add(Problem.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    seconds,
                    "must be greater than 0 and less than 86400"));
        }
    }

    private void sourceRanges() {
        String at = "spec.LoadBalancerSourceRanges";
        JsonNode ranges = spec.path("loadBalancerSourceRanges");
        boolean balanced = type.equals("LoadBalancer");
        if (!ranges.isEmpty() && !balanced) {
            problems.add(Problem.forbidden(at, "may only be used when `type` is 'LoadBalancer'"));
        }
        for (int i = 0; i < ranges.size(); i++) {
            String range = ranges.get(i).asText().strip();
            List<String> wrong = Networks.cidr(range);
            if (!wrong.isEmpty() && minor < EXACT) {
                problems.add(Problem.invalid(
                        at, ranges, "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 "));
                break;
            }
            for (String why : wrong) {
                problems.add(Problem.invalid(at + "[" + i + "]", range, why));
            }
        }
        if (minor >= 22 && spec.has("allocateLoadBalancerNodePorts") && !balanced) {
            problems.add(Problem.forbidden(
                    "spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"));
        }
    }

    private void traffic() {
        JsonNode policy = spec.path("externalTrafficPolicy");
        boolean reachable = type.equals("LoadBalancer")
                || type.equals("NodePort")
                || (type.equals("ClusterIP") && !spec.path("externalIPs").isEmpty());
        boolean given = !policy.asText("").isEmpty();
        boolean known = List.of("Cluster", "Local").contains(policy.asText(""));
        if (minor < TRAFFIC) {
            if (given && !known) {
                problems.add(Problem.invalid(
                        "spec.externalTrafficPolicy", policy, "ExternalTrafficPolicy must be empty, Cluster or Local"));
            } else if (given && !type.equals("LoadBalancer") && !type.equals("NodePort")) {
                problems.add(Problem.invalid(
                        "spec.externalTrafficPolicy",
                        policy,
                        "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service"));
            }
        } else if (given && !reachable) {
            problems.add(Problem.invalid(
                    "spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services"));
        } else if (given && !known) {
            problems.add(Problem.notSupported("spec.externalTrafficPolicy", policy, List.of("Cluster", "Local")));
        }
        JsonNode check = spec.path("healthCheckNodePort");
        if (check.asInt() != 0 && (minor >= TRAFFIC || !given || known)) {
            if (!type.equals("LoadBalancer") || !policy.asText("").equals("Local")) {
                problems.add(Problem.invalid(
                        "spec.healthCheckNodePort",
                        check,
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
            } else if (check.asInt() < 1 || (check.asInt() > 65_535 && minor >= TRAFFIC)) {
                problems.add(
                        Problem.invalid("spec.healthCheckNodePort", check, "must be between 1 and 65535, inclusive"));
            }
        }
    }
}
