package io.calicofleet.simulator.kubernetes.rbac;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
     * What an account lacks of the rights that this role or binding would give; nothing where it may write it, or where it is
     * anything else.
     *
     * @param object as it will be
     * @return rules for one resource of one group each
     */
    public List<JsonNode> lacks(Account account, Access write, JsonNode object) {
        if (!write.group().equals(GROUP)) {
            return List.of();
        }
        return switch (write.resource()) {
            case "clusterroles", "roles" ->
                uses(account, new Access("escalate", GROUP, write.resource(), write.namespace(), write.name()))
                        ? List.of()
                        : missing(account, write.namespace(), object.path("rules"));
            case "clusterrolebindings", "rolebindings" -> {
                String kind = Json.text(object, "roleRef", "kind");
                String role = Json.text(object, "roleRef", "name");
                String resource = kind.equals("Role") ? "roles" : "clusterroles";
                yield uses(account, new Access("bind", GROUP, resource, write.namespace(), role))
                        ? List.of()
                        : missing(account, write.namespace(), role(kind, write.namespace(), role));
            }
            default -> List.of();
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

    /** What these rules allow and an account's own do not: by resource, with all verbs of it. */
    private List<JsonNode> missing(Account account, String namespace, JsonNode rules) {
        List<JsonNode> own = rules(account, namespace);
        Map<String, ObjectNode> missing = new LinkedHashMap<>();
        for (JsonNode rule : rules) {
            for (JsonNode group : rule.path("apiGroups")) {
                for (JsonNode resource : rule.path("resources")) {
                    for (String name : names(rule)) {
                        for (JsonNode verb : rule.path("verbs")) {
                            Access one = new Access(verb.asText(), group.asText(), resource.asText(), namespace, name);
                            if (own.stream().noneMatch(mine -> matches(mine, one))) {
                                ObjectNode of = missing.computeIfAbsent(
                                        group + "/" + resource + "/" + name, unused -> ruleOf(one));
                                Json.list(of, "verbs").add(verb);
                            }
                        }
                    }
                }
            }
            // Nobody here has any but what everybody has.
            for (JsonNode url : rule.path("nonResourceURLs")) {
                for (JsonNode verb : rule.path("verbs")) {
                    ObjectNode of = Json.object();
                    of.putArray("nonResourceURLs").add(url);
                    of.putArray("verbs").add(verb);
                    missing.put(url + "/" + verb, of);
                }
            }
        }
        return List.copyOf(missing.values());
    }

    private static ObjectNode ruleOf(Access access) {
        ObjectNode rule = Json.object();
        rule.putArray("apiGroups").add(access.group());
        rule.putArray("resources").add(access.resource());
        if (!access.name().isEmpty()) {
            rule.putArray("resourceNames").add(access.name());
        }
        return rule;
    }

    /** Rules as the API server tells them: one a line, in the order of their texts. */
    public static String told(List<JsonNode> rules) {
        return rules.stream().map(Rbac::told).distinct().sorted().collect(Collectors.joining("\n"));
    }

    private static String told(JsonNode rule) {
        return Stream.of("APIGroups", "Resources", "NonResourceURLs", "ResourceNames", "Verbs")
                .map(field -> {
                    String json = field.equals("APIGroups")
                            ? "apiGroups"
                            : field.substring(0, 1).toLowerCase(Locale.ROOT) + field.substring(1);
                    List<String> values = texts(rule.path(json));
                    return values.isEmpty() ? "" : field + ":[\"" + String.join("\" \"", values) + "\"]";
                })
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", ", "{", "}"));
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
