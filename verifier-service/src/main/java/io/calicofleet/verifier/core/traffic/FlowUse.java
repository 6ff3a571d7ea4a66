package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;

/** What becomes of a flow in the suggested policy: a rule, or a word on why it gets none. */
enum FlowUse {
    /** A rule allows it. */
    RULE(""),

    /** Felix lets it through before any policy. */
    FAILSAFE(
            "a failsafe port, open without a rule; that it was logged all the same means that the failsafe list of a node "
                    + "is or was another: see the FelixConfigurations"),

    /** A port clients choose: an answer most likely. */
    EPHEMERAL("a port clients choose, most likely an answer, so no rule: if a service listens there, add one"),

    /** A fragment that carries no port. */
    FRAGMENT("later fragments, which carry no port; the rule of the first fragment covers them"),

    /** Goes through the host. */
    FORWARDED("goes through the host: only policies that apply on forward rule it"),

    /** A protocol number no policy can name. */
    UNNAMEABLE("protocol 0 cannot be named in a policy, so no rule");

    private final String note;

    FlowUse(String note) {
        this.note = note;
    }

    /** For people; empty where there is nothing to say. */
    String note() {
        return note;
    }

    static FlowUse of(FlowKey flow, FailsafePorts failsafe) {
        boolean hasPorts = flow.protocol().equals("tcp") || flow.protocol().equals("udp");
        if (flow.direction() == FlowDirection.FORWARDED) {
            return FORWARDED;
        }
        if (hasPorts && flow.port() == Packet.NO_PORT) {
            return FRAGMENT;
        }
        if (flow.isEphemeral()) {
            return EPHEMERAL;
        }
        if (failsafe.contains(flow)) {
            return FAILSAFE;
        }
        return flow.protocol().equals("0") ? UNNAMEABLE : RULE;
    }
}
