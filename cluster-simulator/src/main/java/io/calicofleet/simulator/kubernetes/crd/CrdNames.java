package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Whether the names of a definition are free: those of its group that others were given are not. */
public final class CrdNames {

    /**
     * Why they are not.
     *
     * @param reason such as KindConflict
     * @param message what people are told
     */
    public record Conflict(String reason, String message) {}

    private CrdNames() {}

    /** The last conflict, as servers tell it; empty where all names may be had. */
    public static Optional<Conflict> of(JsonNode crd, Collection<ObjectNode> all) {
        Set<String> resources = new HashSet<>();
        Set<String> kinds = new HashSet<>();
        for (ObjectNode other : all) {
            boolean same = other.at("/metadata/name").equals(crd.at("/metadata/name"));
            if (!same && other.at("/spec/group").equals(crd.at("/spec/group"))) {
                JsonNode taken = other.at("/status/acceptedNames");
                resources.add(taken.path("plural").asText());
                resources.add(taken.path("singular").asText());
                taken.path("shortNames").forEach(each -> resources.add(each.asText()));
                kinds.add(taken.path("kind").asText());
                kinds.add(taken.path("listKind").asText());
            }
        }
        JsonNode wanted = crd.at("/spec/names");
        List<Conflict> conflicts = new ArrayList<>();
        BiConsumer<String, String> resource = (reason, name) -> check(resources, reason, name, conflicts);
        resource.accept("PluralConflict", wanted.path("plural").asText());
        resource.accept("SingularConflict", wanted.path("singular").asText());
        wanted.path("shortNames").forEach(each -> resource.accept("ShortNamesConflict", each.asText()));
        check(kinds, "KindConflict", wanted.path("kind").asText(), conflicts);
        check(kinds, "ListKindConflict", wanted.path("listKind").asText(), conflicts);
        return conflicts.isEmpty() ? Optional.empty() : Optional.of(conflicts.getLast());
    }

    private static void check(Set<String> taken, String reason, String name, List<Conflict> conflicts) {
        if (!name.isEmpty() && taken.contains(name)) {
            conflicts.add(new Conflict(reason, "\"" + name + "\" is already in use"));
        }
    }

    /** The status of a definition that is not served because of a conflict. */
    public static ObjectNode refusedStatus(JsonNode crd, Conflict conflict, String now) {
        ObjectNode status = Crds.newStatus(crd);
        status.remove("conditions");
        condition(status, "NamesAccepted", conflict.reason(), conflict.message(), now);
        condition(status, "Established", "NotAccepted", "not all names are accepted", now);
        ObjectNode accepted = Json.child(status, "acceptedNames");
        boolean kind = conflict.reason().toLowerCase(Locale.ROOT).contains("kind");
        if (kind) {
            for (String name : List.of("plural", "singular")) {
                accepted.set(name, crd.at("/spec/names/" + name));
            }
        }
        return status;
    }

    private static void condition(ObjectNode status, String type, String reason, String message, String now) {
        Json.list(status, "conditions")
                .addObject()
                .put("lastTransitionTime", now)
                .put("message", message)
                .put("reason", reason)
                .put("status", "False")
                .put("type", type);
    }
}
