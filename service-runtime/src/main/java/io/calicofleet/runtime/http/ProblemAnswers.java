package io.calicofleet.runtime.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Gives each error that leaves a connection the form of RFC 9457, whoever made it: Netty, Vert.x and Quarkus refuse requests too,
 * with no body, a page of HTML or a document of their own. And that a client has left is told once, by the end of its connection:
 * what was on its way to it counts as written, since nobody can do anything about it.
 *
 * <p>It stands next to the HTTP codec; all calls come on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the connection, which ends
final class ProblemAnswers extends ChannelDuplexHandler {

    /** Requests that are not answered whole yet, the oldest first. */
    private final Deque<Asked> asked = new ArrayDeque<>();

    /** Whether the answer to the oldest is on its way. */
    private boolean answering;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            String refusal = request.decoderResult().isSuccess() ? Asked.refusal(request) : null;
            if (refusal != null) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(refusal)));
            }
            asked.add(Asked.of(request));
        } else if (message instanceof HttpContent part
                && part.decoderResult().isFailure()
                && asked.size() == 1
                && !answering) {
            String why = Asked.sentence(part.decoderResult().cause());
            part.release();
            context.writeAndFlush(ProblemText.lastAnswer(
                            HttpResponseStatus.BAD_REQUEST, "The body is not as HTTP/1.1 has it: " + why))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Object sent = message;
        boolean notYet = message instanceof HttpResponse response
                && response.status().codeClass().equals(HttpStatusClass.INFORMATIONAL);
        if (message instanceof HttpResponse && !notYet) {
            answering = true;
            Asked request = asked.peek();
            if (request != null && message instanceof FullHttpResponse answer && request.lacksProblem(answer)) {
                String detail = request.detail(answer.status());
                // After a request that is none, Vert.x closes the connection.
                sent = request.refused() == null
                        ? ProblemText.answer(answer.protocolVersion(), answer.status(), detail, answer.headers())
                        : ProblemText.lastAnswer(answer.status(), detail);
                answer.release();
            }
        }
        if (message instanceof LastHttpContent && !notYet) {
            answering = false;
            asked.poll();
        }
        context.write(sent).addListener(written -> settle(context, promise, written.cause()));
    }

    private static void settle(ChannelHandlerContext context, ChannelPromise promise, @Nullable Throwable failure) {
        boolean harmless = failure == null || failure instanceof IOException;
        if (promise.isVoid()) {
            if (!harmless) {
                context.fireExceptionCaught(failure);
            }
        } else if (harmless) {
            promise.trySuccess();
        } else {
            promise.tryFailure(failure);
        }
    }
}
