package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The servers that settings of a cluster name and its nodes reach.
 *
 * @param etcd those of the etcd Calico keeps its resources in
 * @param api where the API server is reached
 */
public record NamedServers(List<Server> etcd, List<Server> api) {

    /** The line of a kubeconfig; kubeadm writes it in this form. */
    private static final Pattern SERVER = Pattern.compile("^\\s*server:\\s*\"?(https?://[^\"\\s]+)", Pattern.MULTILINE);

    public NamedServers {
        etcd = List.copyOf(etcd);
        api = List.copyOf(api);
    }

    /**
     * The servers of a cluster.
     *
     * @param environment that of calico-node
     * @param clusterInfo the ConfigMap {@code kube-public/cluster-info}, by which kubeadm's kubelets reach the API server; none where another
     *     installer set the cluster up, or it could not be read
     */
    public static NamedServers of(Map<String, String> environment, Collection<? extends JsonNode> clusterInfo) {
        List<String> urls = clusterInfo.stream()
                .map(info -> SERVER.matcher(Json.text(info.get("data"), "kubeconfig")))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .toList();
        return new NamedServers(Server.etcd(environment), Server.api(environment, urls));
    }

    /** All hosts, by name or address. */
    public List<String> hosts() {
        return Stream.concat(etcd.stream(), api.stream()).map(Server::host).toList();
    }
}
