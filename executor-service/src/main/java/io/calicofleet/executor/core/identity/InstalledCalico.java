package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One Calico that manifests installed, be it on a cluster or in the documents of a release, found from the DaemonSet that
 * runs calico-node by following what refers to what. Nothing is found by its name, where something else tells it.
 *
 * <pre>
 *   DaemonSet that runs calico-node -> namespace, account, ConfigMaps, Secrets
 *     account            &lt;- bindings -> roles
 *     Typha's Service    FELIX_TYPHAK8SSERVICENAME; its Deployment and that of kube-controllers by their containers
 *     Deployments        &lt;- PodDisruptionBudgets, by the labels of the pods
 *   DaemonSets beside it with its account in its namespace are further pools of nodes; other ones are strangers
 * </pre>
 *
 * <p>Pure; what an operator installs is left out, for the operator names it.
 */
public final class InstalledCalico {

    /** Where releases install Calico, and where Felix looks for Typha unless it is told otherwise. */
    public static final String USUAL_NAMESPACE = "kube-system";

    /** What releases call the DaemonSet, by which the first of several is chosen. */
    private static final List<String> USUAL_NAMES = List.of("calico-node", "canal", "canal-node");

    private final JsonNode daemonSet;
    private final List<JsonNode> others;
    private final List<JsonNode> objects;

    private InstalledCalico(JsonNode daemonSet, List<JsonNode> others, List<JsonNode> objects) {
        this.daemonSet = daemonSet;
        this.others = List.copyOf(others);
        this.objects = List.copyOf(objects);
    }

    /**
     * Finds it.
     *
     * @param objects what was read: DaemonSets and Deployments at least; with ConfigMaps, bindings, roles, Services and
     *     PodDisruptionBudgets more can be told
     */
    public static Optional<InstalledCalico> find(Collection<? extends JsonNode> objects) {
        List<JsonNode> all = List.copyOf(objects);
        List<JsonNode> candidates = all.stream()
                .filter(object -> Part.of(object).filter(Part.NODE::equals).isPresent())
                .filter(object -> !Part.isOfOperator(object))
                .toList();
        // Where one is called calico-node, another that only runs the image is some tool of people's own.
        boolean named = candidates.stream().anyMatch(Part::namesNode);
        List<JsonNode> nodes = candidates.stream()
                .filter(object -> !named || Part.namesNode(object))
                .sorted(Comparator.comparing(InstalledCalico::rank).thenComparing(ObjectKey::of))
                .toList();
        return nodes.stream().findFirst().map(first -> new InstalledCalico(first, nodes.subList(1, nodes.size()), all));
    }

    /** The account the pods of a workload have. */
    public static String account(JsonNode workload) {
        String account = workload.at("/spec/template/spec/serviceAccountName").asText();
        return account.isEmpty() ? "default" : account;
    }

    /** The ConfigMaps that the containers of a workload take their environment from. */
    public static Set<ObjectKey> configMaps(JsonNode workload) {
        Set<ObjectKey> names = new TreeSet<>();
        References.follow(workload, (label, key) -> {
            if (key.kind().equals("ConfigMap")) {
                names.add(key);
            }
        });
        return names;
    }

    private static int rank(JsonNode daemonSet) {
        int usual = USUAL_NAMES.indexOf(daemonSet.at("/metadata/name").asText());
        return usual < 0 ? USUAL_NAMES.size() : usual;
    }

    /** The DaemonSet that runs calico-node. */
    public JsonNode daemonSet() {
        return daemonSet;
    }

    /** The namespace of it all. */
    public String namespace() {
        return namespace(daemonSet);
    }

    /** DaemonSets beside it that run the same Calico on other nodes: they have its account. */
    public List<JsonNode> pools() {
        return others.stream().filter(this::isPool).toList();
    }

    /** DaemonSets that run calico-node and do not belong to this install. */
    public List<JsonNode> strangers() {
        return others.stream().filter(other -> !isPool(other)).toList();
    }

    /** The workloads of a part; those of its own namespace only, where there are any. */
    public List<JsonNode> workloads(Part part) {
        List<JsonNode> found = objects.stream()
                .filter(object -> Part.of(object).filter(part::equals).isPresent())
                .filter(object -> !Part.isOfOperator(object))
                .toList();
        List<JsonNode> near = found.stream()
                .filter(object -> namespace(object).equals(namespace()))
                .toList();
        return near.isEmpty() ? found : near;
    }

    /** Every account of a workload of this install. */
    public Set<ObjectKey> accounts() {
        Set<ObjectKey> accounts = new LinkedHashSet<>();
        Stream.of(Part.NODE, Part.TYPHA, Part.KUBE_CONTROLLERS, Part.WEBHOOKS)
                .flatMap(part -> workloads(part).stream())
                .forEach(workload ->
                        accounts.add(References.key("ServiceAccount", namespace(workload), account(workload))));
        return accounts;
    }

    /** Typha's Service, as Felix looks for it; empty where it does without Typha. */
    Optional<ObjectKey> typhaService() {
        Map<String, String> environment = Part.nodeContainer(daemonSet.at("/spec/template/spec"))
                .map(container -> PodEnvironment.of(objects, namespace(), container))
                .orElse(Map.of());
        String name = environment.getOrDefault(References.TYPHA_SERVICE, "");
        if (name.isEmpty() || name.equals("none")) {
            return Optional.empty();
        }
        String told = environment.getOrDefault("FELIX_TYPHAK8SNAMESPACE", "");
        ObjectKey near = References.key("Service", namespace(), name);
        boolean isNear =
                objects.stream().anyMatch(object -> ObjectKey.of(object).equals(near));
        return Optional.of(
                !told.isEmpty()
                        ? References.key("Service", told, name)
                        : isNear ? near : References.key("Service", USUAL_NAMESPACE, name));
    }

    /** The bindings that give an account its rights. */
    List<JsonNode> bindings(ObjectKey account) {
        return bindings()
                .filter(binding -> Json.elements(binding.get("subjects"))
                        .anyMatch(subject ->
                                subjectOf(subject).filter(account::equals).isPresent()))
                .toList();
    }

    /** The roles its accounts are bound to. */
    public Set<ObjectKey> boundRoles() {
        Set<ObjectKey> roles = new LinkedHashSet<>();
        accounts().forEach(account -> bindings(account).forEach(binding -> roles.add(roleOf(binding))));
        return roles;
    }

    /** Whether a role is bound by somebody who binds none of these accounts. */
    boolean isShared(ObjectKey role, Collection<ObjectKey> accounts) {
        return bindings()
                .filter(binding -> roleOf(binding).equals(role))
                .anyMatch(binding -> Json.elements(binding.get("subjects"))
                        .noneMatch(subject ->
                                subjectOf(subject).filter(accounts::contains).isPresent()));
    }

    /** The budgets that select the pods of a workload. */
    List<JsonNode> budgets(JsonNode workload) {
        JsonNode labels = workload.at("/spec/template/metadata/labels");
        return objects.stream()
                .filter(object -> Json.text(object, "kind").equals("PodDisruptionBudget"))
                .filter(budget -> namespace(budget).equals(namespace(workload)))
                .filter(budget -> {
                    JsonNode wanted = budget.at("/spec/selector/matchLabels");
                    return wanted.isObject()
                            && !wanted.isEmpty()
                            && wanted.properties().stream()
                                    .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
                })
                .toList();
    }

    /** The object of that key; empty where it was not read. */
    Optional<JsonNode> object(ObjectKey key) {
        return objects.stream()
                .filter(object -> ObjectKey.of(object).equals(key))
                .findFirst();
    }

    static ObjectKey roleOf(JsonNode binding) {
        JsonNode role = binding.path("roleRef");
        return References.key(Json.text(role, "kind"), namespace(binding), Json.text(role, "name"));
    }

    private static Optional<ObjectKey> subjectOf(JsonNode subject) {
        return Json.text(subject, "kind").equals("ServiceAccount")
                ? Optional.of(
                        References.key("ServiceAccount", Json.text(subject, "namespace"), Json.text(subject, "name")))
                : Optional.empty();
    }

    private Stream<JsonNode> bindings() {
        List<JsonNode> found = new ArrayList<>();
        objects.stream()
                .filter(object -> Json.text(object, "kind").endsWith("RoleBinding"))
                .forEach(found::add);
        return found.stream();
    }

    private boolean isPool(JsonNode other) {
        return namespace(other).equals(namespace()) && account(other).equals(account(daemonSet));
    }

    private static String namespace(JsonNode object) {
        return ObjectKey.of(object).namespace();
    }

    /** Without what was read. */
    @Override
    public String toString() {
        return "InstalledCalico " + ObjectKey.of(daemonSet).object();
    }
}
