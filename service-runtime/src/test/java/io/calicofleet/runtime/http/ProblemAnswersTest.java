package io.calicofleet.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProblemAnswersTest {

    private static final String HOST = " HTTP/1.1\r\nHost: here\r\n";

    private final List<HttpRequest> reached = new ArrayList<>();
    private final EmbeddedChannel channel = channel();

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("GET /a/%zz" + HOST, 400, "'%zz' in '/a/%zz' is no percent escape"),
                arguments("GET /a?b=%" + HOST, 400, "a '%' itself is written as %25"),
                arguments("GET /" + "x".repeat(5000) + HOST, 414, "An HTTP line is larger than 4096 bytes"),
                arguments(
                        "GET /" + HOST + "X: " + "x".repeat(9000) + "\r\n",
                        431,
                        "HTTP header is larger than 8192 bytes"),
                arguments("GET / HTTP/1.1\r\n", 400, "there are 0 Host headers"),
                arguments("GET /" + HOST + "Host: there\r\n", 400, "there are 2 Host headers"),
                arguments("GET / HTTP/3.0\r\nHost: here\r\n", 400, "HTTP/3.0 is not spoken here, HTTP/1.1 is"),
                arguments("GET / FTP/1\r\n", 400, "invalid version format: FTP/1"),
                arguments("GET /" + HOST + "A b: c\r\n", 400, "A b"),
                arguments("GET /nowhere" + HOST, 404, "There is nothing at '/nowhere'"),
                arguments("TRACE /" + HOST, 405, "There is no TRACE of '/'"),
                arguments("GET /" + HOST, 500, "its log has the details"));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("refused")
    void a_request_refused_without_a_word_is_told_what_is_wrong(String request, int status, String detail) {
        receive(request + "\r\n");
        channel.writeOutbound(answer(status, "<html>no</html>", "text/html"));

        assertThat(answered())
                .containsSubsequence(
                        " " + status + " ",
                        "content-type: application/problem+json\r\n",
                        "\r\n\r\n{\"type\":\"urn:calico-fleet:problem:http-" + status + "\"",
                        "\"status\":" + status,
                        detail)
                .doesNotContain("<html>");
    }

    @Test
    void what_a_client_sent_is_quoted_as_text_of_json_and_not_at_any_length() {
        receive("GET /%\"\\" + "x".repeat(1000) + HOST + "\r\n");
        channel.writeOutbound(answer(400, "", ""));

        assertThat(answered()).contains("'/%\\\"\\\\xxx").hasSizeLessThan(600);
    }

    @Test
    void a_request_that_is_none_is_passed_on_as_one_that_could_not_be_parsed() {
        receive("GET / HTTP/1.1\r\n\r\n");

        assertThat(reached)
                .singleElement()
                .satisfies(request ->
                        assertThat(request.decoderResult().isFailure()).isTrue());
    }

    @Test
    void a_problem_an_answer_that_is_no_error_and_the_health_of_a_service_stay_as_they_are() {
        receive("GET /" + HOST + "\r\n");
        channel.writeOutbound(answer(422, "{\"mine\":1}", "application/problem+json;charset=UTF-8"));
        assertThat(answered()).contains("{\"mine\":1}");

        receive("GET /" + HOST + "\r\n");
        channel.writeOutbound(answer(200, "fine", "text/plain"));
        assertThat(answered()).endsWith("fine");

        receive("GET /q/health" + HOST + "\r\n");
        channel.writeOutbound(answer(503, "{\"status\":\"DOWN\"}", "application/json"));
        assertThat(answered()).endsWith("{\"status\":\"DOWN\"}");
    }

    @Test
    void the_answer_to_a_head_has_no_body_whatever_it_says() {
        receive("HEAD /nowhere" + HOST + "\r\n");
        channel.writeOutbound(answer(404, "", ""));

        assertThat(answered()).contains(" 404 ").endsWith("\r\n\r\n");
    }

    @Test
    void of_requests_sent_at_once_each_is_told_about_itself() {
        receive("GET /one" + HOST + "\r\nGET /two" + HOST + "\r\n");
        channel.writeOutbound(answer(404, "", ""), answer(404, "", ""));

        assertThat(answered()).containsSubsequence("'/one'", "'/two'");
    }

    @Test
    void a_request_that_is_told_to_go_on_is_still_the_one_that_is_answered() {
        receive("POST /one" + HOST + "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n");
        channel.writeOutbound(answer(100, "", ""));
        receive("x");
        channel.writeOutbound(answer(404, "", ""));

        assertThat(answered()).containsSubsequence(" 100 ", " 404 ", "'/one'");
    }

    @Test
    void a_body_whose_parts_are_not_framed_is_a_problem_and_the_end_of_its_connection() {
        receive("POST /" + HOST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");

        assertThat(answered()).startsWith("HTTP/1.1 400").contains("Invalid character in chunk size");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void what_is_sent_to_a_client_that_has_left_counts_as_sent_and_any_other_failure_as_one() {
        assertThat(sentInto(new IOException("Broken pipe")).isSuccess()).isTrue();
        assertThat(sentInto(new IllegalStateException("a bug")).cause()).hasMessage("a bug");
    }

    private static ChannelFuture sentInto(Exception failure) {
        EmbeddedChannel broken = new EmbeddedChannel(
                new ChannelDuplexHandler() {
                    @Override
                    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                        promise.setFailure(failure);
                    }
                },
                new ProblemAnswers());
        return broken.writeAndFlush(answer(200, "", ""));
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private String answered() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return text.toString();
    }

    private static DefaultFullHttpResponse answer(int status, String body, String type) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        if (!type.isEmpty()) {
            response.headers().set("content-type", type);
        }
        response.headers().set("content-length", body.length());
        return response;
    }

    /** As a port that takes HTTP/2 too: its codec comes only when the first bytes have shown what is spoken. */
    private EmbeddedChannel channel() {
        EmbeddedChannel late = new EmbeddedChannel();
        late.pipeline()
                .addLast(new HttpEdge.Opening(new ExchangeLimits(Duration.ofSeconds(10), Duration.ofSeconds(60))))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        context.pipeline()
                                .addLast("httpDecoder", new HttpRequestDecoder())
                                .addLast("httpEncoder", new HttpResponseEncoder())
                                .addLast(new ChannelInboundHandlerAdapter() {
                                    @Override
                                    public void channelRead(ChannelHandlerContext service, Object part) {
                                        if (part instanceof HttpRequest request) {
                                            reached.add(request);
                                        }
                                    }
                                });
                        context.pipeline().remove(this);
                        context.fireChannelRead(message);
                    }
                });
        return late;
    }
}
