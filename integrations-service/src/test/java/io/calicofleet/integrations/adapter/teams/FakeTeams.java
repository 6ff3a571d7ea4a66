package io.calicofleet.integrations.adapter.teams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A workflow that takes what is documented of "When a Teams webhook request is received", and refuses the rest: its signature, the size, and
 * cards that the schema of Adaptive Cards 1.4 has not. It notes what breaks a rule.
 */
public final class FakeTeams implements AutoCloseable {

    static final String PATH = "/workflows/0f3c/triggers/manual/paths/invoke";
    static final String QUERY = "api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=verysecret";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> RUN = Set.of("type", "text", "weight", "size", "isSubtle");

    private final HttpServer http;
    private final List<JsonNode> cards = new CopyOnWriteArrayList<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicInteger tooMany = new AtomicInteger();
    private final AtomicInteger failing = new AtomicInteger();
    private volatile int refuses;

    public FakeTeams() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext(PATH, this::handle);
        http.start();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + PATH + "?" + QUERY;
    }

    void tooMany(int requests) {
        tooMany.set(requests);
    }

    public void fails(int requests) {
        failing.set(requests);
    }

    void refuses(int status) {
        refuses = status;
    }

    /** The cards it posted. */
    public List<JsonNode> cards() {
        return cards;
    }

    public List<String> broken() {
        return broken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!QUERY.equals(exchange.getRequestURI().getRawQuery())) {
            answer(exchange, 401);
        } else if (refuses > 0) {
            answer(exchange, refuses);
        } else if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            answer(exchange, 502);
        } else if (tooMany.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.getResponseHeaders().set("Retry-After", "7");
            answer(exchange, 429);
        } else if (body.length > 28 * 1024) {
            broken.add(body.length + " bytes");
            answer(exchange, 413);
        } else {
            JsonNode message = JSON.readTree(body);
            if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))
                    || !isMessage(message)) {
                broken.add(new String(body, UTF_8));
                answer(exchange, 400);
                return;
            }
            cards.add(message.path("attachments").path(0).path("content"));
            answer(exchange, 202);
        }
    }

    private static boolean isMessage(JsonNode message) {
        JsonNode attachment = message.path("attachments").path(0);
        JsonNode card = attachment.path("content");
        boolean right = message.path("type").asText().equals("message")
                && message.path("attachments").size() == 1
                && attachment.path("contentType").asText().equals("application/vnd.microsoft.card.adaptive")
                && card.path("type").asText().equals("AdaptiveCard")
                && card.path("version").asText().equals("1.4")
                && !card.path("body").isEmpty();
        for (JsonNode block : card.path("body")) {
            right &= block.path("type").asText().equals("RichTextBlock")
                    && !block.path("inlines").isEmpty();
            for (JsonNode run : block.path("inlines")) {
                right &= run.path("type").asText().equals("TextRun")
                        && run.path("text").isTextual()
                        && Set.of("", "Bolder").contains(run.path("weight").asText())
                        && Set.of("", "Small", "Large")
                                .contains(run.path("size").asText());
                for (var names = run.fieldNames(); names.hasNext(); ) {
                    right &= RUN.contains(names.next());
                }
            }
        }
        for (JsonNode action : card.path("actions")) {
            right &= action.path("type").asText().equals("Action.OpenUrl")
                    && action.path("url").asText().startsWith("https://");
        }
        return right;
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
