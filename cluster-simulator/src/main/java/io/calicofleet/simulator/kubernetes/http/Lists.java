package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.GoneException;
import io.calicofleet.simulator.kubernetes.store.ObjectFilter;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import io.calicofleet.simulator.kubernetes.store.Watch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** Lists and watches. */
final class Lists {

    private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final LongSupplier watchSeconds;

    Lists(Cluster cluster, LongSupplier watchSeconds) {
        this.cluster = cluster;
        this.watchSeconds = watchSeconds;
    }

    static ObjectFilter filter(Request request) {
        try {
            return ObjectFilter.of(request.parameter("labelSelector"), request.parameter("fieldSelector"));
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    static ObjectNode document(ResourceType type, List<ObjectNode> objects, long version) {
        ObjectNode list = Json.object().put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(version));
        ArrayNode items = list.putArray("items");
        objects.forEach(items::add);
        return list;
    }

    Answer list(Request request, ResourceType type, String namespace) {
        return list(request, type, type.groupResource(), namespace, stored -> ObjectApi.toVersion(type, stored));
    }

    /** A list of what is stored under another resource, in a form of its own. */
    Answer list(
            Request request,
            ResourceType type,
            GroupResource stored,
            String namespace,
            UnaryOperator<ObjectNode> form) {
        ObjectFilter filter = filter(request);
        ObjectStore.Listing all = cluster.store().list(stored, namespace);
        long asked = version(request);
        if (asked > all.version()) {
            throw new ApiException(
                    504, "Timeout", "Too large resource version: " + asked + ", current: " + all.version());
        }
        String from = request.parameter("continue");
        JsonNode start = from.isEmpty() ? Json.object() : token(from);
        ObjectKey after = new ObjectKey(
                start.path("namespace").asText(""), start.path("name").asText(""));
        long listVersion = start.path("version").asLong(all.version());
        int limit = request.parameter("limit").isEmpty() ? 0 : Integer.parseInt(request.parameter("limit"));
        List<ObjectNode> page = new ArrayList<>();
        int left = 0;
        for (ObjectNode each : all.objects()) {
            if ((from.isEmpty() || ObjectKey.of(each).compareTo(after) > 0) && filter.test(each)) {
                if (limit > 0 && page.size() == limit) {
                    left++;
                } else {
                    page.add(form.apply(each));
                }
            }
        }
        ObjectNode document = document(type, page, listVersion);
        ObjectNode metadata = (ObjectNode) document.get("metadata");
        if (left > 0) {
            ObjectKey last = ObjectKey.of(page.get(page.size() - 1));
            ObjectNode token = Json.object()
                    .put("namespace", last.namespace())
                    .put("name", last.name())
                    .put("version", listVersion);
            metadata.put("continue", Base64.getUrlEncoder().encodeToString(Json.bytes(token)));
            if (filter == ObjectFilter.ALL) {
                metadata.put("remainingItemCount", left);
            }
        }
        if (Tables.wanted(request)) {
            return Answer.json(200, Tables.of(type, page, metadata));
        }
        return Answer.json(200, document);
    }

    private static JsonNode token(String text) {
        try {
            return Json.read(Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException | IllegalArgumentException e) {
            throw ApiException.badRequest("continue key is not valid: " + e.getMessage());
        }
    }

    private static long version(Request request) {
        String text = request.parameter("resourceVersion");
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("invalid resource version: \"" + text + "\"");
        }
    }

    Answer watch(Request request, ResourceType type, String namespace) {
        return watch(request, type, type.groupResource(), namespace, stored -> ObjectApi.toVersion(type, stored));
    }

    /** A watch of what is stored under another resource, in a form of its own. */
    Answer watch(
            Request request,
            ResourceType type,
            GroupResource stored,
            String namespace,
            UnaryOperator<ObjectNode> form) {
        ObjectFilter filter = filter(request);
        long since = version(request);
        if (!request.parameter("sendInitialEvents").isEmpty()) {
            throw new ApiException(
                    422,
                    "Invalid",
                    "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is"
                            + " forbidden for watch unless the WatchList feature gate is enabled");
        }
        boolean bookmarks = request.flag("allowWatchBookmarks");
        String timeout = request.parameter("timeoutSeconds");
        Duration lasts = Duration.ofSeconds(timeout.isEmpty() ? 1800 : Long.parseLong(timeout));
        boolean table = Tables.wanted(request);
        long atMost = watchSeconds.getAsLong();
        Duration open = atMost > 0 && atMost < lasts.toSeconds() ? Duration.ofSeconds(atMost) : lasts;
        return Answer.stream(out -> {
            try (Watch watch = cluster.store().watch(stored, namespace, filter, since)) {
                out.flush();
                stream(out, watch, type, form, bookmarks, open, table);
            } catch (GoneException e) {
                write(
                        out,
                        "ERROR",
                        ApiException.gone(String.valueOf(e.getMessage())).status());
            }
        });
    }

    private void stream(
            OutputStream out,
            Watch watch,
            ResourceType type,
            UnaryOperator<ObjectNode> form,
            boolean bookmarks,
            Duration lasts,
            boolean table)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + lasts.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                return;
            }
            long version = cluster.store().version();
            Watch.Next next = watch.next(left.compareTo(BOOKMARK_EVERY) < 0 ? left : BOOKMARK_EVERY);
            switch (next) {
                case Watch.Next.Changed changed -> {
                    StoreEvent event = changed.event();
                    ObjectNode object = form.apply(event.object());
                    write(out, event.type().name(), table ? Tables.of(type, List.of(object), Json.object()) : object);
                }
                case Watch.Next.Nothing nothing -> {
                    if (bookmarks) {
                        bookmark(out, type, version);
                    }
                }
                case Watch.Next.Ended ended -> {
                    return;
                }
            }
        }
    }

    private static void bookmark(OutputStream out, ResourceType type, long version) throws IOException {
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        object.putObject("metadata")
                .put("resourceVersion", Long.toString(version))
                .putNull("creationTimestamp");
        write(out, "BOOKMARK", object);
    }

    private static void write(OutputStream out, String type, JsonNode object) throws IOException {
        ObjectNode event = Json.object().put("type", type).set("object", object);
        out.write(Json.bytes(event));
        out.write('\n');
        out.flush();
    }
}
