package io.calicofleet.integrations.adapter.mattermost;

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
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A Mattermost that does what is documented of its API version 4 for what is used here, and refuses what that refuses. It notes what breaks a
 * rule. What a button sends back it keeps from those who read posts.
 */
public final class FakeMattermost implements AutoCloseable {

    public static final String BOT = "verysecretbottokenverysecr";
    public static final String CHANNEL = "4xp9fdt77pncbef59f4k1qe83o";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> STYLES = Set.of("default", "primary", "success", "good", "warning", "danger");
    private static final Pattern MEANS_SOMETHING =
            Pattern.compile("@[A-Za-z0-9]|https?://|(?<!\\\\)[\\[\\]`>]|<(?!\u200B)|(?m)^(?!#### )#");
    /** Mattermost's are good for some seconds; a machine that has much to do is given ten times that. */
    private static final long TRIGGER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpServer http;
    private final Map<String, ObjectNode> posts = new LinkedHashMap<>();
    private final Map<String, String> triggers = new ConcurrentHashMap<>();
    private final Map<String, Long> issued = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> dialogs = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger tooMany = new AtomicInteger();
    private final AtomicInteger failing = new AtomicInteger();
    private final CountDownLatch stored = new CountDownLatch(1);
    private volatile boolean breaks;

    public FakeMattermost() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/api/v4/", this::handle);
        http.start();
    }

    public String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** The next so many requests are too many; it is ready again after a second. */
    void tooMany(int requests) {
        tooMany.set(requests);
    }

    /** The next so many requests fail. */
    void fails(int requests) {
        failing.set(requests);
    }

    /** The next post is stored, and its answer never comes. */
    public void breaks() {
        breaks = true;
    }

    /** Waits until that was. */
    public boolean stored() throws InterruptedException {
        return stored.await(60, TimeUnit.SECONDS);
    }

    public List<String> broken() {
        return broken;
    }

    /** Posts that begin threads. */
    public synchronized List<ObjectNode> roots() {
        return replies("");
    }

    /** Posts of a thread, the oldest first. */
    public synchronized List<ObjectNode> replies(String root) {
        return posts.values().stream()
                .filter(post -> post.path("root_id").asText().equals(root)
                        && post.path("delete_at").asLong() == 0)
                .map(ObjectNode::deepCopy)
                .toList();
    }

    synchronized void delete(String id) {
        posts.get(id).put("delete_at", 1);
    }

    /** That somebody presses a button, as it is sent to the integration. */
    public synchronized String pressed(String user, JsonNode post, String action) {
        for (JsonNode attachment :
                posts.get(post.path("id").asText()).path("props").path("attachments")) {
            for (JsonNode one : attachment.path("actions")) {
                if (one.path("id").asText().equals(action)) {
                    ObjectNode request = JSON.createObjectNode()
                            .put("user_id", user)
                            .put("channel_id", CHANNEL)
                            .put("post_id", post.path("id").asText())
                            .put("type", "button")
                            .put("trigger_id", trigger(user));
                    request.set("context", one.path("integration").path("context"));
                    return request.toString();
                }
            }
        }
        throw new AssertionError("no button " + action + " in " + post);
    }

    /** The form that somebody sees; null: none. */
    public JsonNode dialog(String user) {
        return dialogs.get(user);
    }

    /** That somebody sends a form, as it is sent to the integration. */
    String submitted(String user, JsonNode dialog, String reason, String how) {
        ObjectNode request = JSON.createObjectNode()
                .put("type", "dialog_submission")
                .put("callback_id", dialog.path("callback_id").asText())
                .put("state", dialog.path("state").asText())
                .put("user_id", user)
                .put("channel_id", CHANNEL)
                .put("cancelled", false);
        request.putObject("submission").put("reason", reason).put("how", how);
        return request.toString();
    }

    /** That somebody gives the command. */
    String command(String user, String token, String text) {
        Map<String, String> fields = Map.of(
                "channel_id", CHANNEL,
                "command", "/calico-fleet",
                "text", text,
                "token", token,
                "trigger_id", trigger(user),
                "user_id", user);
        List<String> form = new ArrayList<>();
        fields.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, UTF_8)));
        return String.join("&", form);
    }

    private String trigger(String user) {
        String trigger = "trigger" + number.incrementAndGet();
        triggers.put(trigger, user);
        issued.put(trigger, System.nanoTime());
        return trigger;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/v4/".length());
        String method = exchange.getRequestMethod();
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        if (!("Bearer " + BOT).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            error(exchange, 401, "api.context.session_expired.app_error");
        } else if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            error(exchange, 500, "store.sql.app_error");
        } else if (tooMany.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.getResponseHeaders().set("X-Ratelimit-Reset", "1");
            error(exchange, 429, "");
        } else if (method.equals("POST") && path.equals("posts")) {
            create(exchange, body);
        } else if (method.equals("PUT") && path.matches("posts/[^/]+/patch")) {
            patch(exchange, path.split("/", -1)[1], body);
        } else if (method.equals("GET") && path.matches("posts/[^/]+")) {
            one(exchange, path.split("/", -1)[1]);
        } else if (method.equals("GET") && path.matches("posts/[^/]+/thread")) {
            thread(exchange, path.split("/", -1)[1]);
        } else if (method.equals("GET") && path.equals("channels/" + CHANNEL + "/posts")) {
            history(exchange, exchange.getRequestURI().getQuery());
        } else if (method.equals("POST") && path.equals("actions/dialogs/open")) {
            open(exchange, body);
        } else {
            broken.add(method + " " + path);
            error(exchange, 404, "api.context.404.app_error");
        }
    }

    private synchronized void create(HttpExchange exchange, JsonNode body) throws IOException {
        String root = body.path("root_id").asText();
        if (!body.path("channel_id").asText().equals(CHANNEL)) {
            error(exchange, 403, "api.context.permissions.app_error");
            return;
        }
        if (!root.isEmpty()
                && (!there(root) || !posts.get(root).path("root_id").asText().isEmpty())) {
            error(exchange, 400, "api.post.create_post.root_id.app_error");
            return;
        }
        if (!valid(exchange, body)) {
            return;
        }
        String id = "p%025d".formatted(number.incrementAndGet());
        ObjectNode post = ((ObjectNode) body.deepCopy())
                .put("id", id)
                .put("create_at", System.currentTimeMillis())
                .put("delete_at", 0)
                .put("root_id", root);
        posts.put(id, post);
        if (breaks) {
            breaks = false;
            stored.countDown();
            exchange.close();
            return;
        }
        answer(exchange, 201, shown(post).toString());
    }

    private synchronized void patch(HttpExchange exchange, String id, JsonNode body) throws IOException {
        if (!there(id)) {
            // So it is: to a post that is no more it answers as to one that may not be changed.
            error(exchange, 403, "api.context.permissions.app_error");
        } else if (valid(exchange, body)) {
            posts.get(id).setAll((ObjectNode) body);
            answer(exchange, 200, shown(posts.get(id)).toString());
        }
    }

    private boolean valid(HttpExchange exchange, JsonNode body) throws IOException {
        String message = body.path("message").asText();
        if (message.codePointCount(0, message.length()) > 16383) {
            error(exchange, 400, "model.post.is_valid.message_length.app_error");
            return false;
        }
        if (means(message)) {
            broken.add("it means something: " + message);
        }
        for (JsonNode attachment : body.path("props").path("attachments")) {
            for (JsonNode action : attachment.path("actions")) {
                boolean right = action.path("id").asText().matches("[A-Za-z0-9]+")
                        && !action.path("name").asText().isEmpty()
                        && action.path("type").asText().equals("button")
                        && STYLES.contains(action.path("style").asText())
                        && action.path("integration").path("url").asText().matches("https?://[^ ]+");
                if (!right) {
                    broken.add("no button: " + action);
                }
            }
        }
        return true;
    }

    /** Whether it mentions somebody, is a link, or begins code or a heading of others. */
    static boolean means(String markdown) {
        return MEANS_SOMETHING.matcher(markdown).find();
    }

    private boolean there(String id) {
        return posts.containsKey(id) && posts.get(id).path("delete_at").asLong() == 0;
    }

    private static ObjectNode shown(ObjectNode post) {
        ObjectNode shown = post.deepCopy();
        shown.path("props")
                .path("attachments")
                .forEach(attachment ->
                        attachment.path("actions").forEach(action -> ((ObjectNode) action).remove("integration")));
        return shown;
    }

    private synchronized void one(HttpExchange exchange, String id) throws IOException {
        if (there(id)) {
            answer(exchange, 200, shown(posts.get(id)).toString());
        } else {
            error(exchange, 404, "app.post.get.app_error");
        }
    }

    private synchronized void thread(HttpExchange exchange, String root) throws IOException {
        if (there(root)) {
            list(
                    exchange,
                    posts.values().stream()
                            .filter(post -> post.path("id").asText().equals(root)
                                    || post.path("root_id").asText().equals(root))
                            .toList());
        } else {
            error(exchange, 404, "app.post.get.app_error");
        }
    }

    private synchronized void history(HttpExchange exchange, String query) throws IOException {
        int page = Integer.parseInt(query.replaceFirst(".*\\bpage=(\\d+).*", "$1"));
        int portion = Integer.parseInt(query.replaceFirst(".*per_page=(\\d+).*", "$1"));
        if (portion > 200) {
            broken.add("per_page " + portion);
        }
        list(
                exchange,
                new ArrayList<>(posts.values())
                        .reversed().stream()
                                .filter(post -> post.path("delete_at").asLong() == 0)
                                .skip((long) page * portion)
                                .limit(portion)
                                .toList());
    }

    private static void list(HttpExchange exchange, List<ObjectNode> found) throws IOException {
        ObjectNode list = JSON.createObjectNode();
        ArrayNode order = list.putArray("order");
        ObjectNode all = list.putObject("posts");
        found.forEach(post -> {
            order.add(post.path("id").asText());
            all.set(post.path("id").asText(), shown(post));
        });
        answer(exchange, 200, list.toString());
    }

    private void open(HttpExchange exchange, JsonNode body) throws IOException {
        String trigger = body.path("trigger_id").asText();
        String user = triggers.get(trigger);
        if (user == null || System.nanoTime() - issued.get(trigger) > TRIGGER_NANOS) {
            error(exchange, 400, "interactive_message.decode_trigger_id.expired");
            return;
        }
        JsonNode dialog = body.path("dialog");
        boolean right = body.path("url").asText().matches("https?://[^ ]+")
                && within(dialog, "title", 24)
                && !means(dialog.path("introduction_text").asText());
        for (JsonNode element : dialog.path("elements")) {
            right &= within(element, "display_name", 24)
                    && within(element, "name", 300)
                    && element.path("help_text").asText().length() <= 150
                    && element.path("max_length").asInt() <= 3000
                    && Set.of("textarea", "radio").contains(element.path("type").asText())
                    && (element.path("type").asText().equals("textarea")
                            || element.path("options").size() > 0);
        }
        if (!right) {
            broken.add("no form: " + body);
            error(exchange, 400, "api.context.invalid_body_param.app_error");
            return;
        }
        // It is shown to whom the trigger is of, whatever else the request says.
        dialogs.put(user, dialog);
        answer(exchange, 200, "{\"status\":\"OK\"}");
    }

    private static boolean within(JsonNode node, String field, int most) {
        String text = node.path(field).asText();
        return !text.isEmpty() && text.length() <= most;
    }

    private static void error(HttpExchange exchange, int status, String id) throws IOException {
        answer(
                exchange,
                status,
                id.isEmpty()
                        ? "limit exceeded"
                        : "{\"id\":\"" + id + "\",\"message\":\"no\",\"status_code\":" + status + "}");
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
    }
}
