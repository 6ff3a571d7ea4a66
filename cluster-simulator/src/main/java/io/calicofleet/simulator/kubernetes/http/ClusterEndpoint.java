package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.AggregatedGroup;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.calicofleet.simulator.kubernetes.rbac.Accounts;
import io.calicofleet.simulator.kubernetes.rbac.Rbac;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cluster over HTTP: its tokens and what they are good for, its faults, its API, its audit log. */
public final class ClusterEndpoint {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterEndpoint.class);

    private final ObjectStore store;
    private final Faults faults;
    private final AuditLog audit = new AuditLog();
    private final ApiRouter router;
    private final Rbac rbac;
    private final Accounts accounts = new Accounts();
    private final Reviews reviews;
    private final Callers callers;
    private volatile WriteWatcher watcher = (write, carriedOut, userAgent) -> false;

    public ClusterEndpoint(Cluster cluster, ObjectApi objects, AggregatedGroup group, Faults faults, String token) {
        this.faults = faults;
        this.rbac = new Rbac(cluster.store());
        this.callers =
                new Callers(token, accounts, rbac, cluster.types().version().minor());
        this.reviews = new Reviews(accounts, rbac);
        this.store = cluster.store();
        this.router = new ApiRouter(
                cluster, objects, reviews, group, () -> faults.now().watchSeconds());
    }

    /** The mutating requests. */
    public AuditLog audit() {
        return audit;
    }

    /** A new token for a service account; whether that is there does not matter, only what is bound to it. */
    public Account account(String namespace, String name) {
        return accounts.issue(namespace, name);
    }

    /** From now on the token of {@code account} is refused with 401. */
    public void revoke(Account account) {
        accounts.revoke(account);
    }

    /** From now on somebody stands beside the writes; one at a time. */
    public void watch(WriteWatcher other) {
        watcher = other;
    }

    /** Answers a request; the path is what follows the cluster's prefix. */
    void handle(HttpExchange exchange, String path) throws IOException, InterruptedException {
        FaultSpec now = faults.now();
        if (now.apiDown()) {
            exchange.close();
            return;
        }
        Request request = Request.of(exchange, path);
        if (now.latencyMillis() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(now.latencyMillis()));
        }
        Access access = request.access();
        boolean watched = access.writes()
                && !request.parameter("dryRun").equals("All")
                && !access.resource().endsWith("reviews");
        if (watched && watcher.cuts(access, false, request.userAgent())) {
            exchange.close();
            return;
        }
        Answer answer = answer(exchange, request, now);
        audit.record(request, answer);
        boolean lost = watched
                && answer.code() < 400
                && now.lostAnswerShare() > 0
                && ThreadLocalRandom.current().nextDouble() < now.lostAnswerShare();
        if ((watched && watcher.cuts(access, true, request.userAgent())) || lost) {
            exchange.close();
            return;
        }
        answer.accepted(request.accept()).send(exchange);
    }

    private Answer answer(HttpExchange exchange, Request request, FaultSpec now) {
        try {
            Account account = callers.of(exchange);
            if (now.errorShare() > 0 && ThreadLocalRandom.current().nextDouble() < now.errorShare()) {
                throw injected(now.code(), request);
            }
            return account == null ? router.answer(request) : answer(account, request);
        } catch (ApiException e) {
            return Answer.json(e.code(), e.status());
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue("path", String.join("/", request.path()))
                    .setCause(e)
                    .log("request failed");
            ApiException failure = new ApiException(500, "InternalError", "Internal error occurred: " + e.getMessage());
            return Answer.json(500, failure.status(), List.of());
        }
    }

    private Answer answer(Account account, Request request) {
        Access access = request.access();
        if (access.resource().isEmpty()) {
            Callers.mayRead(account, request);
            return router.answer(request);
        }
        if (access.resource().startsWith("selfsubject") && account.groups().contains("system:authenticated")) {
            if (access.resource().equals("selfsubjectaccessreviews")) {
                account.asks(Reviews.asked(request.json()));
            }
            return router.review(request, account);
        }
        Access made = access.asCreate();
        boolean mayMake = request.contentType().equals("application/apply-patch+yaml")
                || (request.method().equals("PUT") && router.makesByPut(access));
        boolean makes = mayMake && !isThere(access);
        Access missing = !rbac.allows(account, access) ? access : makes && !rbac.allows(account, made) ? made : null;
        if (missing != null) {
            account.did(missing, false);
            throw ApiException.forbidden(access, missing.refusal(account.user()));
        }
        JsonNode given = gives(access) ? router.answer(request.asDryRun()).tree() : null;
        List<JsonNode> lacks = given == null ? List.of() : rbac.lacks(account, access, given);
        if (given != null
                && access.resource().endsWith("bindings")
                && rbac.bindsNothing(account, given, access.namespace())) {
            throw ApiException.notFound(access, Json.text(given, "roleRef", "name"));
        }
        account.did(access, lacks.isEmpty());
        if (makes) {
            account.did(made, lacks.isEmpty());
        }
        if (given != null && !lacks.isEmpty()) {
            throw ApiException.forbidden(
                    access.of(Json.text(given, "metadata", "name")),
                    "user \"" + account.user() + "\" (groups="
                            + account.groups().stream()
                                    .map(group -> "\"" + group + "\"")
                                    .collect(Collectors.joining(" ", "[", "]"))
                            + ") is attempting to grant RBAC permissions not currently held:\n" + Rbac.told(lacks));
        }
        return router.answer(request);
    }

    private boolean isThere(Access access) {
        return store.get(
                        new GroupResource(access.group(), access.resource()),
                        new ObjectKey(access.namespace(), access.name()))
                != null;
    }

    private static boolean gives(Access access) {
        return access.group().equals(Rbac.GROUP)
                && access.writes()
                && !access.verb().startsWith("delete");
    }

    private static ApiException injected(int code, Request request) {
        String path = "/" + String.join("/", request.path());
        if (code == 404 && Set.of("/readyz", "/healthz", "/livez").contains(path)) {
            return new ApiException(500, "InternalError", "[-]informer-sync failed: reason withheld");
        }
        Access access = request.access();
        return switch (code) {
            case 403 -> ApiException.forbidden(access, access.refusal("kubernetes-admin"));
            case 404 -> new ApiException(404, "NotFound", "the server could not find the requested resource");
            case 429 -> new ApiException(429, "TooManyRequests", "Too many requests, please try again later.");
            case 503 ->
                new ApiException(503, "ServiceUnavailable", "the server is currently unable to handle the request");
            default -> new ApiException(code, "InternalError", "Internal error occurred: a fault of the simulator");
        };
    }
}
