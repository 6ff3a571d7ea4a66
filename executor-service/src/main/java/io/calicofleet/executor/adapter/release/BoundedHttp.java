package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** GET with an end: an answer that is larger, or takes longer, than any file of Calico's does is given up. */
final class BoundedHttp {

    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MOST_REDIRECTS = 5;

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
    private final long largest;
    private final Duration longest;
    private final Outgoing outgoing;

    /**
     * Bounds.
     *
     * @param outgoing where it may ask
     * @param largest how many bytes an answer may have
     * @param longest how long a whole answer may take
     */
    BoundedHttp(Outgoing outgoing, long largest, Duration longest) {
        this.outgoing = requireNonNull(outgoing, "outgoing");
        this.largest = largest;
        this.longest = requireNonNull(longest, "longest");
    }

    /**
     * The answer to a GET, wherever it is redirected to; of the headers another host gets those that everybody may read.
     *
     * @param token for the host of the address alone; empty: none
     * @param headers names and values in turn
     * @throws IOException where there is none within the bounds, or the address cannot or must not be asked
     */
    HttpResponse<byte[]> get(URI address, String token, String... headers) throws IOException {
        long end = System.nanoTime() + longest.toNanos();
        outgoing.check(address);
        URI at = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            boolean known = !token.isEmpty() && address.getAuthority().equals(at.getAuthority());
            HttpResponse<byte[]> answer =
                    once(at, known ? token : "", Duration.ofNanos(end - System.nanoTime()), headers);
            String location = answer.headers().firstValue("Location").orElse("");
            if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty()) {
                return answer;
            }
            URI next = resolved(at, location);
            outgoing.checkRedirect(at, next);
            at = next;
        }
        throw new IOException(address + " redirects more than " + MOST_REDIRECTS + " times");
    }

    private static URI resolved(URI from, String location) throws IOException {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(from + " redirects to what is no address: " + location, e);
        }
    }

    private HttpResponse<byte[]> once(URI address, String token, Duration left, String... headers) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = null;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(longest);
            if (headers.length > 0) {
                request.headers(headers);
            }
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            answer = client.sendAsync(request.build(), head -> new Bounded(largest));
            return answer.get(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (TimeoutException e) {
            throw new IOException("the answer is not complete after " + longest.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no address that can be asked: " + address, e);
        } finally {
            if (answer != null && !answer.isDone()) {
                answer.cancel(true);
            }
        }
    }

    /** Bytes up to a limit; one more and the connection is dropped. */
    private static final class Bounded implements BodySubscriber<byte[]> {

        private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
        private final long largest;
        private Flow.@Nullable Subscription from;
        private long seen;
        private boolean over;

        Bounded(long largest) {
            this.largest = largest;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return bytes.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
            bytes.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> portion) {
            for (ByteBuffer buffer : portion) {
                seen += buffer.remaining();
            }
            if (seen <= largest) {
                bytes.onNext(portion);
            } else if (!over) {
                over = true;
                requireNonNull(from, "subscribed").cancel();
                bytes.onError(new IOException("the answer is larger than " + largest / (1024 * 1024) + " MiB"));
            }
        }

        @Override
        public void onError(Throwable thrown) {
            bytes.onError(thrown);
        }

        @Override
        public void onComplete() {
            bytes.onComplete();
        }
    }
}
