package io.calicofleet.executor.adapter.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Archives of charts over HTTP: as a file, by the index of a repository, or from an OCI registry. Anonymous: Calico's are
 * public; charts behind a login are given as a file.
 */
final class ChartDownloads {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final Pattern CHALLENGE = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BoundedHttp http;

    /** From where {@code outgoing} allows. */
    ChartDownloads(Outgoing outgoing) {
        http = new BoundedHttp(outgoing, Bounds.LARGEST_CHART, Bounds.LONGEST_DOWNLOAD);
    }

    /** What an archive is and what the place it is from says its checksum is; empty where it says nothing. */
    @SuppressWarnings("ArrayRecordComponent") // read only; nobody compares archives
    record Archive(byte[] bytes, String digest) {}

    /** The archive under an address. */
    Archive file(URI address) throws IOException {
        return new Archive(get(address, "*/*", ""), "");
    }

    /** The archive of a chart's version in the repository with that address. */
    Archive fromRepository(URI repository, String chart, String version) throws IOException {
        String base = repository.toString().endsWith("/") ? repository.toString() : repository + "/";
        List<JsonNode> documents = Yaml.read(new String(get(URI.create(base + "index.yaml"), "*/*", ""), UTF_8));
        JsonNode entries = documents.isEmpty()
                ? JSON.createObjectNode()
                : documents.getFirst().path("entries").path(chart);
        for (JsonNode entry : entries) {
            if (entry.path("version").asText().equals(version)) {
                String url = entry.path("urls").path(0).asText();
                return new Archive(
                        get(URI.create(base).resolve(url), "*/*", ""),
                        entry.path("digest").asText());
            }
        }
        throw new IOException("its index has no " + chart + " " + version);
    }

    /** The archive under a reference such as {@code oci://quay.io/calico/charts/tigera-operator}. */
    Archive fromRegistry(URI reference, String version) throws IOException {
        // Registries on this machine have no certificate; as Helm and Docker, so do we.
        boolean local =
                reference.getHost().equals("localhost") || reference.getHost().equals("127.0.0.1");
        String base = (local ? "http://" : "https://") + reference.getAuthority() + "/v2" + reference.getPath();
        // A tag has no plus; Helm writes an underscore.
        URI address = URI.create(base + "/manifests/" + version.replace('+', '_'));
        String token = token(address);
        JsonNode manifest = JSON.readTree(get(address, MANIFEST, token));
        for (JsonNode layer : manifest.path("layers")) {
            if (layer.path("mediaType").asText().equals(LAYER)) {
                String digest = layer.path("digest").asText();
                return new Archive(
                        get(URI.create(base + "/blobs/" + digest), "*/*", token), digest.replaceFirst("^sha256:", ""));
            }
        }
        throw new IOException("there is no chart under that reference");
    }

    /** The token a registry asks for, even of the anonymous; empty where it asks for none. */
    private String token(URI address) throws IOException {
        HttpResponse<byte[]> answer = send(address, MANIFEST, "");
        if (answer.statusCode() != 401) {
            return "";
        }
        String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
        String realm = "";
        StringBuilder query = new StringBuilder();
        Matcher parts = CHALLENGE.matcher(challenge);
        while (parts.find()) {
            if (parts.group(1).equals("realm")) {
                realm = parts.group(2);
            } else {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(parts.group(1))
                        .append('=')
                        .append(URLEncoder.encode(parts.group(2), UTF_8));
            }
        }
        if (!challenge.startsWith("Bearer ") || realm.isEmpty()) {
            throw new IOException("the registry asks for a login");
        }
        JsonNode said = JSON.readTree(get(URI.create(realm + query), "application/json", ""));
        return said.path(said.has("token") ? "token" : "access_token").asText();
    }

    private byte[] get(URI address, String accept, String token) throws IOException {
        HttpResponse<byte[]> answer = send(address, accept, token);
        if (answer.statusCode() != 200) {
            throw new IOException("the answer to GET " + address.getScheme() + "://" + address.getAuthority()
                    + address.getPath() + " is " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpResponse<byte[]> send(URI address, String accept, String token) throws IOException {
        return http.get(address, token, "Accept", accept);
    }
}
