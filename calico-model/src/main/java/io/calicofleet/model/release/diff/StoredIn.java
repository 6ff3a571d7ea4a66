package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Versions that objects are stored in: an API server refuses a definition that lacks one of them. */
public final class StoredIn {

    private StoredIn() {}

    /**
     * The definitions of the target that lack a version objects may be stored in, each with these; empty where none does.
     *
     * @param live the definitions as they are, with their status
     */
    public static Optional<String> lost(ManifestDocuments live, ManifestDocuments target) {
        List<String> lost = new ArrayList<>();
        target.objects()
                .forEach((key, definition) -> live.find(key).ifPresent(here -> {
                    Set<String> kept = versions(definition);
                    List<String> gone = Json.texts(here.path("status").get("storedVersions")).stream()
                            .filter(version -> !kept.contains(version))
                            .toList();
                    if (key.kind().equals("CustomResourceDefinition") && !gone.isEmpty()) {
                        lost.add(key.name() + " (" + String.join(", ", gone) + ")");
                    }
                }));
        return lost.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", lost));
    }

    /** What that means, and what to do. */
    public static String sentence(CalicoVersion target, String lost) {
        return target + " does not have the version objects may be stored in: " + lost
                + ". Write these objects anew in a version it has, take the old one out of status.storedVersions of the"
                + " definition, then retry";
    }

    private static Set<String> versions(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        Set<String> versions = Json.elements(spec.get("versions"))
                .map(version -> Json.text(version, "name"))
                .collect(Collectors.toSet());
        String single = Json.text(spec, "version"); // as v1beta1 has it
        if (!single.isEmpty()) {
            versions.add(single);
        }
        return versions;
    }
}
