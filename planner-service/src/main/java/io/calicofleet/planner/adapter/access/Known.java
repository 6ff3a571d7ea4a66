package io.calicofleet.planner.adapter.access;

import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.runtime.http.ProblemText;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Lets nobody to REST who is not known; comes after whoever is known was found out. */
public final class Known implements Handler<RoutingContext> {

    /** The attribute of an identity that holds its {@link Person}. */
    static final String PERSON = "calico-fleet.person";

    /** The attribute of an identity that tells by now whether it is known still: a {@link BooleanSupplier}. */
    static final String STILL = "calico-fleet.still-known";

    /** Under which a request carries why a service that is known may not ask for somebody else. */
    static final String NOT_FOR = "calico-fleet.not-for";

    /** How somebody who is not known comes to be. */
    private static final Set<String> OPEN = Set.of("/api/v1/login");

    @Override
    public void handle(RoutingContext context) {
        String path = context.normalizedPath();
        boolean asksUs = path.equals("/api") || path.startsWith("/api/");
        if (!asksUs || OPEN.contains(path) || person(context).isPresent()) {
            context.next();
            return;
        }
        String why = context.get(NOT_FOR);
        if (why != null) {
            context.put(Asked.WHY, why);
            context.response()
                    .setStatusCode(403)
                    .putHeader(HttpHeaders.CONTENT_TYPE, ProblemText.MEDIA_TYPE)
                    .end(ProblemText.of(403, "Forbidden", why));
            return;
        }
        context.response()
                .setStatusCode(401)
                .putHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer")
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemText.MEDIA_TYPE)
                .end(ProblemText.of(401, "Unauthorized", ProblemText.UNKNOWN));
    }

    /** Who asks; empty: nobody knows. */
    public static Optional<Person> person(RoutingContext context) {
        return context.user() instanceof QuarkusHttpUser user ? person(user.getSecurityIdentity()) : Optional.empty();
    }

    /** What tells, whenever it is asked, whether whoever an identity is would be known again. */
    public static BooleanSupplier still(SecurityIdentity identity) {
        BooleanSupplier still = identity.getAttribute(STILL);
        return still == null ? () -> false : still;
    }

    /** The person that is an identity; empty where it is nobody's. */
    public static Optional<Person> person(SecurityIdentity identity) {
        return Optional.ofNullable(identity.<Person>getAttribute(PERSON));
    }
}
