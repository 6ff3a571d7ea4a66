package io.calicofleet.runtime.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the requests of one connection to their time, however steadily their bytes trickle in or out:
 *
 * <pre>
 * connection open, or first byte of a next request  --> header limit --> header there --> limit of the whole
 *                                                                                         |
 * last byte of the answer is with the socket  --> nothing is timed (the idle timeout is) <--+--> a live stream: nothing either
 * </pre>
 *
 * <p>Who is too slow is told where nothing of an answer is on its way yet, and is cut off. It stands between the HTTP codec and
 * Vert.x; all calls come on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the connection, which ends
final class ExchangeDeadline extends ChannelDuplexHandler {

    private static final String EVENT_STREAM = "text/event-stream";

    private final ExchangeLimits limits;
    private @Nullable ScheduledFuture<?> deadline;
    private int exchanges;
    private boolean requestComplete;
    private boolean answered;

    ExchangeDeadline(ExchangeLimits limits) {
        this.limits = limits;
    }

    /** Bytes came in, whatever they are the beginning of. */
    void received(ChannelHandlerContext context) {
        if (exchanges == 0 && deadline == null) {
            start(context, limits.header());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            exchanges++;
            requestComplete = false;
            if (exchanges == 1) {
                answered = false;
                start(context, limits.whole());
            }
        }
        if (message instanceof LastHttpContent) {
            requestComplete = true;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse informed
                && informed.status().codeClass().equals(HttpStatusClass.INFORMATIONAL)) {
            // "Go on" is no answer yet.
            context.write(message, promise);
            return;
        }
        if (message instanceof HttpResponse response) {
            answered = true;
            String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
            if (type != null && type.startsWith(EVENT_STREAM)) {
                stop();
            }
        }
        if (message instanceof LastHttpContent) {
            context.write(message, promise.unvoid().addListener(written -> finished(context)));
        } else {
            context.write(message, promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void finished(ChannelHandlerContext context) {
        stop();
        exchanges = Math.max(0, exchanges - 1);
        answered = false;
        if (exchanges > 0) {
            start(context, limits.whole());
        }
    }

    private void start(ChannelHandlerContext context, Duration limit) {
        stop();
        deadline = context.executor().schedule(() -> late(context), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop() {
        ScheduledFuture<?> running = deadline;
        deadline = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void late(ChannelHandlerContext context) {
        deadline = null;
        if (answered) {
            context.close();
        } else {
            context.writeAndFlush(answer()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** A fault of whoever sends, or of ours. */
    private FullHttpResponse answer() {
        boolean sender = exchanges == 0 || !requestComplete;
        HttpResponseStatus status =
                sender ? HttpResponseStatus.REQUEST_TIMEOUT : HttpResponseStatus.SERVICE_UNAVAILABLE;
        String detail = sender
                ? "The request was not complete within " + (exchanges == 0 ? limits.header() : limits.whole()) + "."
                : "There was no answer within " + limits.whole() + ".";
        return ProblemText.lastAnswer(status, detail);
    }
}
