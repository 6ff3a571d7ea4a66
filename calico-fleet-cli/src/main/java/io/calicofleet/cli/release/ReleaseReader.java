package io.calicofleet.cli.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.calicofleet.cli.CliException;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Digests;
import io.calicofleet.model.release.ChartArchive;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.model.release.ReleaseFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads files of releases from a folder, from below a URL, or from where Calico publishes them. */
public final class ReleaseReader {

    private static final int LARGEST = 64 * 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final @Nullable String base;
    private final ObjectReader yaml;
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(TIMEOUT)
            .build();

    /**
     * A reader.
     *
     * @param base a folder or a URL with {@code <version>/<file>} below it; null: Calico's own addresses
     */
    public ReleaseReader(@Nullable String base) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST);
        this.base = base;
        this.yaml = new YAMLMapper(YAMLFactory.builder()
                        .loaderOptions(options)
                        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL) // what is quoted stays a text
                        .build())
                .readerFor(JsonNode.class);
    }

    /**
     * A file of a release; empty where the release has none of that name.
     *
     * @throws CliException where it cannot be read, or its images say that it belongs to another release
     */
    public Optional<ReleaseFile> read(CalicoVersion version, String file) {
        String place = place(version, file);
        try {
            Optional<byte[]> bytes = isRemote() ? download(place) : local(place);
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            boolean chart = file.equals(ReleaseChart.FILE);
            ManifestDocuments documents = chart
                    ? ReleaseChart.documents(
                            version,
                            ChartArchive.files(new ByteArrayInputStream(bytes.get())),
                            text -> list(text.getBytes(UTF_8)))
                    : documents(bytes.get());
            ReleaseFile read = new ReleaseFile(version, file, documents, Digests.sha256(bytes.get()));
            proven(read, place);
            return Optional.of(read);
        } catch (IOException e) {
            throw CliException.unreachable(place + " cannot be read: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    /** Where a file is looked for. */
    public String place(CalicoVersion version, String file) {
        String where = base;
        if (where == null) {
            return ReleaseFiles.address(version, file);
        }
        String name = file.equals(ReleaseChart.FILE) ? ReleaseChart.archive(version) : file;
        return isRemote()
                ? (where.endsWith("/") ? where : where + "/") + version + "/" + name
                : Path.of(where, version.toString(), name).toString();
    }

    private boolean isRemote() {
        return base == null || base.startsWith("http://") || base.startsWith("https://");
    }

    private static Optional<byte[]> local(String place) throws IOException {
        Path path = Path.of(place);
        return Files.isRegularFile(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
    }

    private Optional<byte[]> download(String place) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(place)).timeout(TIMEOUT).build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return switch (response.statusCode()) {
                case 200 -> Optional.of(response.body());
                case 404 -> Optional.empty();
                default -> throw new IOException("the answer is " + response.statusCode());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private ManifestDocuments documents(byte[] bytes) throws IOException {
        return ManifestDocuments.of(list(bytes));
    }

    private List<JsonNode> list(byte[] bytes) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        try (MappingIterator<JsonNode> read = yaml.readValues(bytes)) {
            while (read.hasNextValue()) {
                JsonNode document = read.nextValue();
                if (document != null) {
                    documents.add(document);
                }
            }
        }
        return documents;
    }

    /** An older patch of the same line may be right: some releases were published with the images of the one before. */
    private static void proven(ReleaseFile file, String place) {
        CalicoVersion asked = file.release();
        boolean other = file.versions().stream()
                .anyMatch(named -> !named.line().equals(asked.line()) || named.compareTo(asked) > 0);
        if (other) {
            throw CliException.failed(place + " is not of " + asked + ": " + file.said()
                    + ". An address without a patch serves the last one of its line; name that release, or put the files"
                    + " of this one into a folder and say --releases.");
        }
    }
}
