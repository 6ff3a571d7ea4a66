package io.calicofleet.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of a planner. Every method throws {@link ServerUnreachableException} where it does not answer and
 * {@link RequestRefusedException} where it refuses.
 */
public final class FleetClient {

    /** Where a planner listens unless told otherwise. */
    public static final String DEFAULT_SERVER = "http://127.0.0.1:8080";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int PAGE = 500;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next");

    private final URI server;
    private final Supplier<String> token;
    private final Optional<SSLContext> trust;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * A client that believes the certificates this machine's Java believes.
     *
     * @param server the planner's address, without a path
     * @param token by which the planner knows who asks, taken anew for each request; empty: there is none
     */
    public FleetClient(URI server, Supplier<String> token) {
        this(server, token, Optional.empty());
    }

    /** The same, believing the certificates that {@code trust} does; empty: those this machine's Java believes. */
    public FleetClient(URI server, Supplier<String> token, Optional<SSLContext> trust) {
        this(server, token, trust, TIMEOUT);
    }

    private FleetClient(URI server, Supplier<String> token, Optional<SSLContext> trust, Duration timeout) {
        this.server = server;
        this.token = token;
        this.trust = trust;
        this.timeout = timeout;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT);
        trust.ifPresent(client::sslContext);
        this.http = client.build();
    }

    /** The same, waiting no longer than {@code timeout} for a connection, and for an answer. */
    public FleetClient within(Duration timeout) {
        return new FleetClient(server, token, trust, timeout);
    }

    /** The planner's address. */
    public URI server() {
        return server;
    }

    /** {@code GET} of a path below {@code /api/v1}. */
    public JsonNode get(String path) {
        return send(request(path).GET().timeout(timeout).build());
    }

    /**
     * An answer with its time.
     *
     * @param date the header, as the planner's clock showed it; empty where it has none
     */
    public record Dated(JsonNode body, Optional<String> date) {}

    /** {@code GET} of a path below {@code /api/v1}, and when that was by the planner's clock. */
    public Dated dated(String path) {
        HttpResponse<String> answer =
                answer(request(path).GET().timeout(timeout).build());
        return new Dated(json(answer.body()), answer.headers().firstValue("Date"));
    }

    /**
     * {@code GET} of a list below {@code /api/v1}, page by page.
     *
     * @param path of the list, with the parameters that say what is asked for
     */
    public ArrayNode list(String path) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        Optional<URI> next =
                Optional.of(URI.create(server + "/api/v1" + path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE));
        while (next.isPresent()) {
            HttpResponse<String> page =
                    answer(request(next.get()).GET().timeout(timeout).build());
            json(page.body()).forEach(all::add);
            next = page.headers().allValues("Link").stream()
                    .map(NEXT::matcher)
                    .filter(Matcher::find)
                    .map(link -> URI.create(server + "/api/v1" + path.replaceFirst("\\?.*", "") + "?"
                            + URI.create(link.group(1)).getRawQuery()))
                    .findFirst();
        }
        return all;
    }

    /** {@code POST} of {@code body} to a path below {@code /api/v1}. */
    public JsonNode post(String path, JsonNode body) {
        return send(request(path)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** {@code DELETE} of a path below {@code /api/v1}. */
    public JsonNode delete(String path) {
        return send(request(path).timeout(timeout).DELETE().build());
    }

    /** An empty object, to be filled and posted. */
    public static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The campaign as it is now. */
    public CampaignStatus campaign(String name) {
        return convert(get("/campaigns/" + encode(name)), CampaignStatus.class);
    }

    /** The clusters of a campaign, in the planner's order. */
    public List<ClusterStatus> clusters(String campaign) {
        List<ClusterStatus> clusters = new ArrayList<>();
        get("/campaigns/" + encode(campaign) + "/clusters")
                .forEach(node -> clusters.add(convert(node, ClusterStatus.class)));
        return clusters;
    }

    /** One cluster of a campaign. */
    public ClusterStatus cluster(String campaign, String cluster) {
        return convert(get("/campaigns/" + encode(campaign) + "/clusters/" + encode(cluster)), ClusterStatus.class);
    }

    /** Why a campaign is where it is. */
    public Explanation explanation(String campaign) {
        return convert(get("/campaigns/" + encode(campaign) + "/explanation"), Explanation.class);
    }

    /** Why a cluster of a campaign is where it is. */
    public Explanation explanation(String campaign, String cluster) {
        return convert(
                get("/campaigns/" + encode(campaign) + "/clusters/" + encode(cluster) + "/explanation"),
                Explanation.class);
    }

    /** Asks something of a campaign: pause, resume, abort, approve, retry, skip. */
    public JsonNode act(String campaign, String action, ObjectNode body) {
        return post("/campaigns/" + encode(campaign) + "/" + action, body);
    }

    /** What the planner's answer says, as a record of the contract. */
    public static <T> T convert(JsonNode node, Class<T> type) {
        try {
            return EventJson.mapper().treeToValue(node, type);
        } catch (IOException e) {
            throw ServerUnreachableException.ofAnotherRelease(e);
        }
    }

    /** {@code text} as a part of a path or query. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Opens the live stream; the caller closes it. */
    InputStream stream(String path, @Nullable String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).GET().header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw failure(response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return response.body();
    }

    /** A request of a path below {@code /api/v1}, by whoever this asks for. */
    public HttpRequest.Builder request(String path) {
        return request(URI.create(server + "/api/v1" + path));
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        String known = token.get();
        return known.isEmpty() ? request : request.header("Authorization", "Bearer " + known);
    }

    private JsonNode send(HttpRequest request) {
        return json(answer(request).body());
    }

    private HttpResponse<String> answer(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() / 100 != 2) {
                throw failure(response, response.body());
            }
            return response;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerUnreachableException("interrupted");
        }
    }

    private JsonNode json(String body) {
        try {
            JsonNode node = EventJson.mapper().readTree(body);
            return node == null ? JsonNodeFactory.instance.missingNode() : node;
        } catch (IOException e) {
            throw new ServerUnreachableException(server + " answers, but not as a calico-fleet planner does");
        }
    }

    private RuntimeException failure(HttpResponse<?> response, String body) {
        boolean described =
                response.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json");
        if (response.statusCode() >= 500) {
            return new ServerUnreachableException(server + " answers " + response.statusCode()
                    + (described
                            ? ": "
                                    + Problem.read(response.statusCode(), json(body))
                                            .detail()
                            : "; its log says why"));
        }
        if (!described) {
            return new ServerUnreachableException(
                    server + " answers " + response.statusCode() + ", but not as a calico-fleet planner does");
        }
        return new RequestRefusedException(Problem.read(response.statusCode(), json(body)));
    }

    /** What to tell of a planner that does not answer. */
    ServerUnreachableException unreachable(IOException e) {
        String why = switch (e) {
            case HttpConnectTimeoutException late -> "does not answer";
            case ConnectException refused -> "does not answer (connection refused)";
            case SSLException tls ->
                "shows no certificate that is believed here (" + tls.getMessage()
                        + "); where it is of an authority of your own, --ca-file names that one's";
            case HttpTimeoutException late -> "did not answer within " + timeout.toSeconds() + " s";
            default -> "cannot be reached (" + e.getMessage() + ")";
        };
        return new ServerUnreachableException("the server " + server + " " + why);
    }
}
