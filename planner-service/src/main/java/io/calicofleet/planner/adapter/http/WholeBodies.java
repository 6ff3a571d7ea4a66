package io.calicofleet.planner.adapter.http;

import io.calicofleet.runtime.http.ProblemText;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the body of a request whole before a thread serves it: one that waited for a body would be a thread less for everybody, and
 * there are two hundred. What all bodies together hold is bounded.
 */
public final class WholeBodies implements Handler<RoutingContext> {

    /** Of bodies whose requests are not answered yet. */
    private static final long MOST_AT_ONCE = 64L * 1024 * 1024;

    private static final Set<HttpMethod> WITHOUT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final long largest;
    private final AtomicLong held = new AtomicLong();

    /**
     * For bodies of up to so many bytes.
     *
     * @param largest the largest one
     */
    public WholeBodies(long largest) {
        this.largest = largest;
    }

    @Override
    public void handle(RoutingContext context) {
        if (WITHOUT.contains(context.request().method())) {
            context.next();
        } else {
            new Reading(context).start();
        }
    }

    /** Of one body; all calls come on the event loop of its connection. */
    private final class Reading {

        private final RoutingContext context;
        private final Buffer body = Buffer.buffer();
        private boolean over;

        Reading(RoutingContext context) {
            this.context = context;
        }

        void start() {
            HttpServerRequest request = context.request();
            context.addEndHandler(ended -> held.addAndGet(-body.length()));
            if (said(request) > largest) {
                refuseLength();
                return;
            }
            request.handler(this::more).endHandler(ended -> complete()).exceptionHandler(left -> over = true);
            request.resume();
        }

        private void more(Buffer part) {
            if (over) {
                return;
            }
            if (body.length() + part.length() > largest) {
                refuseLength();
            } else if (held.get() + part.length() > MOST_AT_ONCE) {
                refuse(503, "Service Unavailable", "The planner reads too many bodies at once: try again.");
            } else {
                held.addAndGet(part.length());
                body.appendBuffer(part);
            }
        }

        private void complete() {
            if (!over) {
                over = true;
                ((RoutingContextInternal) context).setBody(body);
                context.next();
            }
        }

        private void refuseLength() {
            refuse(413, "Request Entity Too Large", "A body has at most " + largest + " bytes.");
        }

        /** Whoever goes on sending is not listened to. */
        private void refuse(int status, String title, String detail) {
            over = true;
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, ProblemText.MEDIA_TYPE)
                    .putHeader(HttpHeaders.CONNECTION, "close")
                    .end(ProblemText.of(status, title, detail))
                    .onComplete(answered -> context.request().connection().close());
        }

        /** The length a header promises; 0 where none does. */
        private static long said(HttpServerRequest request) {
            String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
            return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
        }
    }
}
