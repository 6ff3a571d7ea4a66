package io.calicofleet.executor.core.lockout;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The servers that settings of a cluster name and its nodes reach.
 *
 * @param etcd those of the etcd Calico keeps its resources in
 * @param api where the API server is reached
 */
public record NamedServers(List<Server> etcd, List<Server> api) {

    public NamedServers {
        etcd = List.copyOf(etcd);
        api = List.copyOf(api);
    }

    /**
     * The servers of a cluster.
     *
     * @param environment that of calico-node
     * @param apiUrls where else the API server is said to be, such as in the ConfigMap {@code kube-public/cluster-info}
     */
    public static NamedServers of(Map<String, String> environment, List<String> apiUrls) {
        return new NamedServers(Server.etcd(environment), Server.api(environment, apiUrls));
    }

    /** All hosts, by name or address. */
    public List<String> hosts() {
        return Stream.concat(etcd.stream(), api.stream()).map(Server::host).toList();
    }
}
