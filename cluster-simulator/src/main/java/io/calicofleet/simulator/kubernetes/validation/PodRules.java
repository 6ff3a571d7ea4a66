package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the parts of a pod's spec ask of each other. */
final class PodRules {

    private final String path;
    private final int minor;
    private final List<Problem> problems;
    private final Set<String> names = new HashSet<>();
    private final Set<String> volumes = new HashSet<>();
    private final Set<String> hostPorts = new HashSet<>();

    PodRules(String path, int minor, List<Problem> problems) {
        this.path = path;
        this.minor = minor;
        this.problems = problems;
    }

    void check(JsonNode spec) {
        spec.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        dns(spec);
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                container(
                        spec.path(list).get(i),
                        path + "." + list + "[" + i + "].",
                        spec.path("hostNetwork").asBoolean(),
                        list.equals("initContainers"));
            }
        }
    }

    private void container(JsonNode container, String at, boolean hostNetwork, boolean init) {
        JsonNode name = container.path("name");
        if (!FieldRules.isEmpty(name) && !names.add(name.asText())) {
            problems.add(Problem.duplicate(at + "name", name));
        }
        Set<String> mounted = new HashSet<>();
        for (int i = 0; i < container.path("volumeMounts").size(); i++) {
            JsonNode mount = container.path("volumeMounts").get(i);
            JsonNode volume = TextNode.valueOf(mount.path("name").asText(""));
            if (!volumes.contains(volume.asText())) {
                problems.add(Problem.notFound(at + "volumeMounts[" + i + "].name", volume));
            }
            Problem bidirectional = Problem.forbidden(
                    at + "volumeMounts.mountPropagation",
                    "Bidirectional mount propagation is available only to privileged containers");
            if (mount.path("mountPropagation").asText("").equals("Bidirectional")
                    && !container.path("securityContext").path("privileged").asBoolean()
                    && !problems.contains(bidirectional)) {
                problems.add(bidirectional);
            }
            JsonNode place = mount.path("mountPath");
            if (!FieldRules.isEmpty(place) && !mounted.add(place.asText())) {
                problems.add(Problem.invalid(at + "volumeMounts[" + i + "].mountPath", place, "must be unique"));
            }
        }
        for (int i = 0; i < container.path("ports").size(); i++) {
            port(container.path("ports").get(i), at + "ports[" + i + "].", hostNetwork, init);
        }
        if (init && !container.path("restartPolicy").asText("").equals("Always")) {
            initOnly(container, at);
        }
        for (String probe : List.of("livenessProbe", "startupProbe")) {
            JsonNode success = container.path(probe).path("successThreshold");
            if (success.isNumber() && success.asInt() != 1) {
                problems.add(Problem.invalid(at + probe + ".successThreshold", success, "must be 1"));
            }
        }
    }

    /** What runs to its end is not asked how it is. */
    private void initOnly(JsonNode container, String at) {
        for (String field : List.of("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")) {
            if (container.has(field)) {
                problems.add(
                        minor >= 28
                                ? Problem.forbidden(
                                        at + field, "may not be set for init containers without restartPolicy=Always")
                                : Problem.invalid(
                                        at + field, container.path(field), "must not be set for init containers"));
            }
        }
    }

    private void dns(JsonNode spec) {
        if (spec.path("dnsPolicy").asText("").equals("None")) {
            JsonNode config = spec.path("dnsConfig");
            if (!config.isObject()) {
                problems.add(
                        Problem.required(path + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"));
            } else if (config.path("nameservers").isEmpty()) {
                problems.add(Problem.required(
                        path + ".dnsConfig.nameservers",
                        "must provide at least one DNS nameserver when `dnsPolicy` is None"));
            }
        }
    }

    private void port(JsonNode port, String at, boolean hostNetwork, boolean init) {
        JsonNode host = port.path("hostPort");
        if (hostNetwork && !init && host.asInt() != port.path("containerPort").asInt()) {
            problems.add(Problem.invalid(
                    at + "containerPort",
                    port.path("containerPort"),
                    "must match `hostPort` when `hostNetwork` is true"));
        }
        String used = port.path("protocol").asText() + "/" + port.path("hostIP").asText("") + "/" + host.asText();
        if (!init && host.asInt() != 0 && !hostPorts.add(used)) {
            problems.add(Problem.duplicate(at + "hostPort", TextNode.valueOf(used)));
        }
    }
}
