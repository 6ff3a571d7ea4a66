package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;

/**
 * How the IPPools have packets between nodes wrapped. A disabled pool counts: it only gives out no more addresses.
 *
 * @param ipip whether one is for IP in IP
 * @param vxlan whether one of IPv4 is for VXLAN
 * @param vxlanV6 whether one of IPv6 is
 */
public record Pools(boolean ipip, boolean vxlan, boolean vxlanV6) {

    /** Of all IPPools. */
    public static Pools of(Collection<? extends JsonNode> pools) {
        return new Pools(
                pools.stream().anyMatch(pool -> isOn(pool, "ipipMode")),
                pools.stream().anyMatch(pool -> isOn(pool, "vxlanMode") && !isV6(pool)),
                pools.stream().anyMatch(pool -> isOn(pool, "vxlanMode") && isV6(pool)));
    }

    /** Whether one of the version of IP is for VXLAN. */
    public boolean vxlan(boolean v6) {
        return v6 ? vxlanV6 : vxlan;
    }

    private static boolean isOn(JsonNode pool, String mode) {
        String value = Json.text(pool.get("spec"), mode);
        return !value.isEmpty() && !value.equals("Never");
    }

    private static boolean isV6(JsonNode pool) {
        return Json.text(pool.get("spec"), "cidr").contains(":");
    }
}
