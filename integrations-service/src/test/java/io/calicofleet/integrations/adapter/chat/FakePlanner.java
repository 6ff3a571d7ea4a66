package io.calicofleet.integrations.adapter.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** The part of the planner's REST that is asked here. Who may what is its own business: AuditIT of the planner has that. */
public final class FakePlanner implements AutoCloseable {

    public static final String TOKEN = "cft_" + "s".repeat(40);

    private final HttpServer http;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> acts = new CopyOnWriteArrayList<>();
    private final List<String> askedFor = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";
    private volatile boolean away;

    public FakePlanner() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/api/v1/", this::handle);
        http.start();
    }

    public String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** What it says of a campaign. */
    public void says(String campaign, Object status, Object explanation, List<Waiting> waiting) {
        answers.put("campaigns/" + campaign, new String(EventJson.write(status), UTF_8));
        answers.put("campaigns/" + campaign + "/explanation", new String(EventJson.write(explanation), UTF_8));
        answers.put("campaigns/" + campaign + "/approvals", new String(EventJson.write(waiting), UTF_8));
        answers.put("campaigns", "[" + new String(EventJson.write(status), UTF_8) + "]");
    }

    public void refuses(String sentence) {
        refusal = sentence;
    }

    public void away(boolean now) {
        away = now;
    }

    /** What was done: for whom, what, with which body. */
    public List<String> acts() {
        return acts;
    }

    /** For whom anything was asked. */
    public List<String> askedFor() {
        return askedFor;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/v1/".length());
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String person = String.valueOf(exchange.getRequestHeaders().getFirst("Calico-Fleet-On-Behalf-Of"));
        String how = String.valueOf(exchange.getRequestHeaders().getFirst("Calico-Fleet-Known-By"));
        askedFor.add(person + " " + how);
        boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (away || !known) {
            answer(exchange, away ? 503 : 401, "{\"detail\":\"no\"}");
        } else if (exchange.getRequestMethod().equals("POST")) {
            acts.add(person + " " + how + " " + path + " " + body);
            answer(
                    exchange,
                    refusal.isEmpty() ? 202 : 409,
                    refusal.isEmpty()
                            ? "{\"event\":\"e\",\"starts\":\"Wave rest starts.\"}"
                            : "{\"detail\":\"" + refusal + "\"}");
        } else {
            String found = answers.get(path);
            answer(
                    exchange,
                    found == null ? 404 : 200,
                    found == null ? "{\"detail\":\"There is no campaign.\"}" : found);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
