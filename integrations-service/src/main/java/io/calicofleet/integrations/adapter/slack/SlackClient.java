package io.calicofleet.integrations.adapter.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.util.http.SlackHttpClient;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.net.URI;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** Slack's client, which asks no address but those that may be asked. */
final class SlackClient {

    private static final int TIMEOUT_MILLIS = 15_000;
    private static final String SOCKETS = "/apps.connections.open";
    private static final long LARGEST = 64 * 1024;

    private SlackClient() {}

    /**
     * The client of a base address.
     *
     * @param api with a slash at its end, such as https://slack.com/api/
     */
    static Slack of(URI api, Outgoing outgoing) {
        SlackConfig config = new SlackConfig();
        config.setMethodsEndpointUrlPrefix(api.toString());
        config.setHttpClientCallTimeoutMillis(TIMEOUT_MILLIS);
        config.setStatsEnabled(false);
        // What is asked and answered may hold tokens; the library would log it.
        config.getHttpClientResponseHandlers().clear();
        OkHttpClient client = SlackHttpClient.buildOkHttpClient(config)
                .newBuilder()
                // What may have been posted is not posted again behind our back: it is looked for first.
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .addInterceptor(chain -> checked(chain, outgoing))
                .build();
        SlackHttpClient http = new SlackHttpClient(client);
        http.setConfig(config);
        return Slack.getInstance(config, http);
    }

    private static Response checked(Interceptor.Chain chain, Outgoing outgoing) throws IOException {
        URI asked = chain.request().url().uri();
        outgoing.check(asked);
        Response response = chain.proceed(chain.request());
        if (asked.getPath().endsWith(SOCKETS)) {
            JsonNode answer =
                    EventJson.mapper().readTree(response.peekBody(LARGEST).bytes());
            String socket = answer.path("url").asText("");
            if (!socket.isEmpty()) {
                try {
                    outgoing.check(URI.create(socket.replaceFirst("^ws", "http")));
                } catch (IllegalArgumentException e) {
                    throw new IOException("Slack named a socket that is no address", e);
                }
            }
        }
        return response;
    }
}
