package io.calicofleet.executor.adapter.kubernetes;

import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Requests that change a cluster, as spans by the semantic conventions for HTTP. What only reads, asks or rehearses is none: a step does that
 * hundreds of times. Nothing of a body is told, and of an address no query.
 */
final class TracedWrites {

    private TracedWrites() {}

    /** The answer to a request, seen where it may change something. */
    static HttpResponse<byte[]> around(String server, String method, String path, Supplier<HttpResponse<byte[]>> sent) {
        if (!Tracing.isOn() || !writes(method, path)) {
            return sent.get();
        }
        Place place = Place.of(path);
        try (Traced asked = Tracing.request(method + " " + place.template())) {
            URI address = URI.create(server);
            asked.with("http.request.method", method)
                    .with("url.template", place.template())
                    .with("server.address", String.valueOf(address.getHost()))
                    .with("server.port", address.getPort() < 0 ? 443 : address.getPort())
                    .with("calico_fleet.object", place.object());
            try {
                HttpResponse<byte[]> answer = sent.get();
                asked.with("http.response.status_code", answer.code());
                if (!answer.isSuccessful()) {
                    asked.failed(String.valueOf(answer.code()));
                }
                return answer;
            } catch (ClusterException e) {
                asked.failed(e.problem().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }
    }

    private static boolean writes(String method, String path) {
        return !method.equals("GET") && !path.contains("dryRun=") && !path.startsWith("/apis/authorization.k8s.io/");
    }

    /**
     * What a path is of.
     *
     * @param template the path with placeholders for what differs from cluster to cluster
     * @param object the plural of its kind, its namespace where it has one, and its name where the path has one
     */
    record Place(String template, String object) {

        /** Of the path of a request, such as {@code /api/v1/namespaces/kube-system/configmaps/a?fieldManager=b}. */
        static Place of(String path) {
            String[] parts = path.split("\\?", 2)[0].substring(1).split("/", -1);
            int at = parts[0].equals("api") ? 2 : 3;
            StringBuilder template = new StringBuilder();
            for (int i = 0; i < at && i < parts.length; i++) {
                template.append('/').append(parts[i]);
            }
            String namespace = "";
            if (parts.length > at + 2 && parts[at].equals("namespaces")) {
                template.append("/namespaces/{namespace}");
                namespace = parts[at + 1] + "/";
                at += 2;
            }
            String plural = at < parts.length ? parts[at] : "";
            String name = at + 1 < parts.length ? parts[at + 1] : "";
            template.append(plural.isEmpty() ? "" : "/" + plural).append(name.isEmpty() ? "" : "/{name}");
            for (int i = at + 2; i < parts.length; i++) {
                template.append('/').append(parts[i]);
            }
            return new Place(
                    template.toString(),
                    URLDecoder.decode(plural + " " + namespace + name, StandardCharsets.UTF_8)
                            .strip());
        }
    }
}
