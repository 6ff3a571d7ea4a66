package io.calicofleet.executor.step.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.lockout.CalicoState;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.NodeController;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.hostendpoints.ReleaseCheck;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts Calico's own resources back as a backup holds them, in whichever way the cluster stores them now. What steps of the
 * campaign changed or deleted is as it was; what people deleted since stays deleted, and is told.
 *
 * <pre>
 *   1. host endpoints the campaign deleted are there again; of those that are there only the labels of ours are taken
 *      back, for what people did to them since is theirs
 *   2. policies and settings as they were, that of automatic host endpoints among them
 *   3. where the campaign had automatic host endpoints made, those go
 * </pre>
 *
 * <p>In this order no node is ever without a host endpoint that had one, and as long as the temporary policy is there, a
 * label opens.
 */
final class CalicoRestore {

    private static final int ATTEMPTS = 12;
    private static final List<String> LABELS = List.of(TemporaryPolicy.LABEL, ReleaseCheck.LABEL);

    private final ClusterApi cluster;
    private final CalicoDatastore calico;
    private final Set<ObjectKey> deleted;
    private final Map<ObjectKey, Optional<ObjectNode>> others = new LinkedHashMap<>();
    private final List<ObjectNode> endpoints = new ArrayList<>();

    /** A restore of those objects of a backup that are Calico's own. */
    CalicoRestore(ClusterApi cluster, CalicoDatastore calico, Backup backup) {
        this.cluster = cluster;
        this.calico = calico;
        this.deleted = backup.deleted();
        backup.objects().forEach((key, resource) -> {
            if (isCalicos(key)) {
                if (key.kind().equals(CalicoKind.HOST_ENDPOINT.kind())) {
                    resource.ifPresent(endpoints::add);
                } else {
                    others.put(key, resource);
                }
            }
        });
    }

    static boolean isCalicos(ObjectKey key) {
        return key.group().equals(CalicoKind.GROUP);
    }

    /** Calico's resources as they will be, as far as they decide on traffic to the nodes. */
    CalicoState afterwards(CalicoState now) {
        boolean automaticGo = automaticGo();
        NodeNames nodes = calico.nodeNames();
        List<ObjectNode> there = new ArrayList<>(now.hostEndpoints().stream()
                .filter(endpoint -> !(automaticGo && AutoHostEndpoints.isAutomatic(endpoint)))
                .toList());
        Set<String> names = there.stream().map(Objects::name).collect(Collectors.toSet());
        endpoints.stream()
                .filter(endpoint -> !names.contains(Objects.name(endpoint)) && comesBack(endpoint))
                .map(nodes::inKubernetes)
                .forEach(there::add);
        List<ObjectNode> policies = new ArrayList<>(now.policies());
        others.forEach((key, wanted) -> {
            if (key.kind().equals(CalicoKind.GLOBAL_NETWORK_POLICY.kind())) {
                boolean present =
                        policies.removeIf(policy -> Objects.name(policy).equals(key.name()));
                if (present || deleted.contains(key)) {
                    wanted.ifPresent(policies::add);
                }
            }
        });
        return now.withHostEndpoints(there).withPolicies(policies);
    }

    /** Whether host endpoints come or go with it. */
    boolean movesEndpoints() {
        return automaticGo() || endpoints.stream().anyMatch(this::comesBack);
    }

    /** In the order of the class comment. */
    void putBack(List<String> changes, List<String> notes) {
        endpoints.forEach(endpoint -> restore(endpoint, changes, notes));
        others.forEach((key, wanted) -> {
            if (isPeoples(key, wanted)) {
                notes.add(goneByPeople(key.object()));
                return;
            }
            boolean changed =
                    wanted.isPresent() ? putBack(kind(key), wanted.get()) : Edits.delete(calico, kind(key), key.name());
            if (changed) {
                changes.add(key.object());
            }
        });
        if (automaticGo()) {
            removeAutomatic(changes);
        }
    }

    /** Whether it was there before, is not now, and no step of the campaign deleted it. */
    private boolean isPeoples(ObjectKey key, Optional<ObjectNode> wanted) {
        return wanted.isPresent()
                && !deleted.contains(key)
                && calico.find(kind(key), key.name()).isEmpty();
    }

    private static String goneByPeople(String object) {
        return object + " was there before the upgrade and is not now; the campaign did not delete it, so the restore"
                + " does not bring it back";
    }

    private boolean comesBack(ObjectNode endpoint) {
        return deleted.contains(ObjectKey.of(endpoint)) && !AutoHostEndpoints.isAutomatic(endpoint);
    }

    /** Whether it was the campaign that had automatic host endpoints made: nobody's settings said so before. */
    private boolean automaticGo() {
        return others.entrySet().stream()
                        .filter(entry -> entry.getKey().kind().equals(CalicoKind.KUBE_CONTROLLERS_CONFIGURATION.kind()))
                        .anyMatch(entry -> entry.getValue()
                                .filter(NodeController::makesHostEndpoints)
                                .isEmpty())
                && !new NodeController(cluster, calico).isToldByEnvironment();
    }

    /** The kube-controllers that runs by now may be too old to do it. */
    private void removeAutomatic(List<String> changes) {
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            String name = Objects.name(endpoint);
            if (AutoHostEndpoints.isAutomatic(endpoint) && Edits.delete(calico, CalicoKind.HOST_ENDPOINT, name)) {
                changes.add("HostEndpoint " + name);
            }
        }
    }

    /** What is not as the backup has it. */
    List<String> different() {
        List<String> different = new ArrayList<>();
        others.forEach((key, wanted) -> {
            Optional<ObjectNode> present = calico.find(kind(key), key.name());
            if (isPeoples(key, wanted)) {
                return;
            }
            if (wanted.isPresent() != present.isPresent()) {
                different.add(key.object() + (present.isPresent() ? " is still there" : " is not there"));
            } else if (wanted.isPresent() && !Objects.isSo(wanted.get(), present.orElseThrow())) {
                different.add(key.object() + " differs");
            }
        });
        endpoints.stream()
                .filter(endpoint -> comesBack(endpoint)
                        && calico.find(CalicoKind.HOST_ENDPOINT, Objects.name(endpoint))
                                .isEmpty())
                .forEach(endpoint -> different.add("HostEndpoint " + Objects.name(endpoint) + " is not there"));
        return different;
    }

    private boolean putBack(CalicoKind kind, ObjectNode wanted) {
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> present = calico.find(kind, Objects.name(wanted));
            try {
                if (present.isEmpty()) {
                    calico.create(Objects.creatable(wanted));
                    return true;
                }
                if (Objects.isSo(wanted, present.get())) {
                    return false;
                }
                calico.replace(Objects.over(wanted, present.get()));
                return true;
            } catch (ClusterException e) {
                if (!e.isRace() || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void restore(ObjectNode wanted, List<String> changes, List<String> notes) {
        CalicoKind kind = CalicoKind.HOST_ENDPOINT;
        String name = Objects.name(wanted);
        Map<String, String> before = HostEndpoints.labels(wanted);
        if (AutoHostEndpoints.isAutomatic(wanted)) {
            return; // its labels are its node's
        }
        if (calico.find(kind, name).isEmpty()) {
            if (comesBack(wanted)) {
                if (putBack(kind, wanted)) {
                    changes.add(kind.kind() + " " + name);
                }
                return;
            }
            notes.add(goneByPeople(kind.kind() + " " + name));
            return;
        }
        boolean changed = Edits.edit(calico, kind, name, now -> {
            ObjectNode endpoint = now;
            for (String label : LABELS) {
                String value = before.get(label);
                endpoint = value == null
                        ? HostEndpoints.withoutLabel(endpoint, label)
                        : HostEndpoints.withLabel(endpoint, label, value);
            }
            return endpoint;
        });
        if (changed) {
            changes.add(kind.kind() + " " + name);
        }
    }

    private static CalicoKind kind(ObjectKey key) {
        return CalicoKind.of(key.kind())
                .orElseThrow(() -> new ClusterException(
                        Problem.UNEXPECTED,
                        "the backup holds " + key.object() + ", which this version does not know",
                        null));
    }
}
