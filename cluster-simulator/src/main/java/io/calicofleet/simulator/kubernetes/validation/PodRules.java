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
        spec.path("volumes").forEach(volume -> {
            boolean nowhere = volume.has("hostPath")
                    && FieldRules.isEmpty(volume.path("hostPath").path("path"));
            if (!nowhere) {
                volumes.add(volume.path("name").asText());
            }
        });
        dns(spec);
        hostAliases(spec.path("hostAliases"));
        spread(spec.path("topologySpreadConstraints"));
        sysctls(spec);
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

    private void hostAliases(JsonNode aliases) {
        for (int i = 0; i < aliases.size(); i++) {
            String at = path + ".hostAliases" + (minor >= 32 ? "[" + i + "]" : "");
            String ip = aliases.get(i).path("ip").asText("");
            for (String why : Networks.ip(ip)) {
                problems.add(Problem.invalid(at + ".ip", ip, minor >= 32 ? why : "must be valid IP address"));
            }
            JsonNode names = aliases.get(i).path("hostnames");
            for (int j = 0; j < names.size(); j++) {
                String name = names.get(j).asText();
                String place = at + ".hostnames" + (minor >= 32 ? "[" + j + "]" : "");
                Names.subdomain(name).forEach(why -> problems.add(Problem.invalid(place, name, why)));
            }
        }
    }

    private void spread(JsonNode constraints) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < constraints.size(); i++) {
            String pair = "{" + constraints.get(i).path("topologyKey").asText("") + ", "
                    + constraints.get(i).path("whenUnsatisfiable").asText("") + "}";
            if (!seen.add(pair)) {
                problems.add(Problem.duplicate(
                        path + ".topologySpreadConstraints[" + (i - 1) + "].{topologyKey, whenUnsatisfiable}",
                        TextNode.valueOf(pair)));
            }
        }
    }

    /** Those of the network are the host's where the pod has the host's. */
    private void sysctls(JsonNode spec) {
        JsonNode all = spec.path("securityContext").path("sysctls");
        for (int i = 0; i < all.size(); i++) {
            JsonNode name = all.get(i).path("name");
            if (minor >= 29
                    && spec.path("hostNetwork").asBoolean()
                    && name.asText("").replace('/', '.').startsWith("net.")) {
                problems.add(Problem.invalid(
                        path + ".securityContext.sysctls[" + i + "].name",
                        name,
                        "may not be specified when 'hostNetwork' is true"));
            }
        }
    }

    private void port(JsonNode port, String at, boolean hostNetwork, boolean init) {
        JsonNode host = port.path("hostPort");
        boolean differs = host.asInt() != port.path("containerPort").asInt();
        if (hostNetwork && !init && differs && minor >= 28) {
            if (host.asInt() != 0) {
                problems.add(Problem.invalid(
                        at + "hostPort", host, "must match `containerPort` when `hostNetwork` is true"));
            }
        } else if (hostNetwork && !init && differs) {
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
