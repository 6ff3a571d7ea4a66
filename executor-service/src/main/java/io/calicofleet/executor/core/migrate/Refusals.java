package io.calicofleet.executor.core.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the operator refuses of an install by manifests, all at once. The operator itself names the first it finds, in
 * TigeraStatus, and touches nothing while there is one. The rules are those of tigera/operator v1.13 to v1.42.3,
 * pkg/controller/migration/convert; where its releases differ a trait of the release says so. Some are ours: what the operator does not
 * look at, and what it would drop without a word that cannot be asked about.
 */
public final class Refusals {

    private final ManifestInstall install;
    private final List<String> found = new ArrayList<>();
    private final Set<String> checked = new TreeSet<>();

    private Refusals(ManifestInstall install) {
        this.install = requireNonNull(install, "install");
    }

    /** A sentence each, without its full stop: what was found, where, and what to do. Empty: the operator takes it over. */
    public static List<String> of(ManifestInstall install) {
        Refusals refusals = new Refusals(install);
        if (install.node().isMissingNode()) {
            refusals.add(
                    "There is no DaemonSet kube-system/calico-node",
                    "The operator looks for no other, so it would install a second Calico beside this one: upgrade this"
                            + " cluster by its manifest");
            return List.copyOf(refusals.found);
        }
        WorkloadRules.judge(install, refusals);
        NetworkRules.judge(install, refusals);
        FelixRules.judge(install, refusals);
        refusals.unknownEnvironment();
        return List.copyOf(refusals.found);
    }

    /** One that only reads. */
    static Refusals none(ManifestInstall install) {
        return new Refusals(install);
    }

    /** Something that is refused. */
    void add(String what, String instead) {
        found.add(what + ". " + instead + ", then retry");
    }

    /** The same, where the operator says it in these words. */
    void add(String where, String what, String instead) {
        add(where + " has " + what + ", which the operator refuses", instead);
    }

    /** That a variable is known; whatever it says is no reason to refuse. */
    void ignore(String container, String... variables) {
        for (String variable : variables) {
            checked.add(container + "/" + variable);
        }
    }

    boolean isChecked(String container, String variable) {
        return checked.contains(container + "/" + variable);
    }

    /** A variable of calico-node's DaemonSet, which is known from now on; empty where it is not set. */
    Optional<String> env(String container, String variable) {
        ignore(container, variable);
        return value(install.node(), container, variable);
    }

    /** A variable that may have one value only, or be absent. */
    void mustBe(String container, String variable, String wanted) {
        env(container, variable)
                .filter(value -> !value.equalsIgnoreCase(wanted))
                .ifPresent(value ->
                        add(node(container), variable + "=" + value, "Remove it there, or set it to " + wanted));
    }

    /** A variable of any of the workloads; empty where it is not set. One that is neither written out nor of a ConfigMap is refused. */
    Optional<String> value(JsonNode workload, String container, String variable) {
        Optional<JsonNode> entry = ManifestInstall.container(workload, container).stream()
                .flatMap(each -> Json.elements(each.get("env")))
                .filter(each -> Json.text(each, "name").equals(variable))
                .findFirst();
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        JsonNode from = Json.get(entry.get(), "valueFrom");
        if (from == null) {
            return Optional.of(Json.text(entry.get(), "value"));
        }
        JsonNode reference = Json.get(from, "configMapKeyRef");
        if (reference == null) {
            add(
                    where(workload) + ", container " + container + ",",
                    variable + " from somewhere else than a ConfigMap",
                    "Write its value out, or take it from a ConfigMap of kube-system");
            return Optional.empty();
        }
        JsonNode data = install.configMaps().get(Json.text(reference, "name"));
        if (data == null) {
            if (!reference.path("optional").asBoolean()) {
                add(
                        where(workload) + ", container " + container + ",",
                        variable + " from the ConfigMap kube-system/" + Json.text(reference, "name")
                                + ", which is not there",
                        "Write its value out, or bring the ConfigMap");
            }
            return Optional.empty();
        }
        return Optional.of(Json.text(data, Json.text(reference, "key")));
    }

    /** A container of calico-node's DaemonSet, for people. */
    String node(String container) {
        return where(install.node()) + ", container " + container + ",";
    }

    static String where(JsonNode workload) {
        return ObjectKey.of(workload).object();
    }

    /** {@code kubectl set env} without {@code -c} writes to the containers that run first, too. */
    private void unknownEnvironment() {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : install.node().at("/spec/template/spec").path(list)) {
                String name = Json.text(container, "name");
                Json.elements(container.get("env"))
                        .map(entry -> Json.text(entry, "name"))
                        .distinct()
                        .filter(variable -> !isChecked(name, variable))
                        .forEach(variable -> add(
                                node(name),
                                "the variable " + variable,
                                "Remove it there (`kubectl -n kube-system set env daemonset/calico-node -c " + name
                                        + " " + variable + "-`)"));
            }
        }
    }
}
