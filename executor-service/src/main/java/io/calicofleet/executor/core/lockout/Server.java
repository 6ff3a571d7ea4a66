package io.calicofleet.executor.core.lockout;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server as settings name it, such as {@code https://etcd.example:2379}.
 *
 * @param host its address or its name
 * @param port its port
 */
public record Server(String host, int port) {

    private static final int ETCD = 2379;
    private static final int HTTPS = 443;

    /** The servers of etcd that calico-node is told of. */
    static List<Server> etcd(Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("ETCD_ENDPOINTS", "").split(",", -1))
                .flatMap(endpoint -> parse(endpoint, ETCD).stream())
                .toList();
    }

    /**
     * Where the API server is reached besides its own addresses: a load balancer, for most.
     *
     * @param environment that of calico-node
     * @param urls what else tells, such as the ConfigMap {@code kube-public/cluster-info}
     */
    static List<Server> api(Map<String, String> environment, List<String> urls) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        String given = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return Stream.concat(Stream.of(given + (port.isEmpty() ? "" : ":" + port)), urls.stream())
                .flatMap(url -> parse(url, HTTPS).stream())
                .distinct()
                .toList();
    }

    /** The server of a URL, or of {@code host:port}; empty where it is none. */
    static Optional<Server> parse(String url, int otherwise) {
        String authority = url.strip().replaceFirst("^[a-z]+://", "").replaceFirst("/.*$", "");
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.lastIndexOf(':');
        boolean bare = end <= 0 || (!authority.startsWith("[") && authority.indexOf(':') != end);
        String host = (bare ? authority : authority.substring(0, end)).replaceAll("[\\[\\]]", "");
        String port = bare ? "" : authority.substring(end).replaceFirst("^:", "");
        if (host.isEmpty() || !port.matches("\\d{0,5}")) {
            return Optional.empty();
        }
        return Optional.of(new Server(host, port.isEmpty() ? otherwise : Integer.parseInt(port)));
    }
}
