package io.calicofleet.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Answers as a planner does, with what the test tells it to. */
public final class FakePlanner implements AutoCloseable {

    /** What was asked: method, path with query, body, and by which token. */
    public record Asked(String method, String path, String body, String token) {}

    private record Answer(int status, String type, String body) {}

    private static final String EVENTS = "text/event-stream";
    private static final String CUT = EVENTS + ";charset=UTF-8";

    private final HttpServer server;
    private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public FakePlanner() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Runs a command that asks this planner. */
    public Run run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--server";
        all[arguments.length + 1] = url();
        return Run.of(all);
    }

    /** Answers {@code GET /api/v1/campaigns} and the like; given again, the answers come one after the other, the last one stays. */
    public FakePlanner on(String method, String path, int status, String json) {
        String type = status >= 400 ? "application/problem+json" : "application/json";
        return add(method + " /api/v1" + path, new Answer(status, type, json));
    }

    /** Answers the stream with these events, then closes it; where it was asked for what there is so far, it says that this was all. */
    public FakePlanner onEvents(String sse) {
        return add("GET /api/v1/events", new Answer(200, EVENTS, sse));
    }

    /** Answers the stream with these events, and breaks off. */
    public FakePlanner onCutEvents(String sse) {
        return add("GET /api/v1/events", new Answer(200, CUT, sse));
    }

    /** Answers something that is no planner's. */
    public FakePlanner onHtml(String path, int status) {
        return add("GET /api/v1" + path, new Answer(status, "text/html", "<html>hello</html>"));
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** What was posted, the only post there was. */
    public Asked posted() {
        return asked.stream()
                .filter(request -> request.method().equals("POST"))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private FakePlanner add(String key, Answer answer) {
        answers.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>()).add(answer);
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String token = header == null ? "" : header.replaceFirst("^Bearer ", "");
        asked.add(
                new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body, token));
        List<Answer> prepared = answers.getOrDefault(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(), List.of());
        boolean explains = exchange.getRequestURI().getPath().matches("/api/v1/campaigns/.*/explanation");
        boolean fleet = exchange.getRequestURI().getPath().equals("/api/v1/fleet");
        boolean executors = exchange.getRequestURI().getPath().equals("/api/v1/executors");
        Answer answer = prepared.isEmpty() && executors
                ? new Answer(200, "application/json", "[]")
                : prepared.isEmpty() && fleet
                        ? new Answer(200, "application/json", "{\"summary\":\"Nothing is stopped.\"}")
                        : prepared.isEmpty() && explains
                                ? new Answer(200, "application/json", Samples.json(Samples.explanation()))
                                : prepared.isEmpty()
                                        ? new Answer(
                                                404,
                                                "application/problem+json",
                                                "{\"title\":\"not found\",\"status\":404,\"detail\":\"there is no "
                                                        + exchange.getRequestURI() + "\"}")
                                        : prepared.size() > 1 ? prepared.remove(0) : prepared.get(0);
        boolean all = answer.type().equals(EVENTS)
                && exchange.getRequestURI().getQuery().endsWith("to=now");
        byte[] bytes = (all ? answer.body() + "event: complete\ndata: {}\n\n" : answer.body())
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
