package io.calicofleet.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import io.calicofleet.simulator.api.ApiException;
import io.calicofleet.simulator.api.Cluster;
import io.calicofleet.simulator.api.ObjectApi;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cluster over HTTP: its token, its faults, its API, its audit log. */
public final class ClusterEndpoint {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterEndpoint.class);

    private final String token;
    private final Faults faults;
    private final AuditLog audit = new AuditLog();
    private final ApiRouter router;

    public ClusterEndpoint(Cluster cluster, ObjectApi objects, Faults faults, String token) {
        this.token = token;
        this.faults = faults;
        this.router = new ApiRouter(cluster, objects, () -> faults.now().watchSeconds());
    }

    /** The mutating requests. */
    public AuditLog audit() {
        return audit;
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
        Answer answer = answer(exchange, request, now);
        audit.record(request, answer);
        answer.send(exchange);
    }

    private Answer answer(HttpExchange exchange, Request request, FaultSpec now) {
        try {
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                throw new ApiException(401, "Unauthorized", "Unauthorized");
            }
            if (now.errorShare() > 0 && ThreadLocalRandom.current().nextDouble() < now.errorShare()) {
                throw injected(now.code());
            }
            return router.answer(request);
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

    private static ApiException injected(int code) {
        return switch (code) {
            case 429 -> new ApiException(429, "TooManyRequests", "Too many requests, please try again later.");
            case 503 ->
                new ApiException(503, "ServiceUnavailable", "the server is currently unable to handle the request");
            default -> new ApiException(code, "InternalError", "Internal error occurred: a fault of the simulator");
        };
    }
}
