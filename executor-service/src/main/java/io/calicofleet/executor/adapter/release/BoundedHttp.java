package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

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

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .build();
    private final long largest;
    private final Duration longest;

    /**
     * Bounds.
     *
     * @param largest how many bytes an answer may have
     * @param longest how long a whole answer may take
     */
    BoundedHttp(long largest, Duration longest) {
        this.largest = largest;
        this.longest = requireNonNull(longest, "longest");
    }

    /**
     * The answer to a GET.
     *
     * @param headers names and values in turn
     * @throws IOException where there is none within the bounds, or the address cannot be asked
     */
    HttpResponse<byte[]> get(URI address, String... headers) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = null;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(longest);
            if (headers.length > 0) {
                request.headers(headers);
            }
            answer = client.sendAsync(request.build(), head -> new Bounded(largest));
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
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
