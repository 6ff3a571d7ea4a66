package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.release.ReleaseTrait;
import io.calicofleet.model.selector.Selector;
import java.util.Comparator;
import java.util.List;

/**
 * A policy that Felix enforces. A NetworkPolicy selects host endpoints too, where these say by a label that they are in its
 * namespace.
 *
 * @param object the policy
 * @param tier the name of its tier
 * @param order its place in the tier; without one it is last
 * @param tie what decides between two of the same order
 * @param selector what it selects
 */
record Policy(PolicyObject object, String tier, double order, String tie, Selector selector) {

    private static final String DEFAULT_PREFIX = "default.";

    /** As Felix runs those of a tier (felix/calc/policy_sorter.go). */
    static final Comparator<Policy> ORDER =
            Comparator.comparingDouble(Policy::order).thenComparing(Policy::tie);

    /** When a policy is looked at (felix/calc/event_sequencer.go). */
    enum Stage {
        /** Before connections are tracked. Never on a host endpoint of all interfaces. */
        UNTRACKED,
        /** Before addresses are translated; incoming only. */
        BEFORE_DNAT,
        /** All others, those for forwarded packets too. */
        NORMAL
    }

    Policy {
        requireNonNull(object, "object");
        requireNonNull(tier, "tier");
        requireNonNull(tie, "tie");
        requireNonNull(selector, "selector");
    }

    /** One that Felix does not leave out. */
    static Policy of(PolicyObject object, CalicoVersion version) {
        boolean unprefixed = ReleaseTrait.POLICY_NAMES_UNPREFIXED.isIn(version);
        return new Policy(
                object,
                tier(object, version, unprefixed),
                // Both zeros are one order.
                object.order() == null ? Double.POSITIVE_INFINITY : object.order() + 0.0,
                unprefixed ? object.name() + "/" + object.namespace() + "/" + object.kind() : stored(object),
                Selector.parse(JoinedSelectors.ofPolicy(object, version), version));
    }

    /** The name it goes by up to v3.31; one that has its tier in its name has no other prefix. */
    private static String stored(PolicyObject object) {
        String name = object.namespace().isEmpty() || object.name().indexOf('.') >= 0
                ? object.name()
                : DEFAULT_PREFIX + object.name();
        return object.namespace().isEmpty() ? name : object.namespace() + "/" + name;
    }

    /** Up to v3.31 it is what the stored name begins with (libcalico-go/lib/names/policy.go), from v3.32 on the spec says it. */
    private static String tier(PolicyObject object, CalicoVersion version, boolean bySpec) {
        int dot = object.name().indexOf('.');
        if (!ReleaseTrait.TIERS.isIn(version)) {
            return Tiers.DEFAULT;
        }
        if (!bySpec && dot >= 0) {
            return object.name().substring(0, dot);
        }
        return object.tier().isEmpty() ? Tiers.DEFAULT : object.tier();
    }

    String namespace() {
        return object.namespace();
    }

    String name() {
        return object.name();
    }

    /** Its kind and its name. */
    String title() {
        return object.kind() + " " + object.name();
    }

    Stage stage() {
        return object.doNotTrack() ? Stage.UNTRACKED : object.preDnat() ? Stage.BEFORE_DNAT : Stage.NORMAL;
    }

    boolean selects(Endpoint endpoint) {
        return selector.matches(endpoint.labels());
    }

    /** Whether it decides on a direction; before DNAT only what comes in is looked at. */
    boolean isAbout(boolean inbound) {
        return object.isAbout(inbound) && (inbound || stage() != Stage.BEFORE_DNAT);
    }

    /** Its rules of a direction. */
    List<Rule> rules(boolean inbound) {
        return object.rules(inbound);
    }
}
