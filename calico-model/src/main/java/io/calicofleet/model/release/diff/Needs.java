package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What the objects of a release ask of Kubernetes and of the nodes: API versions that not every release of Kubernetes
 * serves, what its definitions use of CEL, and sentences that name a version of the kernel.
 */
final class Needs {

    /** API versions that came or go, by the deprecation guide of Kubernetes; of those that are on without being asked for. */
    private static final List<Need> SERVED = List.of(
            new Need("apiextensions.k8s.io/v1beta1", 0, 21),
            new Need("apiextensions.k8s.io/v1", 16, Need.NEWEST),
            new Need("apiregistration.k8s.io/v1beta1", 0, 21),
            new Need("admissionregistration.k8s.io/v1beta1 WebhookConfiguration", 0, 21),
            new Need("admissionregistration.k8s.io/v1 WebhookConfiguration", 16, Need.NEWEST),
            new Need("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", 30, Need.NEWEST),
            new Need("admissionregistration.k8s.io/v1 MutatingAdmissionPolicy", 36, Need.NEWEST),
            new Need("apps/v1beta1", 0, 15),
            new Need("apps/v1beta2", 0, 15),
            new Need("batch/v1beta1", 0, 24),
            new Need("extensions/v1beta1", 0, 15),
            new Need("policy/v1beta1", 0, 24),
            new Need("policy/v1 ", 21, Need.NEWEST),
            new Need("rbac.authorization.k8s.io/v1beta1", 0, 21),
            new Need("scheduling.k8s.io/v1beta1", 0, 21),
            new Need("storage.k8s.io/v1beta1 CSIDriver", 0, 21),
            new Need("storage.k8s.io/v1 CSIDriver", 18, Need.NEWEST));

    /**
     * Functions of CEL by the first Kubernetes that takes them in a new definition: one release after the one whose API
     * server knows them, as its base.go of pkg/cel/environment has it.
     */
    private static final Map<Pattern, Need> FUNCTIONS = functions();

    private static final Pattern KERNEL = Pattern.compile("(?i)\\b(?:linux|kernels?)\\b[^.]{0,60}?\\bv?\\d+\\.\\d+");

    private Needs() {}

    private static Map<Pattern, Need> functions() {
        Map<Pattern, Need> functions = new LinkedHashMap<>();
        functions.put(Pattern.compile("\\b(?:quantity|isQuantity)\\("), Need.ofDefinitions("quantity()", 29));
        functions.put(Pattern.compile("\\bsets\\."), Need.ofDefinitions("sets", 30));
        functions.put(Pattern.compile("\\b(?:ip|isIP|cidr|isCIDR)\\("), Need.ofDefinitions("ip() or cidr()", 31));
        functions.put(Pattern.compile("\\bformat\\."), Need.ofDefinitions("format", 32));
        functions.put(Pattern.compile("\\b(?:semver|isSemver)\\("), Need.ofDefinitions("semver()", 34));
        return functions;
    }

    /** What the objects ask for, in the order they are met; what every Kubernetes serves is left out. */
    static Set<Need> of(ManifestDocuments documents) {
        Set<Need> needs = new LinkedHashSet<>();
        documents.objects().forEach((key, object) -> {
            String served = Json.text(object, "apiVersion") + " " + key.kind();
            SERVED.stream()
                    .filter(need -> matches(need.what(), served))
                    .forEach(need -> needs.add(
                            new Need(key.kind() + " of " + Json.text(object, "apiVersion"), need.from(), need.to())));
            if (key.kind().equals("CustomResourceDefinition")) {
                walk(object.path("spec"), "", key.name(), needs::add);
            }
        });
        return needs;
    }

    /** A group and version, with a kind or the end of one where not all of its kinds are meant. */
    private static boolean matches(String limited, String served) {
        String[] parts = limited.split(" ", -1);
        return served.startsWith(parts[0] + " ") && (parts.length == 1 || served.endsWith(parts[1]));
    }

    private static void walk(JsonNode node, String field, String definition, Consumer<Need> found) {
        if (field.equals("description") && node.isTextual()) {
            Meanings.sentences(node.asText())
                    .filter(sentence -> KERNEL.matcher(sentence).find())
                    .forEach(sentence -> found.accept(Need.of(definition + Need.KERNEL + sentence)));
        } else if (field.equals("rule") && node.isTextual()) {
            FUNCTIONS.forEach((function, need) -> {
                if (function.matcher(node.asText()).find()) {
                    found.accept(need);
                }
            });
        } else if (node.isObject()) {
            node.properties().forEach(entry -> {
                if (!entry.getKey().equals("status")) {
                    walk(entry.getValue(), entry.getKey(), definition, found);
                }
            });
        } else if (node.isArray()) {
            node.forEach(element -> walk(element, "", definition, found));
        }
    }
}
