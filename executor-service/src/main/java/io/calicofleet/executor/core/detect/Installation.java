package io.calicofleet.executor.core.detect;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.InstallMethod;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How Calico got onto a cluster.
 *
 * @param method the install method
 * @param signals what it was read from, and what speaks against an upgrade by us
 * @param datastore where Calico keeps its resources, from the environment of calico-node; null where there is none
 * @param oldestVersion the oldest version that runs or is asked for; null where no image tells
 */
public record Installation(
        InstallMethod method,
        List<String> signals,
        @Nullable Datastore datastore,
        @Nullable CalicoVersion oldestVersion) {

    public Installation {
        requireNonNull(method, "method");
        signals = List.copyOf(signals);
    }

    /** The file of a release that installs Calico this way; empty where it is not installed from one. */
    public Optional<String> manifestFile() {
        return switch (method) {
            case MANIFEST_KDD -> Optional.of("calico.yaml");
            case MANIFEST_KDD_TYPHA -> Optional.of("calico-typha.yaml");
            case MANIFEST_KDD_NATIVE -> Optional.of("calico-v3-crds.yaml");
            case MANIFEST_POLICY_ONLY -> Optional.of("calico-policy-only.yaml");
            case MANIFEST_CANAL -> Optional.of("canal.yaml");
            case MANIFEST_ETCD -> Optional.of("calico-etcd.yaml");
            case MANIFEST_CANAL_ETCD -> Optional.of("canal-etcd.yaml");
            case OPERATOR -> Optional.of("tigera-operator.yaml");
            case HELM, DISTRIBUTION, NONE -> Optional.empty();
        };
    }
}
