package io.calicofleet.planner.adapter.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves the page, which the module {@code web-page} builds: files of the class path. Whoever asks for a document at another path than
 * those of REST is answered with the page, which has views at such paths; whoever asks for anything else is not, and is told that there
 * is no such path. Nobody has to be known for that: the files hold nothing but the page.
 */
public final class Page implements Handler<RoutingContext> {

    private static final String FOLDER = "calico-fleet-page/";
    private static final String INDEX = "index.html";

    /** What a build without Node has. */
    private static final String NOT_BUILT = """
            The page was not built: there was no Node.js where calico-fleet was built, or no package could be had.
            The command line and /api/v1 work without it. Build again with Node.js 20 and npm to have it.
            """;

    /** No script or style but our own; React sets styles by way of the document's model, which this allows. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none';"
                    + " form-action 'none'; require-trusted-types-for 'script'; connect-src 'self'";

    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final Pattern FILE = Pattern.compile("/(assets/)?[\\w.-]+\\.(js|css|woff2|svg|png|webmanifest)");
    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "woff2", "font/woff2",
            "svg", "image/svg+xml",
            "png", "image/png",
            "html", "text/html; charset=utf-8",
            "webmanifest", "application/manifest+json");

    /** By name; what is there is little, and what is not has no end. */
    private final Map<String, Buffer> files = new ConcurrentHashMap<>();

    private final String policy;

    /**
     * The page, which asks the planner.
     *
     * @param connect origins that it may ask too, such as that of an OpenID provider
     */
    public Page(Collection<String> connect) {
        policy = Stream.concat(Stream.of(POLICY), connect.stream()).collect(Collectors.joining(" "));
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = context.normalizedPath();
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!reads || isOfOthers(path)) {
            context.next();
        } else if (FILE.matcher(path).matches()) {
            file(context, path.substring(1));
        } else if (path.equals("/") || wantsDocument(request)) {
            document(context);
        } else {
            context.next();
        }
    }

    private static boolean isOfOthers(String path) {
        return path.equals("/api") || path.startsWith("/api/") || path.equals("/q") || path.startsWith("/q/");
    }

    private static boolean wantsDocument(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    private void document(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", policy)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        if (read(INDEX).isPresent()) {
            send(context, INDEX);
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end(NOT_BUILT);
        }
    }

    private void file(RoutingContext context, String name) {
        if (read(name).isEmpty()) {
            context.next();
            return;
        }
        context.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, name.startsWith("assets/") ? FOREVER : "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding");
        send(context, name);
    }

    /** Compressed, where the build made it so and the client takes it. */
    private void send(RoutingContext context, String name) {
        HttpServerResponse response = context.response();
        String accepted = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        Optional<Buffer> compressed =
                accepted != null && accepted.contains("gzip") ? read(name + ".gz") : Optional.empty();
        response.putHeader(HttpHeaders.CONTENT_TYPE, TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
        // Said in any case: the server would compress by itself what does not say it.
        response.putHeader(HttpHeaders.CONTENT_ENCODING, compressed.isPresent() ? "gzip" : "identity");
        Buffer body = compressed.or(() -> read(name)).orElseThrow();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }

    private Optional<Buffer> read(String name) {
        return Optional.ofNullable(files.get(name)).or(() -> {
            Optional<Buffer> found = load(name);
            found.ifPresent(file -> files.put(name, file));
            return found;
        });
    }

    private static Optional<Buffer> load(String name) {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + name)) {
            return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
