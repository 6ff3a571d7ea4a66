package io.calicofleet.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade depends on beside Calico itself.
 *
 * @param kernels the kernels of the nodes, each once, such as 5.15.0-91-generic
 * @param adminPolicies the policies of policy.networking.k8s.io that Calico enforces up to v3.31, such as AdminNetworkPolicy dns
 * @param nonPrivileged whether the Installation asks for nodes without privileges
 * @param iptablesBackend which iptables Felix is told to use; null: it finds out by itself
 */
public record PlatformFacts(
        List<String> kernels,
        List<String> adminPolicies,
        boolean nonPrivileged,
        @Nullable String iptablesBackend) {

    public PlatformFacts {
        kernels = Copies.list(kernels);
        adminPolicies = Copies.list(adminPolicies);
    }
}
