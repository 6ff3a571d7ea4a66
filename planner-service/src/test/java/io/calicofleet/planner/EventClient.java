package io.calicofleet.planner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Listens to the live stream, line by line, on a thread of its own. */
public final class EventClient implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Stream<String> stream;

    /** That of ada; returns when the stream is open. */
    public EventClient(String url, String... headers) {
        this("ada", url, headers);
    }

    /** That of somebody else. */
    public static EventClient of(String name, String url) {
        return new EventClient(name, url, new String[0]);
    }

    private EventClient(String name, String url, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + People.token(name));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            stream = http.send(request.build(), HttpResponse.BodyHandlers.ofLines())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Thread.ofPlatform().daemon().start(this::read);
    }

    /** The ids so far, in their order. */
    public List<String> ids() {
        return values("id:");
    }

    /** The short types so far, in their order. */
    public List<String> types() {
        return values("event:");
    }

    /** The payloads so far. */
    public List<String> data() {
        return values("data:");
    }

    /** The comments so far. */
    public List<String> comments() {
        return values(":");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private void read() {
        try {
            stream.forEach(lines::add);
        } catch (UncheckedIOException expected) {
            lines.add(": closed");
        }
    }

    private List<String> values(String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .toList();
    }
}
