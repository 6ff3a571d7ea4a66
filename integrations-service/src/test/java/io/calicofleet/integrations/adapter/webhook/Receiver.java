package io.calicofleet.integrations.adapter.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that takes webhooks, or does not. */
final class Receiver implements AutoCloseable {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final HttpServer server;
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 204;
    private volatile String allowedOrigin = "*";
    private volatile String allowedRate = "*";
    private final AtomicInteger refused = new AtomicInteger();

    /** A message whose signature was right. */
    record Taken(String id, String body) {}

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/hook", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("WebHook-Request-Origin")));
            if (!allowedOrigin.isEmpty()) {
                exchange.getResponseHeaders().set("WebHook-Allowed-Origin", allowedOrigin);
                exchange.getResponseHeaders().set("WebHook-Allowed-Rate", allowedRate);
            }
            answer(exchange, 200);
            return;
        }
        int now = status;
        if (now >= 300) {
            refused.incrementAndGet();
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1/elsewhere");
            answer(exchange, now);
            return;
        }
        try {
            String text = new String(body, UTF_8);
            new Webhook(SECRET).verify(text, exchange.getRequestHeaders());
            taken.add(new Taken(exchange.getRequestHeaders().getFirst("webhook-id"), text));
            answer(exchange, now);
        } catch (WebhookVerificationException e) {
            answer(exchange, 401);
        }
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    void answers(int status) {
        this.status = status;
    }

    void allows(String origin, String rate) {
        this.allowedOrigin = origin;
        this.allowedRate = rate;
    }

    List<Taken> taken() {
        return taken;
    }

    List<String> asked() {
        return asked;
    }

    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
