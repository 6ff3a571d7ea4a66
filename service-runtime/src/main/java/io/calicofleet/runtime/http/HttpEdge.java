package io.calicofleet.runtime.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link ExchangeDeadline} and {@link ProblemAnswers} on each connection this process accepts. Quarkus and Vert.x limit how
 * long a connection is idle, and nothing that trickles is, and what they refuse themselves has no body; they leave no place for
 * more, so this is the place Netty leaves: an extension of its servers, found by {@link java.util.ServiceLoader} where
 * {@link #install()} was called before the first server is made.
 */
public final class HttpEdge extends ChannelInitializerExtension {

    private static final String PROPERTY = "io.netty.bootstrap.extensions";
    private static final String LAST_OF_CODEC = "httpEncoder";

    private @Nullable ExchangeLimits limits;

    /** Made by the service loader. */
    public HttpEdge() {}

    /** Has Netty look for this. */
    public static void install() {
        System.setProperty(PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addLast(new Opening(limits()));
    }

    private synchronized ExchangeLimits limits() {
        ExchangeLimits known = limits;
        if (known == null) {
            known = ExchangeLimits.of(ConfigProvider.getConfig());
            limits = known;
        }
        return known;
    }

    /** Sees a connection from its first moment; the codec is put into it later, by Vert.x. */
    static final class Opening extends ChannelInboundHandlerAdapter {

        private static final int HTTP_2_PREFACE = 24;

        private final ExchangeDeadline deadline;
        private boolean watched;
        private int given;

        Opening(ExchangeLimits limits) {
            this.deadline = new ExchangeDeadline(limits);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            watch(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            watch(context);
            if (message instanceof ByteBuf bytes) {
                // A port that takes HTTP/2 too decides by the first bytes: they come singly until it has.
                while (!watched && given < HTTP_2_PREFACE && bytes.isReadable()) {
                    context.fireChannelRead(bytes.readRetainedSlice(1));
                    given++;
                    watch(context);
                }
            }
            context.fireChannelRead(message);
        }

        private void watch(ChannelHandlerContext context) {
            ChannelHandlerContext placed = context.pipeline().context(deadline);
            if (placed == null && context.pipeline().context(LAST_OF_CODEC) != null) {
                context.pipeline()
                        .addAfter(LAST_OF_CODEC, "exchange-deadline", deadline)
                        .addAfter(LAST_OF_CODEC, "problem-answers", new ProblemAnswers());
                placed = context.pipeline().context(deadline);
            }
            watched = placed != null;
            if (placed != null) {
                deadline.received(placed);
            }
        }
    }
}
