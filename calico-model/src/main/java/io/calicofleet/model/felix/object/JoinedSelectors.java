package io.calicofleet.model.felix.object;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.selector.Selector;

/**
 * The one selector Felix makes of those of labels, namespaces and service accounts, as text and with all its surprises
 * (libcalico-go/lib/backend/syncersv1/updateprocessors: rules.go, selectors.go, globalnetworkpolicyprocessor.go,
 * networkpolicyprocessor.go). Labels of namespaces and service accounts are on the endpoint itself, with a prefix. Beside
 * one of the two, <em>every</em> {@code all()} of the whole text becomes "is in a namespace" or "has a service account".
 */
public final class JoinedSelectors {

    /** The label of what is in a namespace. */
    public static final String NAMESPACE = "projectcalico.org/namespace";

    private static final String ACCOUNT = "projectcalico.org/serviceaccount";
    /** What the labels of namespaces begin with on the endpoints in them. */
    public static final String NAMESPACE_PREFIX = "pcns.";

    private static final String ACCOUNT_PREFIX = "pcsa.";
    private static final String ALL = "all()";
    private static final String GLOBAL = "global()";

    private JoinedSelectors() {}

    /** What a policy selects. */
    public static String ofPolicy(PolicyObject policy, CalicoVersion version) {
        String selector = policy.selector();
        if (!policy.namespace().isEmpty()) {
            String own = NAMESPACE + " == '" + policy.namespace() + "'";
            selector = selector.isEmpty() ? own : "(" + selector + ") && " + own;
            return and(selector, prefixed(policy.accountSelector(), ACCOUNT_PREFIX, version));
        }
        if (!policy.namespaceSelector().isEmpty()) {
            selector = and(selector, prefixed(policy.namespaceSelector(), NAMESPACE_PREFIX, version))
                    .replace(ALL, "has(" + NAMESPACE + ")");
        }
        if (!policy.accountSelector().isEmpty()) {
            selector = and(selector, prefixed(policy.accountSelector(), ACCOUNT_PREFIX, version))
                    .replace(ALL, "has(" + ACCOUNT + ")");
        }
        return selector;
    }

    /**
     * What an end of a rule selects; empty where it selects nothing in particular.
     *
     * @param namespace the namespace of the policy; empty for a global one, and for profiles
     */
    public static String ofEntity(Entity entity, String namespace, CalicoVersion version) {
        String accounts = accounts(entity, version);
        String endpoints = entity.selector();
        String joined = accounts.isEmpty()
                ? endpoints
                : endpoints.isEmpty() ? accounts : "(" + accounts + ") && (" + endpoints + ")";
        String namespaces = entity.namespaceSelector().isEmpty()
                ? namespace.isEmpty() ? "" : NAMESPACE + " == '" + namespace + "'"
                : prefixed(entity.namespaceSelector(), NAMESPACE_PREFIX, version)
                        .replace(ALL, "has(" + NAMESPACE + ")")
                        .replace(GLOBAL, "!has(" + NAMESPACE + ")");
        boolean selects = !joined.isEmpty()
                || !entity.notSelector().isEmpty()
                || !entity.namespaceSelector().isEmpty();
        if (namespaces.isEmpty() || !selects) {
            return joined;
        }
        return joined.isEmpty() ? namespaces : "(" + namespaces + ") && (" + joined + ")";
    }

    private static String accounts(Entity entity, CalicoVersion version) {
        String selector = prefixed(entity.accountSelector(), ACCOUNT_PREFIX, version);
        if (entity.accountNames().isEmpty()) {
            return selector;
        }
        String names = written(ACCOUNT + " in { '" + String.join("', '", entity.accountNames()) + "' }", version);
        return names.isEmpty() || selector.isEmpty() ? names : "(" + selector + ") && (" + names + ")";
    }

    private static String and(String selector, String other) {
        return other.isEmpty() ? selector : selector.isEmpty() ? other : "(" + selector + ") && " + other;
    }

    /** A selector about labels with a prefix; empty where it is empty or cannot be read, which Felix only logs. */
    private static String prefixed(String selector, String prefix, CalicoVersion version) {
        try {
            return selector.isEmpty()
                    ? ""
                    : Selector.parse(selector, version).prefixed(prefix).text();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String written(String selector, CalicoVersion version) {
        try {
            return Selector.parse(selector, version).text();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
