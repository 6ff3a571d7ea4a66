package io.calicofleet.integrations.adapter.slack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Slack that does what its documentation says of the methods used here, and refuses what that refuses: tokens, channels, blocks beyond their
 * limits, triggers that have expired or were used. It notes what breaks a rule.
 */
final class FakeSlack implements AutoCloseable {

    static final String BOT = "xoxb-fake-bot-token";
    static final String APP = "xapp-fake-app-token";
    static final String CHANNEL = "C0123456789";
    static final String TEAM = "T0TEAM";

    private static final JsonMapper JSON = new JsonMapper();
    /** Slack's are good for 3 seconds; a machine that has much to do is given ten times that. */
    private static final long TRIGGER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpServer http;
    private final FakeSockets sockets = new FakeSockets();
    private final Map<String, ObjectNode> messages = new LinkedHashMap<>();
    private final Map<String, ObjectNode> views = new ConcurrentHashMap<>();
    private final Map<String, Long> triggers = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> users = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<JsonNode> responses = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger tooMany = new AtomicInteger();
    private volatile long quietUntil;
    private volatile Fault fault = Fault.NONE;
    private final CountDownLatch stored = new CountDownLatch(1);

    /** What goes wrong with the next message that is posted. */
    enum Fault {
        NONE,
        /** It is posted, and no answer ever comes. */
        SILENT,
        /** It is posted, and the connection breaks. */
        BROKEN
    }

    FakeSlack() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/api/", this::api);
        http.createContext("/respond/", this::respond);
        http.start();
        sockets.start();
    }

    String api() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/api/";
    }

    /** A member, as users.info has them. */
    void user(String id, String mail, String more) {
        users.put(id, object("""
                {"id":"%s","team_id":"%s","deleted":false,"is_bot":false,"is_email_confirmed":true,
                 "profile":{"email":"%s"}}""".formatted(id, TEAM, mail)).setAll(object(more)));
    }

    /** The next so many requests are too many, and it wants to be left alone for a second after each. */
    void tooMany(int requests) {
        tooMany.set(requests);
    }

    void fault(Fault next) {
        fault = next;
    }

    /** Waits until a message was posted that was to go wrong. */
    boolean stored() throws InterruptedException {
        return stored.await(60, TimeUnit.SECONDS);
    }

    List<String> broken() {
        return broken;
    }

    List<String> calls() {
        return calls;
    }

    /** What was answered to commands later on. */
    List<JsonNode> responses() {
        return responses;
    }

    /** Messages that begin threads. */
    synchronized List<ObjectNode> roots() {
        return messages.values().stream()
                .filter(message -> !message.has("thread_ts"))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    /** Messages of a thread, the oldest first. */
    synchronized List<ObjectNode> replies(String thread) {
        return messages.values().stream()
                .filter(message -> message.path("thread_ts").asText().equals(thread))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    synchronized void delete(String ts) {
        messages.remove(ts);
    }

    ObjectNode view(String id) {
        return views.get(id);
    }

    /** All the modals there are, as text. */
    String views() {
        return views.toString();
    }

    /** The id of a modal that shows this and asks for something. */
    String viewWith(String shows) {
        return views.values().stream()
                .filter(view -> view.has("submit") && view.toString().contains(shows))
                .map(view -> view.path("id").asText())
                .findFirst()
                .orElseThrow();
    }

    String response() {
        return api().replace("/api/", "/respond/") + UUID.randomUUID();
    }

    String trigger() {
        String trigger = "trigger." + number.incrementAndGet();
        triggers.put(trigger, System.nanoTime());
        return trigger;
    }

    String expiredTrigger() {
        String trigger = "trigger." + number.incrementAndGet();
        triggers.put(trigger, System.nanoTime() - 2 * TRIGGER_NANOS);
        return trigger;
    }

    /** That somebody presses a button of a message. */
    String pressed(String user, JsonNode message, String action, String trigger) {
        JsonNode button = null;
        for (JsonNode block : message.path("blocks")) {
            for (JsonNode element : block.path("elements")) {
                button = element.path("action_id").asText().equals(action) ? element : button;
            }
        }
        if (button == null) {
            throw new AssertionError("no button " + action + " in " + message);
        }
        ObjectNode payload = from("block_actions", user);
        payload.put("trigger_id", trigger).put("response_url", response());
        payload.putObject("channel").put("id", CHANNEL).put("name", "ops");
        ObjectNode one = payload.putArray("actions").addObject();
        one.put("type", "button")
                .put("action_id", action)
                .put("block_id", "b")
                .put("value", button.path("value").asText());
        return payload.toString();
    }

    /** That somebody submits a modal. */
    String submitted(String user, String view, String reason, String how) {
        ObjectNode payload = from("view_submission", user);
        ObjectNode sent = views.get(view).deepCopy();
        ObjectNode values = sent.putObject("state").putObject("values");
        values.putObject("reason")
                .putObject("reason")
                .put("type", "plain_text_input")
                .put("value", reason);
        if (how != null) {
            values.putObject("how")
                    .putObject("how")
                    .put("type", "radio_buttons")
                    .putObject("selected_option")
                    .put("value", how);
        }
        payload.set("view", sent);
        return payload.toString();
    }

    private static ObjectNode from(String type, String user) {
        ObjectNode payload = JSON.createObjectNode();
        payload.put("type", type).put("api_app_id", "A1").put("token", "old");
        payload.putObject("team").put("id", TEAM).put("domain", "acme");
        payload.putObject("user").put("id", user).put("username", "u").put("team_id", TEAM);
        return payload;
    }

    /** A slash command, as the fields of its form. */
    Map<String, String> command(String user, String text) {
        Map<String, String> form = new HashMap<>(Map.of(
                "token", "old", "team_id", TEAM, "team_domain", "acme", "channel_id", CHANNEL, "channel_name", "ops"));
        form.putAll(Map.of(
                "user_id",
                user,
                "user_name",
                "u",
                "command",
                "/calico-fleet",
                "text",
                text,
                "api_app_id",
                "A1",
                "response_url",
                response(),
                "trigger_id",
                trigger()));
        return form;
    }

    /** Sends it by Socket Mode; what came back. */
    JsonNode send(String type, String payload) throws InterruptedException {
        return sockets.send(type, payload);
    }

    JsonNode sendCommand(Map<String, String> form) throws InterruptedException {
        return sockets.send("slash_commands", JSON.valueToTree(form).toString());
    }

    boolean connected() {
        return sockets.open();
    }

    private void respond(HttpExchange exchange) throws IOException {
        responses.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
        answer(exchange, 200, "ok");
    }

    private void api(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestURI().getPath().substring("/api/".length());
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        calls.add(method);
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String wanted = method.equals("apps.connections.open") ? APP : BOT;
        if (!bearer.equals("Bearer " + wanted)) {
            answer(exchange, 200, "{\"ok\":false,\"error\":\"invalid_auth\"}");
            return;
        }
        if (System.nanoTime() < quietUntil && !method.equals("auth.test") && !method.equals("apps.connections.open")) {
            broken.add(method + " before Retry-After was over");
        }
        if (method.startsWith("chat.") && tooMany.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            quietUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 429, "{\"ok\":false,\"error\":\"ratelimited\"}");
            return;
        }
        ObjectNode answer;
        synchronized (this) {
            answer = switch (method) {
                case "auth.test" -> object("""
                        {"ok":true,"team_id":"%s","user_id":"UBOT","bot_id":"B1","user":"calico","team":"acme"}""".formatted(TEAM));
                case "apps.connections.open" ->
                    object("{\"ok\":true,\"url\":\"ws://127.0.0.1:" + sockets.port() + "/link\"}");
                case "chat.postMessage" -> post(form);
                case "chat.update" -> update(form);
                case "conversations.history" -> history(form, null);
                case "conversations.replies" -> history(form, form.get("ts"));
                case "views.open" -> open(form);
                case "views.update" -> updateView(form);
                case "users.info" ->
                    users.containsKey(form.get("user"))
                            ? (ObjectNode) object("{\"ok\":true}").set("user", users.get(form.get("user")))
                            : error("user_not_found");
                default -> error("unknown_method");
            };
        }
        if (!answer.path("ok").asBoolean()
                && !List.of("message_not_found", "expired_trigger_id")
                        .contains(answer.path("error").asText())) {
            broken.add(method + ": " + answer.path("error").asText());
        }
        Fault now = fault;
        if (method.equals("chat.postMessage") && now != Fault.NONE) {
            fault = Fault.NONE;
            stored.countDown();
            if (now == Fault.SILENT) {
                return;
            }
            exchange.close();
            return;
        }
        answer(exchange, 200, answer.toString());
    }

    private ObjectNode post(Map<String, String> form) {
        ObjectNode wrong = message(form);
        if (wrong != null) {
            return wrong;
        }
        String thread = form.get("thread_ts");
        if (thread != null && !messages.containsKey(thread)) {
            return error("thread_not_found");
        }
        String ts = System.currentTimeMillis() / 1000 + "." + "%06d".formatted(number.incrementAndGet());
        ObjectNode message = content(form).put("ts", ts);
        if (thread != null) {
            message.put("thread_ts", thread);
        }
        if (form.containsKey("metadata")) {
            message.set("metadata", read(form.get("metadata")));
        }
        messages.put(ts, message);
        return object("{\"ok\":true,\"channel\":\"" + CHANNEL + "\",\"ts\":\"" + ts + "\"}");
    }

    private ObjectNode update(Map<String, String> form) {
        ObjectNode wrong = message(form);
        ObjectNode before = messages.get(form.get("ts"));
        if (wrong != null || before == null) {
            return wrong != null ? wrong : error("message_not_found");
        }
        before.setAll(content(form));
        before.put("edits", before.path("edits").asInt() + 1);
        return object("{\"ok\":true,\"channel\":\"" + CHANNEL + "\",\"ts\":\"" + form.get("ts") + "\"}");
    }

    private static ObjectNode content(Map<String, String> form) {
        ObjectNode message = JSON.createObjectNode().put("text", form.get("text"));
        message.set("blocks", read(form.get("blocks")));
        return message;
    }

    private static ObjectNode message(Map<String, String> form) {
        if (!CHANNEL.equals(form.get("channel"))) {
            return error("channel_not_found");
        }
        String text = form.getOrDefault("text", "");
        if (text.isEmpty() && !form.containsKey("blocks")) {
            return error("no_text");
        }
        if (text.length() > 4000) {
            return error("msg_too_long");
        }
        if (text.matches("(?s).*<[!@#].*")) {
            return error("a text with a mention");
        }
        return SlackLimits.blocks(read(form.get("blocks")), 50) ? null : error("invalid_blocks");
    }

    private ObjectNode history(Map<String, String> form, String thread) {
        ObjectNode answer = object("{\"ok\":true,\"has_more\":false,\"response_metadata\":{\"next_cursor\":\"\"}}");
        ArrayNode list = answer.putArray("messages");
        if (!CHANNEL.equals(form.get("channel"))) {
            return error("channel_not_found");
        }
        if (thread != null && !messages.containsKey(thread)) {
            return error("thread_not_found");
        }
        messages.values().stream()
                .filter(message -> thread == null
                        ? !message.has("thread_ts")
                        : message.path("thread_ts").asText().equals(thread)
                                || message.path("ts").asText().equals(thread))
                .filter(message -> Double.parseDouble(message.path("ts").asText())
                        >= Double.parseDouble(form.getOrDefault("oldest", "0")))
                .map(ObjectNode::deepCopy)
                .forEach(message -> {
                    if (!"1".equals(form.get("include_all_metadata"))
                            && !"true".equals(form.get("include_all_metadata"))) {
                        message.remove("metadata");
                    }
                    list.add(message);
                });
        return answer;
    }

    private ObjectNode open(Map<String, String> form) {
        Long at = triggers.remove(String.valueOf(form.get("trigger_id")));
        if (at == null) {
            return error("invalid_trigger_id");
        }
        return System.nanoTime() - at > TRIGGER_NANOS
                ? error("expired_trigger_id")
                : put("V" + number.incrementAndGet(), form);
    }

    private ObjectNode updateView(Map<String, String> form) {
        String id = String.valueOf(form.get("view_id"));
        return views.containsKey(id) ? put(id, form) : error("not_found");
    }

    private ObjectNode put(String id, Map<String, String> form) {
        ObjectNode view = (ObjectNode) read(form.get("view"));
        boolean input = view.path("blocks").findValuesAsText("type").contains("input");
        boolean right = view.path("type").asText().equals("modal")
                && SlackLimits.plain(view.path("title"), 24)
                && (!view.has("submit") || SlackLimits.plain(view.path("submit"), 24))
                && (!view.has("close") || SlackLimits.plain(view.path("close"), 24))
                && (!input || view.has("submit"))
                && view.path("private_metadata").asText("").length() <= 3000
                && view.path("callback_id").asText("").length() <= 255
                && SlackLimits.blocks(view.path("blocks"), 100);
        if (!right) {
            return error("invalid_arguments");
        }
        views.put(id, view.put("id", id));
        return (ObjectNode) object("{\"ok\":true}").set("view", view);
    }

    private static ObjectNode error(String error) {
        return JSON.createObjectNode().put("ok", false).put("error", error);
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) read(json);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json == null ? "null" : json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&", -1)) {
            int at = field.indexOf('=');
            if (at > 0) {
                form.put(
                        URLDecoder.decode(field.substring(0, at), UTF_8),
                        URLDecoder.decode(field.substring(at + 1), UTF_8));
            }
        }
        return form;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        try {
            sockets.stop(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
