package io.calicofleet.runtime.http;

import io.calicofleet.kafka.EventJson;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** What is answered before anything of REST sees a request, in the form of RFC 9457 that REST has. */
public final class ProblemText {

    /** Its media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** What is said to whom nobody knows. */
    public static final String UNKNOWN =
            "Who asks is not known: send a token that counts here, as Authorization: Bearer TOKEN.";

    private static final String TYPES = "urn:calico-fleet:problem:http-";

    private ProblemText() {}

    /** The document as JSON; {@code detail} may hold what a client has sent. */
    public static String of(int status, String title, String detail) {
        var document = EventJson.mapper().createObjectNode();
        document.put("type", TYPES + status)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .putArray("problems");
        return document.toString();
    }

    /** An answer with these headers, as far as they do not tell of another body. */
    static FullHttpResponse answer(HttpVersion version, HttpResponseStatus status, String detail, HttpHeaders others) {
        byte[] body = of(status.code(), status.reasonPhrase(), detail).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(version, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .add(others)
                .remove(HttpHeaderNames.TRANSFER_ENCODING)
                .set(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }

    /** An answer after which the connection is closed. */
    static FullHttpResponse lastAnswer(HttpResponseStatus status, String detail) {
        FullHttpResponse response = answer(HttpVersion.HTTP_1_1, status, detail, EmptyHttpHeaders.INSTANCE);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
