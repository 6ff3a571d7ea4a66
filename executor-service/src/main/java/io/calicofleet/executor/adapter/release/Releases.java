package io.calicofleet.executor.adapter.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Digests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.runtime.http.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Release files with a memory: the checksum of each is recorded when it is read first, and a file that differs from it
 * later is refused. Remote files are kept in the cache and read from there.
 *
 * <pre>
 *   &lt;cache&gt;/&lt;version&gt;/&lt;file&gt;          as downloaded
 *   &lt;cache&gt;/&lt;version&gt;/&lt;file&gt;.sha256   its checksum
 * </pre>
 *
 * <p>Files of v3.22 once were served without their CRDs under the same URL (calico#5950), so what a manifest on the
 * Kubernetes datastore holds is counted, too.
 */
public final class Releases implements ReleaseSource {

    private static final int PARSED = 32;

    private final ReleaseFiles files;
    private final Charts charts;
    private final Path cache;
    private final InstantSource clock;
    /** One for each file: one that is slow to come keeps nobody waiting who asks for another. */
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    private final Map<String, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > PARSED;
        }
    });

    /** A file that was read, and its stamp before it was; empty where that says nothing yet. */
    private record Known(Optional<FileStamp> stamp, ReleaseFile file) {}

    Releases(ReleaseFiles files, Charts charts, Path cache, InstantSource clock) {
        this.files = requireNonNull(files, "files");
        this.charts = requireNonNull(charts, "charts");
        this.cache = requireNonNull(cache, "cache");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Releases under a directory or URL; charts from any host.
     *
     * @param base a directory, or a URL of http or https; null: where Calico publishes them
     * @param cache where checksums and downloads are kept
     */
    public static Releases of(@Nullable String base, Path cache) {
        return of(base, cache, List.of());
    }

    /**
     * Releases under a directory or URL.
     *
     * @param base a directory, or a URL of http or https; null: where Calico publishes them
     * @param cache where checksums and downloads are kept
     * @param hosts the hosts from which anything may be fetched, {@code *.example.org} for all below example.org; empty: any
     */
    public static Releases of(@Nullable String base, Path cache, List<String> hosts) {
        Outgoing outgoing = new Outgoing(hosts, "executor.allowed-hosts");
        Charts charts = new Charts(base, cache, outgoing);
        if (base == null) {
            return new Releases(HttpFiles.ofCalico(outgoing), charts, cache, InstantSource.system());
        }
        if (base.startsWith("http://") || base.startsWith("https://")) {
            return new Releases(HttpFiles.under(URI.create(base), outgoing), charts, cache, InstantSource.system());
        }
        return new Releases(
                new DirectoryFiles(Charts.directory(base).toAbsolutePath()), charts, cache, InstantSource.system());
    }

    @Override
    public Optional<ReleaseFile> manifest(CalicoVersion version, String file) {
        String key = version + "/" + file;
        ReentrantLock lock = lock(key);
        lock.lock();
        try {
            Optional<FileStamp> stamp = FileStamp.of(files.path(version, file).orElse(cached(version, file)), clock);
            Known before = known.get(key);
            if (before != null && stamp.isPresent() && before.stamp().equals(stamp)) {
                return Optional.of(before.file());
            }
            Optional<byte[]> bytes = bytes(version, file);
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            String checksum = Digests.sha256(bytes.get());
            remember(version, file, checksum);
            ReleaseFile read = before != null && before.file().digest().equals(checksum)
                    ? before.file()
                    : parsed(version, file, bytes.get(), checksum);
            known.put(key, new Known(stamp, read));
            return Optional.of(read);
        } catch (IOException e) {
            throw new ReleaseException(
                    FailureReason.RELEASE_UNAVAILABLE,
                    files.location(version, file) + " cannot be read: " + e.getMessage(),
                    e);
        } finally {
            lock.unlock();
        }
    }

    private ReleaseFile parsed(CalicoVersion version, String file, byte[] bytes, String checksum) throws IOException {
        ManifestDocuments documents = ManifestDocuments.of(Yaml.read(new String(bytes, UTF_8)));
        check(version, file, documents);
        return new ReleaseFile(version, file, documents, checksum);
    }

    @Override
    public String where(CalicoVersion version, String file) {
        return files.location(version, file);
    }

    @Override
    public HelmChart chart(CalicoVersion version, @Nullable String where) {
        ReentrantLock lock = lock(version + " " + where);
        lock.lock();
        try {
            return charts.chart(version, where);
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(String what) {
        return locks.computeIfAbsent(what, key -> new ReentrantLock());
    }

    private Optional<byte[]> bytes(CalicoVersion version, String file) throws IOException {
        Path cached = cached(version, file);
        if (files.path(version, file).isPresent()) {
            return files.read(version, file);
        }
        if (Files.isRegularFile(cached)) {
            return Optional.of(Files.readAllBytes(cached));
        }
        Optional<byte[]> downloaded = files.read(version, file);
        if (downloaded.isPresent()) {
            // Checked before it is kept: what is wrong must not stay.
            check(version, file, ManifestDocuments.of(Yaml.read(new String(downloaded.get(), UTF_8))));
            CacheFiles.write(cached, downloaded.get());
        }
        return downloaded;
    }

    private void remember(CalicoVersion version, String file, String checksum) throws IOException {
        Path record = cached(version, file + ".sha256");
        if (!Files.isRegularFile(record)) {
            CacheFiles.write(record, (checksum + "  " + file + "\n").getBytes(UTF_8));
            return;
        }
        String recorded = Files.readString(record).strip().split("\\s", 2)[0];
        if (!recorded.equals(checksum)) {
            throw new ReleaseException(
                    FailureReason.RELEASE_CHANGED,
                    files.location(version, file) + " was " + recorded + " when it was read first and is " + checksum
                            + " now; if that is right, remove " + record,
                    null);
        }
    }

    private void check(CalicoVersion version, String file, ManifestDocuments documents) {
        boolean kubernetesDatastore = (file.startsWith("calico") || file.startsWith("canal"))
                && !file.contains("etcd")
                && !file.startsWith("calicoctl");
        if (!kubernetesDatastore) {
            return;
        }
        long definitions = documents.keys().stream()
                .map(ObjectKey::kind)
                .filter("CustomResourceDefinition"::equals)
                .count();
        int expected = files.official() ? io.calicofleet.model.release.ReleaseFiles.definitions(version) : 1;
        if (definitions < expected) {
            throw new ReleaseException(
                    FailureReason.RELEASE_UNAVAILABLE,
                    files.location(version, file) + " is not whole: it has " + definitions
                            + " CustomResourceDefinitions, the release has " + expected,
                    null);
        }
    }

    private Path cached(CalicoVersion version, String file) {
        return cache.resolve(version.toString()).resolve(file);
    }
}
