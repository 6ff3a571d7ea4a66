package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;

/** How the packets of an IPPool are wrapped between nodes. The bytes it takes are from {@code felix/dataplane/linux/int_dataplane.go}. */
record Encapsulations(String ipip, String vxlan, boolean v6) {

    static final String NEVER = "Never";
    static final String CROSS_SUBNET = "CrossSubnet";

    static Encapsulations of(JsonNode spec) {
        return new Encapsulations(
                mode(spec, "ipipMode"),
                mode(spec, "vxlanMode"),
                Json.text(spec, "cidr").contains(":"));
    }

    private static String mode(JsonNode spec, String field) {
        String mode = Json.text(spec, field);
        return mode.isEmpty() ? NEVER : mode;
    }

    boolean isIpip() {
        return !ipip.equals(NEVER);
    }

    boolean isVxlan() {
        return !vxlan.equals(NEVER);
    }

    /** How much smaller the packets of pods have to be. */
    int bytes() {
        return isVxlan() ? (v6 ? 70 : 50) : isIpip() ? 20 : 0;
    }

    @Override
    public String toString() {
        String mode = isVxlan() ? vxlan : ipip;
        String how = isVxlan() ? "in VXLAN" : isIpip() ? "in IPIP" : "unwrapped";
        return how + (mode.equals(CROSS_SUBNET) ? " between subnets and unwrapped within one" : "");
    }
}
