package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;

/** Files over HTTP. */
final class HttpFiles implements ReleaseFiles {

    private final BiFunction<CalicoVersion, String, URI> address;
    private final boolean official;
    private final BoundedHttp http;

    private HttpFiles(BiFunction<CalicoVersion, String, URI> address, boolean official, Outgoing outgoing) {
        this.http = new BoundedHttp(outgoing, Bounds.LARGEST_MANIFEST, Bounds.LONGEST_DOWNLOAD);
        this.address = requireNonNull(address, "address");
        this.official = official;
    }

    /** {@code <base>/<version>/<file>}. */
    static HttpFiles under(URI base, Outgoing outgoing) {
        String root = base.toString().endsWith("/") ? base.toString() : base + "/";
        return new HttpFiles((version, file) -> URI.create(root + version + "/" + file), false, outgoing);
    }

    /** Calico's own: from v3.24 on by tag, which never changes; before that the archives of the documentation. */
    static HttpFiles ofCalico(Outgoing outgoing) {
        return new HttpFiles(HttpFiles::official, true, outgoing);
    }

    static URI official(CalicoVersion version, String file) {
        return URI.create(io.calicofleet.model.release.ReleaseFiles.address(version, file));
    }

    @Override
    public Optional<byte[]> read(CalicoVersion version, String file) throws IOException {
        HttpResponse<byte[]> response = http.get(address.apply(version, file), "");
        return switch (response.statusCode()) {
            case 200 -> Optional.of(response.body());
            case 404 -> Optional.empty();
            default -> throw new IOException("the answer is " + response.statusCode());
        };
    }

    @Override
    public Optional<Path> path(CalicoVersion version, String file) {
        return Optional.empty();
    }

    @Override
    public String location(CalicoVersion version, String file) {
        return address.apply(version, file).toString();
    }

    @Override
    public boolean official() {
        return official;
    }
}
