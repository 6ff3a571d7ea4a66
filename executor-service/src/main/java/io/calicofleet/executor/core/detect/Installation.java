package io.calicofleet.executor.core.detect;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.InstallMethod;
import java.util.List;
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
}
