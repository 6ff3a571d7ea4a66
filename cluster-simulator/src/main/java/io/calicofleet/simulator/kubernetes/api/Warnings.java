package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What servers warn of beside an answer; kubectl prints it. */
public final class Warnings {

    private static final Map<String, String[]> DEPRECATED = Resources.text("deprecated-types.txt")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" ", 5))
            .collect(Collectors.toMap(words -> words[0] + " " + words[1], words -> words));

    /** Their names become those of pods. */
    private static final Set<String> NAME_PODS = Set.of("Deployment", "ReplicaSet", "Job", "CronJob");

    /** The n of Kubernetes 1.n from which servers warn at all. */
    private static final int WARNS = 19;

    private static final int OF_HOST_NAMES = 27;
    private static final int OF_DRIVERS = 35;
    private static final int OF_JOBS = 23;
    private static final int OF_EXTERNAL_ADDRESSES = 36;

    private Warnings() {}

    /** That a version of a kind is deprecated, for every request about it. */
    public static Optional<String> deprecated(ResourceType type, int minor) {
        String named = type.apiVersion() + " " + type.kind();
        String[] words = type.crd() == null && minor >= WARNS ? DEPRECATED.get(named) : null;
        if (words == null || minor < Integer.parseInt(words[2])) {
            return Optional.empty();
        }
        return Optional.of(named + " is deprecated in v1." + words[2] + "+"
                + (words[3].equals("-") ? "" : ", unavailable in v1." + words[3] + "+")
                + (words.length < 5 ? "" : "; use " + words[4]));
    }

    /** That the pods of a Job stay where a deletion does not say what becomes of them. */
    public static Optional<String> deleted(ResourceType type, JsonNode options, int minor) {
        boolean orphans = type.group().equals("batch")
                && type.kind().equals("Job")
                && minor >= OF_JOBS
                && !options.has("propagationPolicy")
                && !options.has("orphanDependents");
        return orphans
                ? Optional.of(
                        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background"
                                + " to remove them or set propagationPolicy=Orphan to suppress this warning")
                : Optional.empty();
    }

    /** What is odd about an object that is changed, but not wrong. */
    static List<String> changed(ResourceType type, JsonNode object, int minor) {
        return type.crd() == null && List.of("Service", "CSIDriver").contains(type.kind())
                ? created(type, object, minor)
                : List.of();
    }

    /** What is odd about an object that is made, but not wrong. */
    static List<String> created(ResourceType type, JsonNode object, int minor) {
        if (type.crd() == null && type.kind().equals("Service") && minor >= OF_EXTERNAL_ADDRESSES) {
            JsonNode spec = object.path("spec");
            boolean reached = !Json.text(spec, "clusterIP").equals("None")
                    && !Json.text(spec, "type").equals("ExternalName");
            return reached && !spec.path("externalIPs").isEmpty()
                    ? List.of("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
                    : List.of();
        }
        if (type.crd() == null && type.kind().equals("CSIDriver") && minor >= OF_DRIVERS) {
            return object.at("/spec/serviceAccountTokenInSecrets").isMissingNode()
                            && !object.at("/spec/tokenRequests").isEmpty()
                    ? List.of(
                            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to"
                                    + " prevent possible logging of tokens in volume attributes")
                    : List.of();
        }
        boolean pod = type.crd() == null && type.kind().equals("Pod");
        boolean named = pod || (type.crd() == null && NAME_PODS.contains(type.kind()));
        List<String> odd =
                named && minor >= OF_HOST_NAMES ? Names.label(Json.text(object, "metadata", "name"), minor) : List.of();
        return odd.isEmpty()
                ? List.of()
                : List.of("metadata.name: this is used in " + (pod ? "the Pod's hostname" : "Pod names and hostnames")
                        + ", which can result in surprising behavior; a DNS label is recommended: ["
                        + String.join(" ", odd) + "]");
    }
}
