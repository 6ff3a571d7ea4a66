package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Cidr;
import java.util.Map;
import java.util.Set;

/**
 * What a Felix goes by besides the resources of its policies.
 *
 * @param environment that of calico-node
 * @param pools how the IPPools have packets wrapped
 * @param hosts the addresses of the nodes, as Calico knows them
 * @param services what is known of services
 * @param namespacesAreProfiles whether Calico makes the profiles called {@code kns.} of the namespaces: where Kubernetes is
 *     its datastore
 */
public record Surroundings(
        Map<String, String> environment,
        Pools pools,
        Set<Cidr> hosts,
        Services services,
        boolean namespacesAreProfiles) {

    public Surroundings {
        environment = Map.copyOf(environment);
        requireNonNull(pools, "pools");
        hosts = Set.copyOf(hosts);
        requireNonNull(services, "services");
    }
}
