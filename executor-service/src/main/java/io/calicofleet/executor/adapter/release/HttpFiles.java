package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;

/** Files over HTTP. */
final class HttpFiles implements ReleaseFiles {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final BiFunction<CalicoVersion, String, URI> address;
    private final boolean official;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(TIMEOUT)
            .build();

    private HttpFiles(BiFunction<CalicoVersion, String, URI> address, boolean official) {
        this.address = requireNonNull(address, "address");
        this.official = official;
    }

    /** {@code <base>/<version>/<file>}. */
    static HttpFiles under(URI base) {
        String root = base.toString().endsWith("/") ? base.toString() : base + "/";
        return new HttpFiles((version, file) -> URI.create(root + version + "/" + file), false);
    }

    /** Calico's own: from v3.24 on by tag, which never changes; before that the archives of the documentation. */
    static HttpFiles ofCalico() {
        return new HttpFiles(HttpFiles::official, true);
    }

    static URI official(CalicoVersion version, String file) {
        return URI.create(io.calicofleet.model.release.ReleaseFiles.address(version, file));
    }

    @Override
    public Optional<byte[]> read(CalicoVersion version, String file) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address.apply(version, file))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new IOException("the answer is " + response.statusCode());
            }
            return Optional.of(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public String location(CalicoVersion version, String file) {
        return address.apply(version, file).toString();
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public boolean official() {
        return official;
    }
}
