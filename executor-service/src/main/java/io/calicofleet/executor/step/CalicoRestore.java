package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.merge.ObjectKey;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts Calico's own resources back as a backup holds them, in whichever way the cluster stores them now. Of host endpoints
 * only the labels of ours: what people did to them since is theirs.
 */
final class CalicoRestore {

    private static final int ATTEMPTS = 12;
    private static final List<String> LABELS = List.of(TemporaryPolicy.LABEL, ReleaseHostEndpointsStep.LABEL);

    private final CalicoDatastore calico;
    private final Map<ObjectKey, Optional<ObjectNode>> others = new LinkedHashMap<>();
    private final List<ObjectNode> endpoints = new ArrayList<>();
    private final boolean migrated;

    /** A restore of those objects of a backup that are Calico's own. */
    CalicoRestore(CalicoDatastore calico, Map<ObjectKey, Optional<ObjectNode>> backup) {
        this.calico = calico;
        backup.forEach((key, resource) -> {
            if (isCalicos(key)) {
                if (key.kind().equals(CalicoKind.HOST_ENDPOINT.kind())) {
                    resource.ifPresent(endpoints::add);
                } else {
                    others.put(key, resource);
                }
            }
        });
        // Nothing but the step that has automatic host endpoints made writes this, or deletes the others.
        migrated = others.keySet().stream()
                .anyMatch(key -> key.kind().equals(CalicoKind.KUBE_CONTROLLERS_CONFIGURATION.kind()));
    }

    static boolean isCalicos(ObjectKey key) {
        return key.group().equals(BackupStep.CALICO);
    }

    /** First the labels, then the rest: as long as the temporary policy is there, a label opens. */
    void putBack(List<String> changes, List<String> notes) {
        endpoints.forEach(endpoint -> relabel(endpoint, changes, notes));
        others.forEach((key, wanted) -> {
            boolean changed =
                    wanted.isPresent() ? putBack(kind(key), wanted.get()) : Edits.delete(calico, kind(key), key.name());
            if (changed) {
                changes.add(key.object());
            }
        });
        if (migrated) {
            removeAutomatic(changes);
        }
    }

    /** The kube-controllers that runs by now may be too old to do it. */
    private void removeAutomatic(List<String> changes) {
        Set<String> known = endpoints.stream().map(Objects::name).collect(Collectors.toSet());
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            String name = Objects.name(endpoint);
            if (AutoHostEndpoints.isAutomatic(endpoint)
                    && !known.contains(name)
                    && Edits.delete(calico, CalicoKind.HOST_ENDPOINT, name)) {
                changes.add("HostEndpoint " + name);
            }
        }
    }

    /** What is not as the backup has it. */
    List<String> different() {
        List<String> different = new ArrayList<>();
        others.forEach((key, wanted) -> {
            Optional<ObjectNode> present = calico.find(kind(key), key.name());
            if (wanted.isPresent() != present.isPresent()) {
                different.add(key.object() + (present.isPresent() ? " is still there" : " is not there"));
            } else if (wanted.isPresent() && !Objects.isSo(wanted.get(), present.orElseThrow())) {
                different.add(key.object() + " differs");
            }
        });
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
                boolean again = e.problem() == Problem.CONFLICT
                        || e.problem() == Problem.ALREADY_EXISTS
                        || e.problem() == Problem.NOT_FOUND;
                if (!again || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void relabel(ObjectNode wanted, List<String> changes, List<String> notes) {
        CalicoKind kind = CalicoKind.HOST_ENDPOINT;
        String name = Objects.name(wanted);
        Map<String, String> before = HostEndpoints.labels(wanted);
        if (AutoHostEndpoints.isAutomatic(wanted)) {
            return; // its labels are its node's
        }
        if (calico.find(kind, name).isEmpty()) {
            if (migrated && HostEndpoints.fact(wanted).needsProtection()) {
                if (putBack(kind, wanted)) {
                    changes.add(kind.kind() + " " + name);
                }
                return;
            }
            notes.add(kind.kind() + " " + name
                    + " was there before the upgrade and is not now; the restore does not bring it back");
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
