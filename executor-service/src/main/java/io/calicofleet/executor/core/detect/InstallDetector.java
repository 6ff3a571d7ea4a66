package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells how Calico was installed: the from top to bottom:
 *
 * <ol>
 *   <li>Somebody keeps the install who puts a change of ours back for ever ({@link InstallOwners}): DISTRIBUTION.
 *   <li>An Installation: HELM where it or the operator carries Helm's marks, else OPERATOR. A DaemonSet of a manifest
 *       beside it is a migration that has not ended.
 *   <li>calico-node with flannel in its pods: MANIFEST_CANAL_ETCD where it has etcd endpoints, else MANIFEST_CANAL.
 *   <li>calico-node with etcd endpoints: MANIFEST_ETCD; with networking none and the pod CIDRs of
 *       the nodes: MANIFEST_POLICY_ONLY; with Typha: MANIFEST_KDD_TYPHA; else MANIFEST_KDD, or
 *       MANIFEST_KDD_NATIVE where its resources are definitions of projectcalico.org/v3.
 *   <li>Nothing of these: NONE.
 * </ol>
 *
 * <p>The datastore comes from the environment of calico-node, never from what definitions exist: stale ones happen.
 */
public final class InstallDetector {

    /** How a signal of an unfinished migration to the operator begins. */
    public static final String UNFINISHED_MIGRATION = "unfinished migration to the operator: ";

    /**
     * How a signal begins that Calico's resources are definitions of projectcalico.org/v3 themselves, on an install that no
     * file of a release upgrades.
     */
    public static final String NATIVE_DEFINITIONS = "native definitions of projectcalico.org/v3: ";

    /** How a signal begins that Calico's resources are on the way from one group of definitions to another. */
    public static final String DATASTORE_MIGRATION = "migration to definitions of projectcalico.org/v3: ";

    private static final String MIGRATION_LABEL = "projectcalico.org/operator-node-migration";

    private InstallDetector() {}

    /** Tells how Calico was installed on the cluster of the snapshot. */
    public static Installation detect(ClusterSnapshot snapshot) {
        Optional<CalicoNode> node = CalicoNode.find(snapshot);
        List<String> signals = new ArrayList<>();
        boolean distribution = InstallOwners.find(snapshot, List.of()).stream().anyMatch(owner -> !owner.acceptable());
        Optional<JsonNode> installation = installation(snapshot);
        signals.addAll(migration(snapshot, installation));
        signals.addAll(datastoreMigration(snapshot));
        snapshot.all("ClusterInformation")
                .flatMap(information -> MoveMark.campaign(information).stream())
                .distinct()
                .forEach(campaign ->
                        signals.add(MoveMark.SIGNAL + "the campaign " + campaign + " keeps the datastore locked"));
        Optional<String> ofV3 = node.flatMap(found -> nativeDefinitions(snapshot, found));
        InstallMethod method;
        if (distribution) {
            method = InstallMethod.DISTRIBUTION;
        } else if (installation.isPresent()) {
            method = operator(snapshot, installation.get(), signals);
        } else {
            method = node.map(found -> manifest(snapshot, found, signals)).orElse(InstallMethod.NONE);
        }
        if (ofV3.isPresent()) {
            method = method == InstallMethod.MANIFEST_KDD ? InstallMethod.MANIFEST_KDD_NATIVE : method;
            signals.add((isPublished(method)
                            ? "its resources are definitions of projectcalico.org/v3: "
                            : NATIVE_DEFINITIONS)
                    + ofV3.get());
        }
        return new Installation(
                method,
                signals,
                node.flatMap(CalicoNode::datastore).orElse(defaultDatastore(method)),
                node.flatMap(found -> found.oldestVersion(snapshot))
                        .or(() -> ImageSets.version(snapshot))
                        .orElse(null));
    }

    /** Whether Calico publishes files for such an install with definitions of projectcalico.org/v3. */
    private static boolean isPublished(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD_NATIVE, OPERATOR, HELM -> true;
            case MANIFEST_KDD,
                    MANIFEST_KDD_TYPHA,
                    MANIFEST_POLICY_ONLY,
                    MANIFEST_CANAL,
                    MANIFEST_ETCD,
                    MANIFEST_CANAL_ETCD,
                    DISTRIBUTION,
                    NONE -> false;
        };
    }

    private static List<String> migration(ClusterSnapshot snapshot, Optional<JsonNode> installation) {
        List<String> signals = new ArrayList<>();
        if (installation.isPresent()) {
            snapshot.all("DaemonSet")
                    .filter(CalicoNode::isOfManifest)
                    .forEach(set -> signals.add(
                            UNFINISHED_MIGRATION + "an Installation and " + ClusterSnapshot.name(set) + " both exist"));
        }
        long marked = snapshot.all("Node")
                .filter(node -> node.at("/metadata/labels").has(MIGRATION_LABEL))
                .filter(node -> installation.isEmpty()
                        || node.at("/metadata/labels")
                                .path(MIGRATION_LABEL)
                                .asText()
                                .equals("pre-operator"))
                .count();
        if (marked > 0) {
            signals.add(UNFINISHED_MIGRATION + marked + " nodes carry the label " + MIGRATION_LABEL);
        }
        return signals;
    }

    /**
     * Migrations that are not complete. Until then Calico's resources are written in one group or in both, as the phase
     * says, and deleting the migration takes it back (Calico's documentation of v3.32, migrate to native definitions).
     */
    private static List<String> datastoreMigration(ClusterSnapshot snapshot) {
        return snapshot.all("DatastoreMigration")
                .filter(migration -> !migration.at("/status/phase").asText().equals("Complete"))
                .map(migration -> {
                    String phase = migration.at("/status/phase").asText();
                    return DATASTORE_MIGRATION + "DatastoreMigration "
                            + migration.at("/metadata/name").asText() + " is "
                            + (phase.isEmpty() ? "in no phase yet" : "in phase " + phase);
                })
                .distinct()
                .toList();
    }

    /** As Calico finds it out: what its environment says, or else that there are those definitions and no others. */
    private static Optional<String> nativeDefinitions(ClusterSnapshot snapshot, CalicoNode node) {
        String told = node.env("CALICO_API_GROUP");
        if (node.datastore().filter(Datastore.ETCD::equals).isPresent()) {
            return Optional.empty();
        }
        if (!told.isEmpty()) {
            return told.equalsIgnoreCase("projectcalico.org/v3")
                    ? Optional.of("CALICO_API_GROUP of calico-node says so")
                    : Optional.empty();
        }
        return define(snapshot, "projectcalico.org") && !define(snapshot, "crd.projectcalico.org")
                ? Optional.of("there are none of crd.projectcalico.org")
                : Optional.empty();
    }

    private static boolean define(ClusterSnapshot snapshot, String group) {
        return snapshot.all("CustomResourceDefinition")
                .anyMatch(
                        definition -> definition.at("/metadata/name").asText().equals("clusterinformations." + group));
    }

    private static InstallMethod operator(ClusterSnapshot snapshot, JsonNode installation, List<String> signals) {
        signals.add("Installation " + installation.at("/metadata/name").asText());
        Optional<JsonNode> operator = operator(snapshot);
        operator.ifPresent(deployment -> signals.add(ClusterSnapshot.name(deployment)));
        Optional<String> release = ownRelease(snapshot);
        release.ifPresent(name -> signals.add("Helm release " + name));
        snapshot.all("Secret")
                .filter(secret -> Json.text(secret, "type").equals("helm.sh/release.v1"))
                .filter(secret ->
                        Json.text(secret.at("/metadata/labels"), "status").equals("deployed"))
                .filter(secret -> release.isPresent()
                        && release.get().endsWith("/" + Json.text(secret.at("/metadata/labels"), "name")))
                .forEach(secret -> signals.add(ClusterSnapshot.name(secret)));
        return release.isPresent() ? InstallMethod.HELM : InstallMethod.OPERATOR;
    }

    private static Optional<JsonNode> installation(ClusterSnapshot snapshot) {
        return snapshot.all("Installation")
                .filter(object -> Json.text(object, "apiVersion").startsWith("operator.tigera.io/"))
                .findFirst();
    }

    private static Optional<JsonNode> operator(ClusterSnapshot snapshot) {
        return snapshot.all("Deployment").filter(Part::isOperator).findFirst();
    }

    /** The release that installs Calico by its operator, as namespace/name; empty where Helm does not. */
    static Optional<String> ownRelease(ClusterSnapshot snapshot) {
        return installation(snapshot)
                .flatMap(installation ->
                        helmRelease(installation).or(() -> operator(snapshot).flatMap(InstallDetector::helmRelease)));
    }

    /** The release an object belongs to, as namespace/name. */
    private static Optional<String> helmRelease(JsonNode object) {
        JsonNode annotations = object.at("/metadata/annotations");
        String name = Json.text(annotations, "meta.helm.sh/release-name");
        boolean helm = Json.text(object.at("/metadata/labels"), "app.kubernetes.io/managed-by")
                .equals("Helm");
        return helm && !name.isEmpty()
                ? Optional.of(Json.text(annotations, "meta.helm.sh/release-namespace") + "/" + name)
                : Optional.empty();
    }

    private static InstallMethod manifest(ClusterSnapshot snapshot, CalicoNode node, List<String> signals) {
        signals.add(ClusterSnapshot.name(node.daemonSet()));
        boolean etcd = node.datastore().filter(Datastore.ETCD::equals).isPresent();
        node.datastore().ifPresent(datastore -> signals.add("datastore " + datastore + " by its environment"));
        InstalledCalico.find(snapshot.objects()).ifPresent(found -> {
            found.pools().forEach(set -> signals.add("a further pool of nodes: " + ClusterSnapshot.name(set)));
            found.strangers().forEach(set -> signals.add("a second install: " + ClusterSnapshot.name(set)));
        });
        if (node.hasFlannel()) {
            return etcd ? InstallMethod.MANIFEST_CANAL_ETCD : InstallMethod.MANIFEST_CANAL;
        }
        if (etcd) {
            return InstallMethod.MANIFEST_ETCD;
        }
        boolean typha = usesTypha(snapshot, node);
        if (typha) {
            signals.add("Typha is in use");
        }
        boolean policyOnly = node.env("CALICO_NETWORKING_BACKEND").equals("none")
                && (node.env("USE_POD_CIDR").equals("true")
                        || node.env("CALICO_MANAGE_CNI").equals("false"));
        // Each release's file for it has Typha; without, calico.yaml was set to leave the network to another.
        if (policyOnly && typha) {
            signals.add("CALICO_NETWORKING_BACKEND is none");
            return InstallMethod.MANIFEST_POLICY_ONLY;
        }
        return typha ? InstallMethod.MANIFEST_KDD_TYPHA : InstallMethod.MANIFEST_KDD;
    }

    private static boolean usesTypha(ClusterSnapshot snapshot, CalicoNode node) {
        String service = node.env("FELIX_TYPHAK8SSERVICENAME");
        return (!service.isEmpty() && !service.equals("none"))
                || snapshot.all("Deployment")
                        .filter(deployment -> !Part.isOfOperator(deployment))
                        // Releases up to v3.7 bring one without pods, for people who want it.
                        .filter(deployment -> deployment.at("/spec/replicas").asInt(1) > 0)
                        .anyMatch(deployment ->
                                Part.of(deployment).filter(Part.TYPHA::equals).isPresent());
    }

    private static @Nullable Datastore defaultDatastore(InstallMethod method) {
        return switch (method) {
            case OPERATOR, HELM -> Datastore.KUBERNETES;
            case MANIFEST_ETCD, MANIFEST_CANAL_ETCD -> Datastore.ETCD;
            case MANIFEST_KDD,
                    MANIFEST_KDD_TYPHA,
                    MANIFEST_KDD_NATIVE,
                    MANIFEST_POLICY_ONLY,
                    MANIFEST_CANAL,
                    DISTRIBUTION,
                    NONE -> null;
        };
    }
}
