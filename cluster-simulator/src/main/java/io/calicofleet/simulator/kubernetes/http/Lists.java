package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.schema.Decoding;
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
import org.jspecify.annotations.Nullable;

/** Lists and watches. */
final class Lists {

    private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(20);
    private static final Duration BOOKMARK_BEFORE_END = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final LongSupplier watchSeconds;

    Lists(Cluster cluster, LongSupplier watchSeconds) {
        this.cluster = cluster;
        this.watchSeconds = watchSeconds;
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
        ListOptions options =
                ListOptions.of(request, type, cluster.types().version().minor());
        long now = cluster.store().version();
        if (options.version() > now) {
            throw ApiException.tooLargeVersion(options.version(), now);
        }
        Page page = options.from().isEmpty() ? null : Page.of(options.from());
        long version = page != null && page.version() > 0 ? page.version() : options.exact() ? options.version() : now;
        ObjectStore.Listing all = at(version == now ? 0 : version, stored, namespace, page);
        List<ObjectNode> shown = new ArrayList<>();
        @Nullable ObjectKey last = null;
        int left = 0;
        for (ObjectNode each : all.objects()) {
            ObjectKey key = ObjectKey.of(each);
            if ((page == null || key.compareTo(page.after()) > 0)
                    && options.filter().test(each)) {
                if (options.limit() > 0 && shown.size() == options.limit()) {
                    left++;
                } else {
                    shown.add(form.apply(each));
                    last = key;
                }
            }
        }
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(all.version()));
        if (left > 0 && last != null) {
            metadata.put("continue", new Page(last, all.version()).token());
            if (options.filter() == ObjectFilter.ALL) {
                metadata.put("remainingItemCount", left);
            }
        }
        return Answer.json(
                200,
                Representation.of(request, cluster.types().version().minor()).of(type, shown, metadata));
    }

    /** What was there at a version; 0 for now. A page of a list that is no longer known may be gone on with as it is now. */
    private ObjectStore.Listing at(long version, GroupResource stored, String namespace, @Nullable Page page) {
        try {
            return cluster.store().list(stored, namespace, version);
        } catch (GoneException e) {
            if (page == null) {
                throw ApiException.gone("The resourceVersion for the provided list is too old.");
            }
            ApiException gone = ApiException.gone(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new"
                            + " list without the continue parameter, or use the continue token in this response to"
                            + " retrieve the remainder of the results. Continuing with the provided token results in an"
                            + " inconsistent list - objects that were created, modified, or deleted between the time the"
                            + " first chunk was returned and now may show up in the list.");
            Json.child(gone.status(), "metadata").put("continue", new Page(page.after(), 0).token());
            throw gone;
        }
    }

    /** Where a list goes on: behind this object, as all was at this version, or is now where that is 0. */
    private record Page(ObjectKey after, long version) {

        private static final String FORM = "meta.k8s.io/v1";

        static Page of(String token) {
            String invalid = "invalid continue token: continue key is not valid: ";
            byte[] text;
            try {
                text = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(
                        invalid + "illegal base64 data at input byte " + Decoding.firstWrong(token, true));
            }
            try {
                JsonNode page = Json.readWhole(text);
                if (!page.path("v").asText("").equals(FORM)) {
                    throw ApiException.badRequest(invalid + "server does not recognize this encoded version "
                            + page.path("v").asText(""));
                }
                return new Page(
                        new ObjectKey(
                                page.path("namespace").asText(""),
                                page.path("name").asText("")),
                        page.path("version").asLong());
            } catch (IOException e) {
                throw ApiException.badRequest(invalid + JsonFaults.of(text));
            }
        }

        String token() {
            ObjectNode token = Json.object()
                    .put("v", FORM)
                    .put("namespace", after.namespace())
                    .put("name", after.name())
                    .put("version", version);
            return Base64.getUrlEncoder().encodeToString(Json.bytes(token));
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
        ListOptions options =
                ListOptions.of(request, type, cluster.types().version().minor());
        Representation representation =
                Representation.of(request, cluster.types().version().minor());
        if (request.accept().equals("application/yaml")) {
            throw new ApiException(406, "", "");
        }
        boolean fromThere = options.sendsInitial();
        boolean bookmarks = request.flag("allowWatchBookmarks");
        Duration lasts = Duration.ofSeconds(request.number("timeoutSeconds", 1800));
        long atMost = watchSeconds.getAsLong();
        Duration open = atMost > 0 && atMost < lasts.toSeconds() ? Duration.ofSeconds(atMost) : lasts;
        return Answer.stream(out -> {
            long since = fromThere ? 0 : options.version();
            try (Watch watch = cluster.store().watch(stored, namespace, options.filter(), since)) {
                out.flush();
                if (fromThere) {
                    initial(out, watch, type, form, bookmarks, representation);
                }
                stream(out, watch, type, form, bookmarks, open, representation);
            } catch (GoneException e) {
                write(
                        out,
                        "ERROR",
                        ApiException.gone(String.valueOf(e.getMessage())).status());
            }
        });
    }

    /** What is there, and a bookmark that says that this was all. */
    private void initial(
            OutputStream out,
            Watch watch,
            ResourceType type,
            UnaryOperator<ObjectNode> form,
            boolean bookmarks,
            Representation representation)
            throws IOException, InterruptedException {
        long version = cluster.store().version();
        for (int i = 0; i < watch.initial(); i++) {
            if (watch.next(Duration.ZERO) instanceof Watch.Next.Changed changed) {
                write(
                        out,
                        "ADDED",
                        representation.of(type, form.apply(changed.event().object())));
            }
        }
        if (bookmarks) {
            ObjectNode object = bookmark(type, version);
            Json.child(Json.child(object, "metadata"), "annotations").put("k8s.io/initial-events-end", "true");
            write(out, "BOOKMARK", object);
        }
    }

    private void stream(
            OutputStream out,
            Watch watch,
            ResourceType type,
            UnaryOperator<ObjectNode> form,
            boolean bookmarks,
            Duration lasts,
            Representation representation)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + lasts.toNanos();
        long beforeEnd =
                lasts.compareTo(BOOKMARK_BEFORE_END) > 0 ? end - BOOKMARK_BEFORE_END.toNanos() : Long.MAX_VALUE;
        while (true) {
            long now = System.nanoTime();
            if (now >= end) {
                return;
            }
            long version = cluster.store().version();
            long wake = Math.min(end, now + BOOKMARK_EVERY.toNanos());
            boolean last = bookmarks && now < beforeEnd && beforeEnd <= wake;
            Watch.Next next = watch.next(Duration.ofNanos((last ? beforeEnd : wake) - now));
            switch (next) {
                case Watch.Next.Changed changed -> {
                    StoreEvent event = changed.event();
                    ObjectNode object = form.apply(event.object());
                    write(out, event.type().name(), representation.of(type, object));
                }
                case Watch.Next.Nothing nothing -> {
                    if (bookmarks && System.nanoTime() < end) {
                        write(out, "BOOKMARK", bookmark(type, version));
                    }
                }
                case Watch.Next.Ended ended -> {
                    return;
                }
            }
        }
    }

    private static ObjectNode bookmark(ResourceType type, long version) {
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        object.putObject("metadata")
                .put("resourceVersion", Long.toString(version))
                .putNull("creationTimestamp");
        return object;
    }

    private static void write(OutputStream out, String type, JsonNode object) throws IOException {
        ObjectNode event = Json.object().put("type", type).set("object", object);
        out.write(Json.bytes(event));
        out.write('\n');
        out.flush();
    }
}
