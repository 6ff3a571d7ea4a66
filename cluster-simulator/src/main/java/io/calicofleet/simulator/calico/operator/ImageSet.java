package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.calico.image.ImageVersions;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The images an operator takes by their digests (tigera/operator, pkg/controller/utils/imageset). Where there is any ImageSet
 * of Calico it needs the one of its own version, with every image it uses and no other.
 *
 * @param digests by image, such as calico/node; empty where the operator takes its images by their tags
 */
record ImageSet(Map<String, String> digests) {

    static final ImageSet NONE = new ImageSet(Map.of());

    private static final Set<String> KNOWN = Set.of(
            "calico/node",
            "calico/cni",
            "calico/kube-controllers",
            "calico/typha",
            "calico/pod2daemon-flexvol",
            "calico/apiserver",
            "calico/csi",
            "calico/node-driver-registrar",
            "calico/windows-upgrade",
            "calico/node-windows",
            "calico/cni-windows",
            "calico/dikastes",
            "calico/goldmane",
            "calico/whisker",
            "calico/whisker-backend",
            "calico/key-cert-provisioner",
            "tigera/key-cert-provisioner",
            "tigera/operator");

    ImageSet {
        digests = Map.copyOf(digests);
    }

    /** One that an operator cannot go by, and what it says then. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final String reason;

        Refused(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        ComponentState state() {
            return ComponentState.failed(reason, String.valueOf(getMessage()));
        }
    }

    /**
     * The one an operator goes by.
     *
     * @param sets all there are
     * @throws Refused where it can go by none
     */
    static ImageSet of(List<? extends JsonNode> sets, OperatorVersion version) throws Refused {
        String expected = ImageVersions.PREFIX + version.calico();
        JsonNode found = null;
        boolean any = false;
        for (JsonNode set : sets) {
            String name = Json.text(set, "metadata", "name");
            any |= name.startsWith("calico");
            found = name.equals(expected) ? set : found;
        }
        if (found == null && any) {
            throw new Refused(
                    "ResourceReadError",
                    "Error getting ImageSet: ImageSets exist but none with the expected name " + expected);
        }
        return found == null ? NONE : read(found, expected, version);
    }

    private static ImageSet read(JsonNode set, String name, OperatorVersion version) throws Refused {
        Map<String, String> digests = new LinkedHashMap<>();
        List<String> unexpected = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (JsonNode image : set.path("spec").path("images")) {
            String what = image.path("image").asText();
            String digest = image.path("digest").asText();
            if (!KNOWN.contains(what)) {
                unexpected.add(what);
            }
            if (!digest.startsWith("sha256:")) {
                bad.add(what + "@" + digest);
            }
            digests.putIfAbsent(what, digest);
        }
        List<String> wrong = new ArrayList<>();
        if (!unexpected.isEmpty()) {
            wrong.add("unexpected images: " + String.join(", ", unexpected));
        }
        if (!bad.isEmpty()) {
            wrong.add("bad digest images: " + String.join(", ", bad));
        }
        if (!wrong.isEmpty()) {
            throw new Refused(
                    "ResourceValidationError",
                    "Error validating ImageSet: ImageSet " + name + ": " + String.join("; ", wrong));
        }
        List<String> missing = needed(version).stream()
                .filter(image -> !digests.containsKey(image))
                .map(image -> "ImageSet did not contain image " + image)
                .toList();
        if (!missing.isEmpty()) {
            throw new Refused(
                    "ResourceValidationError",
                    "Error resolving ImageSet for components: invalid ImageSet: " + String.join(", ", missing));
        }
        return new ImageSet(digests);
    }

    private static List<String> needed(OperatorVersion version) {
        List<String> needed =
                new ArrayList<>(List.of("calico/typha", "calico/node", "calico/cni", "calico/kube-controllers"));
        if (version.from(24)) {
            needed.addAll(List.of("calico/csi", "calico/node-driver-registrar"));
        }
        needed.add("calico/pod2daemon-flexvol");
        return needed;
    }
}
