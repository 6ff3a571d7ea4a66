package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.felix.flow.FlowKey;

/** What becomes of a flow in the suggested policy: a rule, or a word on why it gets none. */
enum FlowUse {
    /** A rule allows it. */
    RULE(true, ""),

    /** Felix lets failsafe ports through before any policy, so what was logged was not failsafe there and then. */
    NOT_FAILSAFE(
            true,
            "logged although failsafe by the settings, so a node has or had other ones: see the FelixConfigurations"),

    /** So many ports that they are not kept apart. */
    MANY_PORTS(true, "many ports, joined into a range"),

    /** A host that talks to itself. */
    LOCAL(true, "the host to itself, which the suggested policy always allows"),

    /** More hosts that talk to themselves than are kept apart. */
    LOCAL_OTHERS(false, "further hosts to themselves; those whose addresses are known are allowed to"),

    /** A fragment that carries no port. */
    FRAGMENT(false, "later fragments, which carry no port; the rule of the first fragment covers them"),

    /** Sent by the prober of the campaign, which is gone. */
    PROBER(false, "sent by the prober of the campaign while it measured, and not seen since: no rule"),

    /** Goes through the host. */
    FORWARDED(false, "goes through the host: only policies that apply on forward rule it"),

    /** No policy can name it. */
    UNNAMEABLE(false, "protocol 0 and port 0 cannot be named in a policy, so no rule");

    private final boolean ruled;
    private final String note;

    FlowUse(boolean ruled, String note) {
        this.ruled = ruled;
        this.note = note;
    }

    /** Whether a rule has to allow it. */
    boolean ruled() {
        return ruled;
    }

    /** For people; empty where there is nothing to say. */
    String note() {
        return note;
    }

    /** Whether a rule has to allow {@code flow}. */
    static boolean isRuled(FlowKey flow) {
        return of(flow, false).ruled;
    }

    static FlowUse of(FlowKey flow, FailsafePorts failsafe) {
        return of(flow, failsafe.contains(flow));
    }

    private static FlowUse of(FlowKey flow, boolean failsafe) {
        boolean carriesPorts = flow.protocol().equals("tcp") || flow.protocol().equals("udp");
        if (flow.direction() == FlowDirection.FORWARDED) {
            return FORWARDED;
        }
        if (flow.isLocal()) {
            return flow.peer().isAny() ? LOCAL_OTHERS : LOCAL;
        }
        if (carriesPorts && !flow.hasPorts()) {
            return FRAGMENT;
        }
        if (flow.protocol().equals("0") || flow.ports().first() == 0) {
            return UNNAMEABLE;
        }
        if (!flow.ports().isSingle()) {
            return MANY_PORTS;
        }
        return failsafe ? NOT_FAILSAFE : RULE;
    }
}
