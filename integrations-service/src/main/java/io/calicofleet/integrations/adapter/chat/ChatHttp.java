package io.calicofleet.integrations.adapter.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.port.Chat.Later;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Asks a chat by HTTP: no address but those that may be asked, and no redirect is followed. An address may be a secret: nothing that this tells
 * has more of it than its host.
 */
public final class ChatHttp implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);
    private static final Duration ASKED_WITHOUT_SAYING = Duration.ofSeconds(30);
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;
    private static final int LARGEST_ANSWER = 16 * 1024 * 1024;

    private final String called;
    private final Outgoing outgoing;
    private final Backoff backoff;
    private final DoubleSupplier dice;
    private final AtomicInteger failures = new AtomicInteger();
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * A client.
     *
     * @param called what the chat is called
     * @param outgoing which addresses may be asked
     * @param backoff how long it is left alone after failures of its own
     * @param dice from 0 to 1
     */
    public ChatHttp(String called, Outgoing outgoing, Backoff backoff, DoubleSupplier dice) {
        this.called = requireNonNull(called, "called");
        this.outgoing = requireNonNull(outgoing, "outgoing");
        this.backoff = requireNonNull(backoff, "backoff");
        this.dice = requireNonNull(dice, "dice");
    }

    /** What comes of a request. */
    public sealed interface Reply {

        /** An answer below 500 that does not ask for patience. */
        record Answered(int status, String body) implements Reply {

            /** Whether it was taken. */
            public boolean taken() {
                return status >= 200 && status < 300;
            }
        }

        /** None now. */
        record Away(Later later) implements Reply {}
    }

    /** Asks once. */
    public Reply ask(HttpRequest.Builder asked) throws InterruptedException {
        HttpRequest request =
                asked.timeout(TIMEOUT).header("User-Agent", "calico-fleet").build();
        try {
            outgoing.check(request.uri());
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String body;
            try (InputStream stream = response.body()) {
                body = new String(stream.readNBytes(LARGEST_ANSWER), UTF_8);
            }
            if (response.statusCode() >= FAILED) {
                return failed(called + " answered " + response.statusCode());
            }
            failures.set(0);
            return response.statusCode() == TOO_MANY
                    ? new Reply.Away(
                            new Later(called + " asks to be left alone for a while", Optional.of(retryAfter(response))))
                    : new Reply.Answered(response.statusCode(), body);
        } catch (IOException e) {
            return failed(called + " cannot be asked: " + said(e, request.uri()));
        }
    }

    private Reply failed(String reason) {
        Duration pause = backoff.pause(failures.incrementAndGet(), dice.getAsDouble());
        return new Reply.Away(new Later(reason, Optional.of(pause)));
    }

    private static String said(IOException e, URI address) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        String query = address.getRawQuery();
        boolean tells = message.contains(address.getRawPath()) || (query != null && message.contains(query));
        return message.isEmpty() || tells ? e.getClass().getSimpleName() : message;
    }

    /** In seconds: {@code Retry-After}, or as Mattermost has it, {@code X-Ratelimit-Reset}. */
    private static Duration retryAfter(HttpResponse<?> response) {
        Duration asked = response.headers()
                .firstValue("Retry-After")
                .or(() -> response.headers().firstValue("X-Ratelimit-Reset"))
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(ASKED_WITHOUT_SAYING);
        return asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
