package io.calicofleet.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Time is the channel's own, which stands still until it is told to go on. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExchangeDeadlineTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";

    private final EmbeddedChannel channel = channel();

    @Test
    void a_connection_on_which_nothing_comes_is_closed_after_the_time_of_a_header() {
        after(9);
        assertThat(channel.isOpen()).isTrue();

        after(2);
        assertThat(channel.isOpen()).isFalse();
        assertThat(answer()).startsWith("HTTP/1.1 408").contains("urn:calico-fleet:problem:http-408");
    }

    @Test
    void bytes_that_trickle_do_not_prolong_the_time_of_a_header() {
        for (int i = 0; i < 9; i++) {
            receive(REQUEST.substring(i, i + 1));
            after(1);
        }
        assertThat(channel.isOpen()).isTrue();
        after(2);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_body_that_trickles_is_cut_off_when_the_time_of_the_request_is_over() {
        receive("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 59; i++) {
            receive("x");
            after(1);
        }
        assertThat(channel.isOpen()).isTrue();

        after(2);
        assertThat(channel.isOpen()).isFalse();
        assertThat(answer()).startsWith("HTTP/1.1 408");
    }

    @Test
    void a_body_that_is_told_to_come_is_timed_as_any_other() {
        receive("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        after(61);

        assertThat(channel.isOpen()).isFalse();
        assertThat(answer()).contains("HTTP/1.1 408");
    }

    @Test
    void a_request_we_do_not_answer_in_time_is_told_so() {
        receive(REQUEST);
        after(61);

        assertThat(channel.isOpen()).isFalse();
        assertThat(answer()).startsWith("HTTP/1.1 503").contains("no answer within PT1M");
    }

    @Test
    void an_answer_that_is_begun_and_not_ended_in_time_is_cut_off_without_a_second_one() {
        receive(REQUEST);
        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        after(61);

        assertThat(channel.isOpen()).isFalse();
        assertThat(answer()).startsWith("HTTP/1.1 200").doesNotContain("503");
    }

    @Test
    void a_live_stream_is_not_timed() {
        receive(REQUEST);
        DefaultHttpResponse stream = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        stream.headers().set("Content-Type", "text/event-stream;charset=UTF-8");
        channel.writeOutbound(stream);
        after(3600);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a_connection_may_be_used_again_and_each_request_has_its_time() {
        for (int i = 0; i < 3; i++) {
            receive(REQUEST);
            after(50);
            channel.writeOutbound(ok());
            after(300);
            assertThat(channel.isOpen()).as("request %d", i).isTrue();
        }
        receive("GET");
        after(11);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void of_two_requests_sent_at_once_the_second_is_timed_from_the_first_answer_on() {
        receive(REQUEST + REQUEST);
        after(50);
        channel.writeOutbound(ok());
        after(50);
        assertThat(channel.isOpen()).isTrue();

        after(11);
        assertThat(channel.isOpen()).isFalse();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void after(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private String answer() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static DefaultFullHttpResponse ok() {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set("Content-Length", 0);
        return response;
    }

    /** As Vert.x makes it: its codec comes behind what sees the connection open. */
    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel(false, false);
        channel.freezeTime();
        channel.pipeline()
                .addLast(new HttpEdge.Opening(new ExchangeLimits(Duration.ofSeconds(10), Duration.ofSeconds(60))))
                .addLast("httpDecoder", new HttpRequestDecoder())
                .addLast("httpEncoder", new HttpResponseEncoder())
                .addLast("handler", new ChannelInboundHandlerAdapter());
        try {
            channel.register();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return channel;
    }
}
