package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.felix.object.Metadata;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The tiers of policies. Open source Calico has them from v3.29 on; before, every policy is in the default one
 * (felix/calc/policy_sorter.go). They run by their order, then by their names. A tier that policies name and that is not
 * there comes last, and denies at its end.
 */
final class Tiers {

    static final String DEFAULT = "default";

    /** As the first calico-node makes it (libcalico-go/lib/apis/v3/tier.go). */
    private static final double ORDER_OF_DEFAULT = 1_000_000;

    /** What becomes of a connection at the end of a tier that has a policy for it and does not decide. */
    enum End {
        /** It is denied. */
        DENY,
        /** It goes on to the next tier. */
        PASS,
        /** The tier could not be read. */
        UNKNOWN
    }

    /**
     * A tier.
     *
     * @param name its name
     * @param missing whether it is not there
     * @param order its place; without one it is last
     * @param end its default action
     */
    record Tier(String name, boolean missing, double order, End end) {

        /** As Felix runs them. */
        static final Comparator<Tier> ORDER = Comparator.comparing(Tier::missing)
                .thenComparingDouble(Tier::order)
                .thenComparing(Tier::name);

        Tier {
            requireNonNull(name, "name");
            requireNonNull(end, "end");
        }

        boolean isDefault() {
            return name.equals(DEFAULT);
        }
    }

    private final Map<String, Tier> tiers = new HashMap<>();
    private final boolean known;

    /**
     * The tiers of a cluster.
     *
     * @param objects all Tiers; none where they could not be read or the cluster never ran a version that has them
     * @param version the release that runs
     */
    Tiers(Collection<? extends JsonNode> objects, CalicoVersion version) {
        boolean one = !ReleaseTrait.TIERS.isIn(version);
        this.known = one || !objects.isEmpty();
        tiers.put(DEFAULT, new Tier(DEFAULT, false, ORDER_OF_DEFAULT, End.DENY));
        if (!one) {
            objects.stream().filter(Tiers::isReadable).forEach(object -> {
                JsonNode spec = object.path("spec");
                String name = object.at("/metadata/name").asText();
                tiers.put(
                        name,
                        new Tier(
                                name,
                                false,
                                spec.path("order").isNumber()
                                        ? spec.path("order").asDouble()
                                        : Double.POSITIVE_INFINITY,
                                Json.text(spec, "defaultAction").equals("Pass") ? End.PASS : End.DENY));
            });
        }
    }

    /** One that is not is as if it were not there. */
    static boolean isReadable(JsonNode object) {
        JsonNode order = Json.get(object.path("spec"), "order");
        JsonNode action = Json.get(object.path("spec"), "defaultAction");
        return Metadata.problems(object).isEmpty()
                && (order == null || order.isNumber())
                && (action == null || action.isTextual());
    }

    /** The tier of a name. */
    Tier of(String name) {
        Tier tier = tiers.get(name);
        if (tier != null) {
            return tier;
        }
        // One that could not be read is taken to come before the default one, as they do unless told otherwise.
        return known ? new Tier(name, true, Double.POSITIVE_INFINITY, End.DENY) : new Tier(name, false, 0, End.UNKNOWN);
    }
}
