package io.calicofleet.integrations.adapter.planner;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.integrations.port.Planner;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.http.Delegation;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The planner's REST. Its token is in no message of this. */
public final class PlannerRest implements Planner, AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int LARGEST_ANSWER = 32 * 1024 * 1024;
    private static final int LEAST_REFUSED = 400;
    private static final int FAILED = 500;
    private static final JsonMapper JSON = EventJson.mapper();

    private final URI address;
    private final String token;
    private final Outgoing outgoing = new Outgoing(List.of(), "");
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * At this address.
     *
     * @param token of the integrations, by which the planner knows them
     */
    public PlannerRest(URI address, String token) {
        this.address = URI.create(address.toString().replaceFirst("/*$", "/"));
        this.token = requireNonNull(token, "token");
    }

    @Override
    public Reply<List<CampaignStatus>> campaigns(@Nullable OnBehalf person) throws InterruptedException {
        return get(
                "campaigns?limit=200",
                JSON.getTypeFactory().constructCollectionType(List.class, CampaignStatus.class),
                person);
    }

    @Override
    public Reply<CampaignStatus> campaign(String name, @Nullable OnBehalf person) throws InterruptedException {
        return get("campaigns/" + name, JSON.constructType(CampaignStatus.class), person);
    }

    @Override
    public Reply<Explanation> explanation(String name, @Nullable OnBehalf person) throws InterruptedException {
        return get("campaigns/" + name + "/explanation", JSON.constructType(Explanation.class), person);
    }

    @Override
    public Reply<List<Waiting>> waiting(String name, @Nullable OnBehalf person) throws InterruptedException {
        return get(
                "campaigns/" + name + "/approvals",
                JSON.getTypeFactory().constructCollectionType(List.class, Waiting.class),
                person);
    }

    @Override
    public Reply<String> approve(String name, Waiting waiting, String reason, OnBehalf person)
            throws InterruptedException {
        Map<String, String> body = new TreeMap<>(Map.of("reason", reason, "approval", waiting.digest()));
        if (waiting.revision() != null) {
            body.put("digest", waiting.revision());
        }
        return post(name, "approve", body, person);
    }

    @Override
    public Reply<String> act(String name, String action, String reason, OnBehalf person) throws InterruptedException {
        return post(name, action, Map.of("reason", reason), person);
    }

    private Reply<String> post(String name, String action, Map<String, String> body, OnBehalf person)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("campaigns/" + name + "/" + action))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(EventJson.write(body)));
        return ask(request, person, read -> {
            String starts = JSON.readTree(read).path("starts").asText("");
            return starts.isEmpty() ? "The planner has taken it." : starts;
        });
    }

    private <T> Reply<T> get(String path, JavaType type, @Nullable OnBehalf person) throws InterruptedException {
        return ask(HttpRequest.newBuilder(uri(path)).GET(), person, read -> JSON.readValue(read, type));
    }

    /** Names come from the chat, too: what is no name leads nowhere else. */
    private URI uri(String path) {
        return address.resolve(
                "api/v1/" + path.replaceAll("[^a-z0-9./?=-]", "-").replace("..", "-"));
    }

    private interface Reader<T> {
        T read(byte[] body) throws IOException;
    }

    private <T> Reply<T> ask(HttpRequest.Builder request, @Nullable OnBehalf person, Reader<T> reader)
            throws InterruptedException {
        request.timeout(TIMEOUT)
                .header("Accept", "application/json")
                .header("User-Agent", "calico-fleet")
                .header("Authorization", "Bearer " + token);
        if (person != null) {
            request.header(Delegation.ON_BEHALF_OF, person.called()).header(Delegation.KNOWN_BY, person.how());
        }
        try {
            outgoing.check(address);
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            byte[] body;
            try (InputStream stream = response.body()) {
                body = stream.readNBytes(LARGEST_ANSWER);
            }
            int status = response.statusCode();
            if (status >= FAILED) {
                return new Away<>("the planner answered " + status + detail(body));
            }
            return status >= LEAST_REFUSED
                    ? new Refused<>(status, detail(body).replaceFirst("^: ", ""))
                    : new Given<>(reader.read(body));
        } catch (IOException | IllegalArgumentException e) {
            return new Away<>("the planner cannot be asked: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    private static String detail(byte[] body) {
        try {
            JsonNode problem = JSON.readTree(body);
            return ": " + problem.path("detail").asText(problem.path("title").asText("it did not say why"));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
