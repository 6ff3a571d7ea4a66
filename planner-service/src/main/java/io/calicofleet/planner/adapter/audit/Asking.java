package io.calicofleet.planner.adapter.audit;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Identity;
import io.calicofleet.planner.core.audit.Asked;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells of a request who makes it, and has its refusal written down. */
public final class Asking {

    private static final int LONGEST = 200;
    private static final Pattern CAMPAIGN = Pattern.compile("/api/v1/(?:campaigns|plans)/([^/]+).*");
    private static final Pattern CLUSTER = Pattern.compile("(?:.*/)?clusters/([^/]+).*");
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<Integer> NOT_FOR_YOU = Set.of(401, 403, 421);
    private static final int WRONG = 400;

    private final Supplier<RoutingContext> current;
    private final Function<RoutingContext, Optional<Identity>> identities;

    /**
     * Where this is the request at hand.
     *
     * @param identities who makes a request, with their roles; empty: nobody knows
     */
    public Asking(Supplier<RoutingContext> current, Function<RoutingContext, Optional<Identity>> identities) {
        this.current = current;
        this.identities = identities;
    }

    /** What is asked by the request at hand. */
    public Asked asks(
            @Nullable CampaignName campaign,
            @Nullable ClusterId cluster,
            Asked.Sent command,
            int status,
            String summary) {
        return new One(current.get()).asked(campaign, cluster, command, status, summary);
    }

    /** Has {@code log} told of each request that is refused, once it is answered. */
    public void watch(RoutingContext context, AuditLog log) {
        context.addEndHandler(ended -> new One(context).refusal().ifPresent(log::tell));
        context.next();
    }

    /** A request. */
    private final class One {

        private final RoutingContext context;

        private One(RoutingContext context) {
            this.context = context;
        }

        private Asked asked(
                @Nullable CampaignName campaign,
                @Nullable ClusterId cluster,
                Asked.@Nullable Sent command,
                int status,
                String summary) {
            SocketAddress from = context.request().remoteAddress();
            return new Asked(
                    identities.apply(context).orElse(null),
                    from == null || from.hostAddress() == null ? "" : from.hostAddress(),
                    request(),
                    campaign,
                    cluster,
                    command,
                    status,
                    summary);
        }

        /** That it was refused; empty where it was not, or where somebody only read something that is not there. */
        private Optional<Asked> refusal() {
            int status = context.response().getStatusCode();
            boolean acts = status >= WRONG && !READS.contains(context.request().method());
            if (!context.normalizedPath().startsWith("/api") || !(acts || NOT_FOR_YOU.contains(status))) {
                return Optional.empty();
            }
            String path = context.normalizedPath();
            String who = identities.apply(context).map(Identity::name).orElse("somebody nobody knows");
            String why = context.get(Asked.WHY);
            return Optional.of(asked(
                    named(CAMPAIGN, path, CampaignName::of),
                    named(CLUSTER, path, ClusterId::of),
                    null,
                    status,
                    request() + " was refused (" + status + ") to " + who + (why == null ? "." : ": " + why)));
        }

        /** Without the query, which may hold what nobody checked. */
        private String request() {
            HttpServerRequest request = context.request();
            String path = context.normalizedPath().replaceAll("\\p{Cntrl}", "");
            return request.method() + " " + path.substring(0, Math.min(path.length(), LONGEST));
        }
    }

    private static <T> @Nullable T named(Pattern pattern, String path, Function<String, T> form) {
        Matcher found = pattern.matcher(path);
        try {
            return found.matches() ? form.apply(found.group(1)) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
