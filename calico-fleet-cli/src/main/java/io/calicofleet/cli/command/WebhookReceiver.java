package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A server on this machine that receives webhooks, checks them, and tells of them. */
public final class WebhookReceiver implements AutoCloseable {

    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final HttpServer server;
    private final Webhook webhook;
    private final int answer;
    private final Consumer<String> tell;
    private final Set<String> seen = new HashSet<>();

    private WebhookReceiver(HttpServer server, Webhook webhook, int answer, Consumer<String> tell) {
        this.server = server;
        this.webhook = webhook;
        this.answer = answer;
        this.tell = tell;
    }

    /**
     * Starts one.
     *
     * @param port where; 0: any free port
     * @param secret what messages are signed with
     * @param answer the status of the answer to those that are
     * @param tell takes a line for each
     * @throws IOException where the port cannot be had
     * @throws IllegalArgumentException where it is no secret
     */
    public static WebhookReceiver start(int port, String secret, int answer, Consumer<String> tell) throws IOException {
        Webhook webhook = new Webhook(secret);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        WebhookReceiver receiver = new WebhookReceiver(server, webhook, answer, tell);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", receiver::handle);
        server.start();
        return receiver;
    }

    /** Where it listens. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("OPTIONS")) {
                String origin =
                        requireNonNullElse(exchange.getRequestHeaders().getFirst("WebHook-Request-Origin"), "*");
                exchange.getResponseHeaders().set("WebHook-Allowed-Origin", origin);
                exchange.getResponseHeaders().set("WebHook-Allowed-Rate", "*");
                exchange.sendResponseHeaders(200, -1);
                tell.accept("allowed " + origin);
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
            exchange.sendResponseHeaders(received(exchange, new String(body, UTF_8)), -1);
        }
    }

    /** The status it is answered with. */
    private synchronized int received(HttpExchange exchange, String body) throws IOException {
        try {
            webhook.verify(body, exchange.getRequestHeaders());
        } catch (WebhookVerificationException e) {
            tell.accept("refused " + exchange.getRequestMethod() + ": " + e.getMessage());
            return 401;
        }
        String id = requireNonNullElse(exchange.getRequestHeaders().getFirst("webhook-id"), "");
        JsonNode event = EventJson.mapper().readTree(body);
        tell.accept((answer >= 300 ? "answered " + answer : seen.add(id) ? "received" : "again   ") + " " + id + " "
                + event.path("type").asText().replaceFirst("^io\\.calicofleet\\.(.*)\\.v1$", "$1") + " "
                + event.path("severity").asText() + " "
                + event.path("data").path("summary").asText());
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
