package io.calicofleet.planner.adapter.http;

import io.calicofleet.runtime.http.ProblemText;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of others from asking in the name of whoever looks at them: a name that was made to point here (DNS rebinding) is not
 * ours, a request that another page sends has that page's origin, and a body says what it is, which a page cannot do without asking
 * first. Nobody is told that they may ask from elsewhere: there is no CORS. What is answered is never run, framed or kept by a browser.
 * Every answer has the time of the planner's clock, so that whoever asks can tell whether clocks differ.
 */
public final class BrowserEdge implements Handler<RoutingContext> {

    private static final Set<String> HERE = Set.of("same-origin", "none");

    private static final String POLICY =
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** As RFC 9110 writes a time; Java's own RFC_1123_DATE_TIME has days of one digit. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Optional<Set<String>> hosts;
    private final InstantSource clock;

    /**
     * Where requests are for these hosts.
     *
     * @param hosts names and addresses without ports, in lower case; empty: any
     * @param clock of this planner
     */
    public BrowserEdge(Optional<Set<String>> hosts, InstantSource clock) {
        this.hosts = hosts.map(Set::copyOf);
        this.clock = clock;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        tellBrowser(context);
        String host = request.getHeader(HttpHeaders.HOST);
        String name = host == null ? "" : withoutPort(host);
        boolean api = context.normalizedPath().startsWith("/api");
        if (hosts.isPresent() && !hosts.orElseThrow().contains(name)) {
            refuse(
                    context,
                    421,
                    "Misdirected Request",
                    "This is not '" + name + "': planner.http.hosts has the names it is called by.");
        } else if (api && isForeign(request.headers(), host)) {
            refuse(context, 403, "Forbidden", "A page of another origin asks; only the planner's own may.");
        } else if (api && hasUntypedBody(request.headers())) {
            refuse(context, 415, "Unsupported Media Type", "A body says what it is: Content-Type: application/json.");
        } else {
            context.next();
        }
    }

    private void tellBrowser(RoutingContext context) {
        MultiMap headers = context.response().headers();
        headers.set(HttpHeaders.DATE, DATE.format(clock.instant()));
        if (context.request().isSSL()) {
            headers.set("Strict-Transport-Security", "max-age=31536000");
        }
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        // The page to try the API in brings scripts of its own, inline too; it is off unless somebody asks for it.
        if (!context.normalizedPath().startsWith("/q/swagger-ui")) {
            headers.set("Content-Security-Policy", POLICY);
        }
    }

    /** Whether a browser says that it asks for a page that is not ours. */
    private static boolean isForeign(MultiMap headers, @Nullable String host) {
        String site = headers.get("Sec-Fetch-Site");
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        return (site != null && !HERE.contains(site))
                || (origin != null && !origin(origin).equals(host));
    }

    /** The host of an origin, with its port where it is not that of the scheme. */
    private static String origin(String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority == null ? "" : authority;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static boolean hasUntypedBody(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        boolean body = headers.contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
        return body && !headers.contains(HttpHeaders.CONTENT_TYPE);
    }

    private static String withoutPort(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":\\d*$", "");
    }

    private static void refuse(RoutingContext context, int status, String title, String detail) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemText.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(ProblemText.of(status, title, detail));
    }
}
