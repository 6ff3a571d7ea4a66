package io.calicofleet.simulator.kubernetes.rbac;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The roles and bindings of a cluster, read as Kubernetes reads them: rules only add up; a resource name never matches a
 * request that has none; a role may be written and bound only by who has all that it allows, or may {@code escalate} and
 * {@code bind} it. Aggregated roles are not known here.
 */
public final class Rbac {

    /** The group of roles. */
    public static final String GROUP = "rbac.authorization.k8s.io";

    private static final String EVERY = "*";
    private static final GroupResource CLUSTER_ROLES = new GroupResource(GROUP, "clusterroles");
    private static final GroupResource ROLES = new GroupResource(GROUP, "roles");
    private static final GroupResource CLUSTER_BINDINGS = new GroupResource(GROUP, "clusterrolebindings");
    private static final GroupResource BINDINGS = new GroupResource(GROUP, "rolebindings");

    private final ObjectStore store;

    public Rbac(ObjectStore store) {
        this.store = requireNonNull(store, "store");
    }

    /** Whether an account may do something. */
    public boolean allows(Account account, Access access) {
        return rules(account, access.namespace()).stream().anyMatch(rule -> matches(rule, access));
    }

    /**
     * Whether an account may write this role or binding, as far as it gives away rights; true for anything else.
     *
     * @param object as it will be
     */
    public boolean mayGive(Account account, Access write, JsonNode object) {
        if (!write.group().equals(GROUP)) {
            return true;
        }
        return switch (write.resource()) {
            case "clusterroles", "roles" ->
                uses(account, new Access("escalate", GROUP, write.resource(), write.namespace(), write.name()))
                        || has(account, write.namespace(), object.path("rules"));
            case "clusterrolebindings", "rolebindings" -> {
                String kind = Json.text(object, "roleRef", "kind");
                String role = Json.text(object, "roleRef", "name");
                String resource = kind.equals("Role") ? "roles" : "clusterroles";
                yield uses(account, new Access("bind", GROUP, resource, write.namespace(), role))
                        || has(account, write.namespace(), role(kind, write.namespace(), role));
            }
            default -> true;
        };
    }

    /** Whether an account may do something that its write comes down to, which is remembered of it. */
    private boolean uses(Account account, Access access) {
        boolean allowed = allows(account, access);
        if (allowed) {
            account.did(access, true);
        }
        return allowed;
    }

    /** Whether an account has everything these rules allow. */
    private boolean has(Account account, String namespace, JsonNode rules) {
        List<JsonNode> own = rules(account, namespace);
        for (JsonNode rule : rules) {
            for (JsonNode verb : rule.path("verbs")) {
                for (JsonNode group : rule.path("apiGroups")) {
                    for (JsonNode resource : rule.path("resources")) {
                        for (String name : names(rule)) {
                            Access one = new Access(verb.asText(), group.asText(), resource.asText(), namespace, name);
                            if (own.stream().noneMatch(mine -> matches(mine, one))) {
                                return false;
                            }
                        }
                    }
                }
            }
            if (!rule.path("nonResourceURLs").isEmpty()) {
                return false; // nobody here has any but what everybody has
            }
        }
        return true;
    }

    private static List<String> names(JsonNode rule) {
        List<String> names = texts(rule.path("resourceNames"));
        return names.isEmpty() ? List.of("") : names;
    }

    private static boolean matches(JsonNode rule, Access access) {
        return has(rule.path("verbs"), access.verb())
                && has(rule.path("apiGroups"), access.group())
                && hasResource(rule.path("resources"), access.resource())
                && (rule.path("resourceNames").isEmpty()
                        || texts(rule.path("resourceNames")).contains(access.name()));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static boolean has(JsonNode list, String wanted) {
        List<String> all = texts(list);
        return all.contains(EVERY) || all.contains(wanted);
    }

    /** A subresource is a resource of its own; {@code *}{@code /status} is that of all. */
    private static boolean hasResource(JsonNode list, String wanted) {
        int slash = wanted.indexOf('/');
        return has(list, wanted) || (slash > 0 && texts(list).contains(EVERY + wanted.substring(slash)));
    }

    /** The rules that hold for an account in a namespace, or in all of them where it is empty. */
    public List<JsonNode> rules(Account account, String namespace) {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode binding : store.list(CLUSTER_BINDINGS, "").objects()) {
            add(rules, account, binding, "");
        }
        if (!namespace.isEmpty()) {
            for (JsonNode binding : store.list(BINDINGS, namespace).objects()) {
                add(rules, account, binding, namespace);
            }
        }
        return rules;
    }

    private void add(List<JsonNode> rules, Account account, JsonNode binding, String namespace) {
        for (JsonNode subject : binding.path("subjects")) {
            String name = Json.text(subject, "name");
            boolean meant = switch (Json.text(subject, "kind")) {
                case "ServiceAccount" ->
                    !name.isEmpty()
                            && name.equals(account.name())
                            && subject.path("namespace").asText(namespace).equals(account.namespace());
                case "User" -> name.equals(account.user());
                case "Group" -> account.groups().contains(name);
                default -> false;
            };
            if (meant) {
                role(Json.text(binding, "roleRef", "kind"), namespace, Json.text(binding, "roleRef", "name"))
                        .forEach(rules::add);
                return;
            }
        }
    }

    /** Whether a binding names a role that is not there, by somebody who may not bind whatever it will be. */
    public boolean bindsNothing(Account account, JsonNode binding, String namespace) {
        String kind = Json.text(binding, "roleRef", "kind");
        String name = Json.text(binding, "roleRef", "name");
        String resource = kind.equals("Role") ? "roles" : "clusterroles";
        return role(kind, namespace, name).isMissingNode()
                && !allows(account, new Access("bind", GROUP, resource, namespace, name));
    }

    private JsonNode role(String kind, String namespace, String name) {
        boolean namespaced = kind.equals("Role");
        JsonNode role = store.get(namespaced ? ROLES : CLUSTER_ROLES, new ObjectKey(namespaced ? namespace : "", name));
        return role == null ? Json.object().path("rules") : role.has("rules") ? role.path("rules") : Json.array();
    }
}
