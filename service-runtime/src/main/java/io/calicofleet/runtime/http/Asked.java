package io.calicofleet.runtime.http;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request whose answer is not complete yet: what it takes to say what is wrong with it.
 *
 * @param method what it wants
 * @param uri of what, as it was sent
 * @param refused why it is no request of HTTP/1.1; null: it is one
 */
record Asked(HttpMethod method, String uri, @Nullable Throwable refused) {

    private static final Pattern WRONG_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2}).{0,2}");
    private static final int MOST_QUOTED = 200;

    static Asked of(HttpRequest request) {
        return new Asked(
                request.method(), request.uri(), request.decoderResult().cause());
    }

    /** Why {@code request}, though it could be parsed, is none that anybody here answers; null: it is one. */
    static @Nullable String refusal(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return version + " is not spoken here, HTTP/1.1 is";
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        Matcher escape = WRONG_ESCAPE.matcher(request.uri());
        if (escape.find()) {
            return "'" + escape.group() + "' in '" + quoted(request.uri())
                    + "' is no percent escape, two hexadecimal digits"
                    + " follow a '%', and a '%' itself is written as %25";
        }
        boolean named = hosts == 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_0));
        return named ? null : "there are " + hosts + " Host headers where there has to be one";
    }

    /** Whether {@code answer} is an error that does not say what is wrong; what an unhealthy service says of itself does. */
    boolean lacksProblem(FullHttpResponse answer) {
        String type = answer.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        boolean health = answer.status().code() == 503 && answer.content().isReadable();
        return answer.status().code() >= 400
                && !method.equals(HttpMethod.HEAD)
                && !type.startsWith(ProblemText.MEDIA_TYPE)
                && !health;
    }

    /** What is wrong, and what would be right. */
    String detail(HttpResponseStatus status) {
        if (refused != null) {
            return switch (refused) {
                case TooLongHttpLineException line ->
                    "The request line is too long: " + line.getMessage() + " What is long belongs into the body.";
                case TooLongHttpHeaderException header ->
                    "The headers are too large: " + header.getMessage() + " What is long belongs into the body.";
                default -> "This is no request of HTTP/1.1: " + sentence(refused);
            };
        }
        return switch (status.code()) {
            case 400 -> "'" + quoted(uri) + "' cannot be read.";
            case 401 -> ProblemText.UNKNOWN;
            case 404 -> "There is nothing at '" + quoted(uri) + "'.";
            case 405 -> "There is no " + method + " of '" + quoted(uri) + "'.";
            case 413 -> "The body is larger than is taken here.";
            case 417 -> "Of what can be expected, only 100-continue is known.";
            default ->
                status.code() >= 500
                        ? "An unexpected error in calico-fleet itself; its log has the details."
                        : status.reasonPhrase() + ".";
        };
    }

    /** What Netty says, with one full stop. */
    static String sentence(Throwable cause) {
        return quoted(String.valueOf(cause.getMessage()), 2 * MOST_QUOTED).replaceAll("\\.+$", "") + ".";
    }

    private static String quoted(String text) {
        return quoted(text, MOST_QUOTED);
    }

    private static String quoted(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }
}
