package io.calicofleet.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.Credentials.Kept;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Logs a person in at an OpenID provider by the device flow (RFC 8628): a browser anywhere says yes, and this gets the token. */
public final class DeviceLogin {

    private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** A token is refreshed so long before it ends, for the way it has to go. */
    private static final Duration EARLY = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** By this clock. */
    public DeviceLogin(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What a person is to do, and how the answer is got.
     *
     * @param address what to open in a browser
     * @param code what to compare there, or to type
     */
    public record Asked(
            String address, String code, String deviceCode, URI tokenEndpoint, Instant until, Duration interval) {

        @Override
        public String toString() {
            return address + " " + code;
        }
    }

    /**
     * Asks the provider for a code.
     *
     * @throws CliException where it cannot be reached, is another one than it says, or has no device flow
     */
    public Asked ask(String issuer, String clientId, String scopes) throws InterruptedException {
        URI metadata = URI.create(issuer.replaceFirst("/+$", "") + "/.well-known/openid-configuration");
        secure(metadata);
        JsonNode provider = answer(HttpRequest.newBuilder(metadata).GET());
        if (!provider.path("issuer").asText().equals(issuer)) {
            throw CliException.failed(metadata + " is of another provider: "
                    + provider.path("issuer").asText());
        }
        String device = provider.path("device_authorization_endpoint").asText();
        if (device.isEmpty()) {
            throw CliException.failed(issuer + " has no device flow (device_authorization_endpoint): allow it there");
        }
        URI token = URI.create(provider.path("token_endpoint").asText());
        secure(URI.create(device));
        secure(token);
        JsonNode asked = form(URI.create(device), Map.of("client_id", clientId, "scope", scopes));
        refuse(asked);
        String complete = asked.path("verification_uri_complete").asText();
        return new Asked(
                complete.isEmpty() ? asked.path("verification_uri").asText() : complete,
                asked.path("user_code").asText(),
                asked.path("device_code").asText(),
                token,
                clock.instant().plusSeconds(asked.path("expires_in").asLong(600)),
                Duration.ofSeconds(asked.path("interval").asLong(5)));
    }

    /**
     * Waits until the person has said yes.
     *
     * @throws CliException where they said no, or nothing in time
     */
    public Kept await(Asked asked, String issuer, String clientId) throws InterruptedException {
        Duration interval = asked.interval();
        while (clock.instant().isBefore(asked.until())) {
            TimeUnit.MILLISECONDS.sleep(interval.toMillis());
            JsonNode answer = form(
                    asked.tokenEndpoint(),
                    Map.of("grant_type", DEVICE_GRANT, "device_code", asked.deviceCode(), "client_id", clientId));
            switch (answer.path("error").asText()) {
                case "authorization_pending" -> {
                    continue;
                }
                case "slow_down" -> interval = interval.plusSeconds(5);
                case "" -> {
                    return kept(answer, issuer, clientId, asked.tokenEndpoint().toString(), "");
                }
                default -> refuse(answer);
            }
        }
        throw CliException.failed("nobody said yes in time: log in again");
    }

    /** The same with a token that counts for a while; the same where it does, empty where nobody can tell without a new login. */
    public Optional<Kept> fresh(Kept kept) throws InterruptedException {
        Instant ends = kept.expiresAt();
        if (ends == null || clock.instant().isBefore(ends.minus(EARLY))) {
            return Optional.of(kept);
        }
        String refresh = kept.refreshToken();
        String endpoint = kept.tokenEndpoint();
        if (refresh == null || endpoint == null || kept.issuer() == null || kept.clientId() == null) {
            return Optional.empty();
        }
        JsonNode answer = form(
                URI.create(endpoint),
                Map.of("grant_type", "refresh_token", "refresh_token", refresh, "client_id", kept.clientId()));
        return answer.path("access_token").asText().isEmpty()
                ? Optional.empty()
                : Optional.of(kept(answer, kept.issuer(), kept.clientId(), endpoint, refresh));
    }

    private Kept kept(JsonNode answer, String issuer, String clientId, String tokenEndpoint, String refresh) {
        String next = answer.path("refresh_token").asText(refresh);
        return new Kept(
                null,
                issuer,
                clientId,
                tokenEndpoint,
                answer.path("access_token").asText(),
                next.isEmpty() ? null : next,
                clock.instant().plusSeconds(answer.path("expires_in").asLong(60)));
    }

    private static void refuse(JsonNode answer) {
        String error = answer.path("error").asText();
        if (!error.isEmpty()) {
            String why = answer.path("error_description").asText();
            throw CliException.failed("the login is refused: " + error + (why.isEmpty() ? "" : " (" + why + ")"));
        }
    }

    /** Codes and tokens go over TLS, or stay on this machine. */
    private static void secure(URI address) {
        boolean here = address.getHost() != null && address.getHost().matches("127\\..*|localhost|\\[::1]");
        if (!"https".equals(address.getScheme()) && !here) {
            throw CliException.failed(address + " is no https address: nobody logs in there");
        }
    }

    private JsonNode form(URI address, Map<String, String> fields) throws InterruptedException {
        String body = new LinkedHashMap<>(fields)
                .entrySet().stream()
                        .map(field -> field.getKey() + "=" + FleetClient.encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        return answer(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode answer(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest asked =
                request.timeout(TIMEOUT).header("Accept", "application/json").build();
        try {
            HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            JsonNode json = EventJson.mapper().readTree(answer.body());
            if (json == null
                    || (answer.statusCode() / 100 != 2
                            && json.path("error").asText().isEmpty())) {
                throw CliException.failed(asked.uri() + " answers " + answer.statusCode());
            }
            return json;
        } catch (IOException e) {
            throw CliException.unreachable(
                    asked.uri() + " cannot be reached, or is no OpenID provider: " + e.getMessage());
        }
    }
}
