package io.calicofleet.executor.core.datastore;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;

/**
 * Names that policies are stored under. Up to v3.31 a policy of the default tier is stored with the prefix
 * {@code default.}: Felix reads the tier from it, and calicoctl finds no other. From v3.32 on new ones are stored as they
 * are called, and kube-controllers moves old ones, so that both may be found for a while.
 */
public final class PolicyNames {

    static final String DEFAULT_TIER = "default";

    private static final String PREFIX = DEFAULT_TIER + ".";

    /** Policies made of Kubernetes' own; they have a prefix that is no tier. */
    private static final List<String> MADE = List.of("knp.", "ossg.", "kcnp.", "kanp.", "kbanp.");

    private PolicyNames() {}

    /** The name to store a resource under, where {@code version} is the oldest that runs. */
    public static String stored(CalicoKind kind, JsonNode resource, CalicoVersion version) {
        String name = Json.text(resource.get("metadata"), "name");
        boolean prefixed = kind.tiered()
                && !ReleaseTrait.POLICY_NAMES_UNPREFIXED.isIn(version)
                && isDefault(Json.text(resource.get("spec"), "tier"))
                && MADE.stream().noneMatch(name::startsWith);
        return prefixed ? PREFIX + plain(name) : name;
    }

    /** Every name a resource may be stored under, the one it is called by first; whoever deletes it has to try all. */
    public static List<String> candidates(CalicoKind kind, String name) {
        if (!kind.tiered() || MADE.stream().anyMatch(name::startsWith)) {
            return List.of(name);
        }
        return List.of(plain(name), PREFIX + plain(name));
    }

    /** The same, the one that counts first where {@code version} is the oldest that runs. */
    public static List<String> candidates(CalicoKind kind, String name, CalicoVersion version) {
        List<String> candidates = candidates(kind, name);
        return ReleaseTrait.POLICY_NAMES_UNPREFIXED.isIn(version) ? candidates : candidates.reversed();
    }

    /** What people call a policy that is stored without saying so. */
    public static String called(String stored, String tier) {
        return isDefault(tier) ? plain(stored) : stored;
    }

    private static boolean isDefault(String tier) {
        return tier.isEmpty() || tier.equals(DEFAULT_TIER);
    }

    private static String plain(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
