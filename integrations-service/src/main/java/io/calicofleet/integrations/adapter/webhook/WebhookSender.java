package io.calicofleet.integrations.adapter.webhook;

import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.core.Answer;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends to one endpoint: asks it first whether it wants that, keeps to the rate it allows, signs, and follows no redirect. Thread-safe; its
 * callers wait, on threads that may.
 */
final class WebhookSender implements AutoCloseable {

    private static final String ANY = "*";
    private static final int LEAST_REFUSED = 300;

    private final Endpoint endpoint;
    private final Outgoing outgoing;
    private final String origin;
    private final Duration timeout;
    private final InstantSource clock;
    private final HttpClient client;
    private final ReentrantLock lock = new ReentrantLock();
    /** Nanoseconds between two messages, by what the endpoint allows; null: it has not been asked. */
    private @Nullable Long spacing;

    private long nextSlot = System.nanoTime();

    /**
     * A sender.
     *
     * @param origin as who it asks, a DNS name
     * @param timeout of a whole request
     * @param clock for the time in the signature
     */
    WebhookSender(Endpoint endpoint, Outgoing outgoing, String origin, Duration timeout, InstantSource clock) {
        this.endpoint = requireNonNull(endpoint, "endpoint");
        this.outgoing = requireNonNull(outgoing, "outgoing");
        this.origin = requireNonNull(origin, "origin");
        this.timeout = requireNonNull(timeout, "timeout");
        this.clock = requireNonNull(clock, "clock");
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** Sends a message, or finds that it cannot be sent now. */
    Answer send(Message message) throws InterruptedException {
        try {
            outgoing.check(endpoint.url());
            Optional<Answer> refused = permission();
            if (refused.isPresent()) {
                return refused.get();
            }
            long seconds = clock.instant().getEpochSecond();
            HttpResponse<InputStream> response = ask(HttpRequest.newBuilder(endpoint.url())
                    .header("Content-Type", Message.CONTENT_TYPE)
                    .header("webhook-id", message.id())
                    .header("webhook-timestamp", String.valueOf(seconds))
                    .header("webhook-signature", endpoint.secrets().sign(message.id(), seconds, message.body()))
                    .POST(HttpRequest.BodyPublishers.ofString(message.body())));
            return Answer.of(
                    response.statusCode(),
                    response.headers().firstValue("Retry-After").orElse(""));
        } catch (IOException e) {
            return new Answer.Later(
                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), Optional.empty());
        }
    }

    /** Waits until one more may be sent; what is to be answered where none may. */
    private Optional<Answer> permission() throws IOException, InterruptedException {
        if (!endpoint.handshake()) {
            return Optional.empty();
        }
        long wait;
        lock.lockInterruptibly();
        try {
            Long known = spacing;
            if (known == null) {
                HttpResponse<InputStream> response = ask(HttpRequest.newBuilder(endpoint.url())
                        .header("WebHook-Request-Origin", origin)
                        .header("WebHook-Request-Rate", ANY)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
                String allowed =
                        response.headers().firstValue("WebHook-Allowed-Origin").orElse("");
                if (response.statusCode() >= LEAST_REFUSED
                        || !(allowed.equals(ANY) || allowed.equalsIgnoreCase(origin))) {
                    return Optional.of(new Answer.Later(
                            "it does not allow webhooks of " + origin + ": asked by OPTIONS it answered "
                                    + response.statusCode() + (allowed.isEmpty() ? " without" : " with another")
                                    + " WebHook-Allowed-Origin; where it is known to want them, set handshake: false",
                            Optional.empty()));
                }
                known = spacing(
                        response.headers().firstValue("WebHook-Allowed-Rate").orElse(ANY));
                spacing = known;
            }
            long now = System.nanoTime();
            long slot = nextSlot - now > 0 ? nextSlot : now;
            nextSlot = slot + known;
            wait = slot - now;
        } finally {
            lock.unlock();
        }
        TimeUnit.NANOSECONDS.sleep(wait);
        return Optional.empty();
    }

    /** The rate is one of messages a minute. */
    private static long spacing(String rate) {
        return rate.matches("[1-9][0-9]{0,8}") ? TimeUnit.MINUTES.toNanos(1) / Long.parseLong(rate) : 0;
    }

    private HttpResponse<InputStream> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(
                request.timeout(timeout).header("User-Agent", "calico-fleet").build(),
                HttpResponse.BodyHandlers.ofInputStream());
        // Whatever it has to say beside its headers is not for us, and may have no end.
        response.body().close();
        return response;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
