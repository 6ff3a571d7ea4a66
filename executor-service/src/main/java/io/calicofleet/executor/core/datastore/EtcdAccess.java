package io.calicofleet.executor.core.datastore;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How to reach an etcd. Two are equal where they hold the same, so that a renewed certificate makes another.
 *
 * @param endpoints its addresses, such as https://10.0.0.1:2379
 * @param ca the certificates of the authorities to trust, in PEM; empty for those of the machine, or without TLS
 * @param certificate the client's certificate in PEM; empty without
 * @param key the private key of {@code certificate} in PEM; empty without
 */
public record EtcdAccess(List<String> endpoints, String ca, String certificate, String key) {

    public EtcdAccess {
        endpoints = List.copyOf(endpoints);
        requireNonNull(ca, "ca");
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("an etcd has at least one endpoint");
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("a client certificate and its private key come together");
        }
    }

    /** The endpoints only: the rest is secret. */
    @Override
    public String toString() {
        return "etcd at " + String.join(", ", endpoints);
    }
}
