package io.calicofleet.executor.adapter.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.adapter.release.ChartDownloads.Archive;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Digests;
import io.calicofleet.model.release.ChartArchive;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.runtime.http.Outgoing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The charts of Calico's releases, each read once from its source and checked: it is tigera-operator, of that very
 * version, with the checksum its source says and the one it had the first time.
 *
 * <pre>
 *   where                    is looked for
 *   absent                   &lt;releases&gt;/&lt;version&gt;/tigera-operator-&lt;version&gt;.tgz, &lt;releases&gt;/&lt;version&gt;/tigera-operator/,
 *                            then Calico's own repository
 *   oci://host/path          the tag &lt;version&gt;
 *   http(s)://host/x.tgz     that file
 *   http(s)://host/path      the repository with that address
 *   a path                   in the folder of the releases: that file; that chart's folder; or the two names above in it
 *
 *   &lt;cache&gt;/charts/&lt;checksum of where&gt;/tigera-operator-&lt;version&gt;.tgz[.sha256]
 * </pre>
 */
final class Charts {

    private static final String OFFICIAL = "https://docs.tigera.io/calico/charts";
    private static final String CHART = HelmChart.TIGERA_OPERATOR;

    private final @Nullable String releases;
    private final String repository;
    private final Path cache;
    private final ChartDownloads downloads;

    /**
     * Charts.
     *
     * @param releases the directory or URL of the releases; null where there is none
     * @param cache where checksums and downloads are kept
     * @param outgoing where they may be fetched from
     */
    Charts(@Nullable String releases, Path cache, Outgoing outgoing) {
        this(releases, cache, OFFICIAL, outgoing);
    }

    Charts(@Nullable String releases, Path cache, String repository, Outgoing outgoing) {
        this.downloads = new ChartDownloads(outgoing);
        this.releases = releases;
        this.cache = requireNonNull(cache, "cache");
        this.repository = requireNonNull(repository, "repository");
    }

    HelmChart chart(CalicoVersion version, @Nullable String where) {
        String place = where == null ? String.valueOf(releases) : where;
        try {
            Map<String, byte[]> files = where == null ? usual(version) : given(version, where);
            return checked(version, place, files);
        } catch (IOException e) {
            throw new ReleaseException(
                    FailureReason.CHART_UNAVAILABLE,
                    "there is no chart " + CHART + " " + version + " to be had: " + e.getMessage(),
                    e);
        }
    }

    private Map<String, byte[]> usual(CalicoVersion version) throws IOException {
        String beside = releases;
        String tried = "";
        if (beside != null && isHttp(beside)) {
            String base = beside.endsWith("/") ? beside : beside + "/";
            URI address = URI.create(base + version + "/" + archive(version));
            try {
                return downloaded(version, address.toString(), () -> downloads.file(address));
            } catch (IOException e) {
                tried = e.getMessage() + "; ";
            }
        } else if (beside != null) {
            Path directory = directory(beside).resolve(version.toString());
            if (Files.exists(directory.resolve(archive(version))) || Files.exists(directory.resolve(CHART))) {
                return local(version, directory);
            }
            tried = "it is not in " + directory + "; ";
        }
        try {
            return downloaded(
                    version,
                    repository,
                    () -> downloads.fromRepository(URI.create(repository), CHART, version.toString()));
        } catch (IOException e) {
            throw new IOException(tried + repository + ": " + e.getMessage(), e);
        }
    }

    private Map<String, byte[]> given(CalicoVersion version, String where) throws IOException {
        try {
            if (where.startsWith("oci://")) {
                return downloaded(version, where, () -> downloads.fromRegistry(URI.create(where), version.toString()));
            }
            if (isHttp(where)) {
                URI address = URI.create(where);
                return downloaded(
                        version,
                        where,
                        () -> where.endsWith(".tgz")
                                ? downloads.file(address)
                                : downloads.fromRepository(address, CHART, version.toString()));
            }
            return local(version, confined(where));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(where + ": " + e.getMessage(), e);
        }
    }

    /** What a campaign names is read where the releases are and nowhere else on this machine. */
    private Path confined(String where) throws IOException {
        String base = releases;
        if (base == null || isHttp(base)) {
            throw new IOException("a chart of this machine is read in the folder of the releases, and there is none"
                    + " (executor.releases); name an address, http(s):// or oci://");
        }
        Path folder = directory(base).toRealPath();
        Path path = folder.resolve(where);
        if (!Files.exists(path)) {
            throw new IOException("it is not there");
        }
        if (!path.toRealPath().startsWith(folder)) {
            throw new IOException(
                    "it is not in the folder of the releases (" + folder + "); put it there, or name an address");
        }
        return path;
    }

    /** The folder of releases that are on this machine, by its path or URL. */
    static Path directory(String base) {
        return base.startsWith("file:") ? Path.of(URI.create(base)) : Path.of(base);
    }

    private Map<String, byte[]> local(CalicoVersion version, Path path) throws IOException {
        if (Files.isRegularFile(path.resolve("Chart.yaml"))) {
            return directory(path);
        }
        for (Path inside : List.of(path.resolve(archive(version)), path.resolve(CHART))) {
            if (Files.isDirectory(path) && Files.exists(inside)) {
                return local(version, inside);
            }
        }
        byte[] bytes = Bounds.read(path, Bounds.LARGEST_CHART);
        remember(version, path.toAbsolutePath().toString(), bytes);
        return ChartArchive.files(new ByteArrayInputStream(bytes));
    }

    private static Map<String, byte[]> directory(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        long left = Bounds.LARGEST_CHART;
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Bounds.read(path, left);
                left -= bytes.length;
                files.put(directory.relativize(path).toString().replace('\\', '/'), bytes);
            }
        }
        return files;
    }

    private Map<String, byte[]> downloaded(CalicoVersion version, String from, Download download) throws IOException {
        Path cached = kept(from).resolve(archive(version));
        byte[] bytes;
        if (Files.isRegularFile(cached)) {
            bytes = Files.readAllBytes(cached);
        } else {
            Archive archive = download.get();
            bytes = archive.bytes();
            String checksum = Digests.sha256(bytes);
            if (!archive.digest().isEmpty() && !archive.digest().equals(checksum)) {
                throw new ReleaseException(
                        FailureReason.CHART_UNAVAILABLE,
                        CHART + " " + version + " from " + from + " has the checksum " + checksum
                                + ", but its source says " + archive.digest(),
                        null);
            }
            // Checked before it is kept: what is wrong must not stay.
            HelmChart unused = checked(version, from, ChartArchive.files(new ByteArrayInputStream(bytes)));
            CacheFiles.write(cached, bytes);
        }
        remember(version, from, bytes);
        return ChartArchive.files(new ByteArrayInputStream(bytes));
    }

    private void remember(CalicoVersion version, String from, byte[] bytes) throws IOException {
        Path record = kept(from).resolve(archive(version) + ".sha256");
        String checksum = Digests.sha256(bytes);
        if (!Files.isRegularFile(record)) {
            CacheFiles.write(record, (checksum + "  " + archive(version) + "\n").getBytes(UTF_8));
            return;
        }
        String recorded = Files.readString(record).strip().split("\\s", 2)[0];
        if (!recorded.equals(checksum)) {
            throw new ReleaseException(
                    FailureReason.RELEASE_CHANGED,
                    CHART + " " + version + " from " + from + " was " + recorded + " when it was read first and is "
                            + checksum + " now; if that is right, remove " + record,
                    null);
        }
    }

    private Path kept(String from) {
        return cache.resolve("charts").resolve(Digests.sha256(from).substring(0, 12));
    }

    /** Name and version as its Chart.yaml says: what a file is called proves nothing. */
    private static HelmChart checked(CalicoVersion version, String place, Map<String, byte[]> files)
            throws IOException {
        byte[] chart = files.get("Chart.yaml");
        if (chart == null) {
            throw new IOException("there is no Chart.yaml in what " + place + " has");
        }
        List<JsonNode> documents = Yaml.read(new String(chart, UTF_8));
        String name =
                documents.isEmpty() ? "" : documents.getFirst().path("name").asText();
        String said =
                documents.isEmpty() ? "" : documents.getFirst().path("version").asText();
        if (!name.equals(CHART)
                || !CalicoVersion.tryParse(said).filter(version::equals).isPresent()) {
            throw new IOException("what " + place + " has is " + name + " " + said);
        }
        return new HelmChart(name, said, new TreeMap<>(files));
    }

    private static String archive(CalicoVersion version) {
        return ReleaseChart.archive(version);
    }

    private static boolean isHttp(String where) {
        return where.startsWith("http://") || where.startsWith("https://");
    }

    private interface Download {
        Archive get() throws IOException;
    }
}
