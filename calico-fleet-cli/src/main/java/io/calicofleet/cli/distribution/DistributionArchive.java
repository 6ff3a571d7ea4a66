package io.calicofleet.cli.distribution;

import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.model.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import picocli.CommandLine;

/**
 * The archive: what is built, where it is in a clone of the project, so that everything finds it there; and what belongs beside an
 * installed program. Nothing in it tells when, where or by whom it was made.
 */
final class DistributionArchive {

    private static final int RUNNABLE = 0100755;
    private static final int READABLE = 0100644;
    private static final int BUFFER = 1 << 16;
    private static final String SBOM = "target/sbom.cdx.json";
    private static final List<String> FILES = List.of(
            "calico-fleet",
            "kubectl-calico_fleet",
            "kubectl_complete-calico_fleet",
            ".mvn/find-jdk.sh",
            "LICENSE",
            "NOTICE",
            "README.md",
            "SECURITY.md",
            "deploy/README.md");
    private static final List<String> FOLDERS = List.of(
            "docs",
            "deploy/charts",
            "deploy/gitops",
            "deploy/images",
            "deploy/kafka",
            "deploy/kubernetes",
            "deploy/kustomize",
            "deploy/node-logs",
            "deploy/sources",
            "cluster-simulator/src/main/releases");

    private final Installation installation;
    private final CommandLine line;

    /**
     * Makes none yet.
     *
     * @param installation what is built
     * @param line the command line that is explained in manual pages
     */
    DistributionArchive(Installation installation, CommandLine line) {
        this.installation = installation;
        this.line = line;
    }

    /** Where each part says what it is made of. */
    static List<Path> sboms(Installation installation) {
        return Stream.concat(Stream.of(FleetService.values()).map(FleetService::module), Stream.of("calico-fleet-cli"))
                .map(module -> installation.home().resolve(module).resolve(SBOM))
                .toList();
    }

    /** What has to be built first, as paths below the project's folder. */
    static List<Path> missing(Installation installation) {
        return Stream.concat(
                        installation.missing().stream(),
                        sboms(installation).stream()
                                .filter(file -> !Files.exists(file))
                                .map(installation.home()::relativize))
                .toList();
    }

    /**
     * Writes it over the one that is there, which stays as it is until this one is whole.
     *
     * @return its SHA-256 in hexadecimal
     * @throws IOException where a file cannot be read or written
     */
    String write(Path file) throws IOException {
        MessageDigest digest = Digests.sha256();
        LocalDateTime built = built();
        Path writing = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(writing), digest);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out, BUFFER), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            String top = "calico-fleet-" + installation.version() + "/";
            Map<String, String> written = new HashMap<>();
            for (Map.Entry<String, Part> part : parts(built).entrySet()) {
                put(tar, top + part.getKey(), part.getValue(), built, written);
            }
        }
        Files.move(writing, file, StandardCopyOption.REPLACE_EXISTING);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Services share most of their libraries: what was written already is a link to that. */
    private static void put(
            TarArchiveOutputStream tar, String name, Part part, LocalDateTime built, Map<String, String> written)
            throws IOException {
        byte[] content = part.content().read();
        String first = written.putIfAbsent(Digests.sha256(content) + part.mode(), name);
        TarArchiveEntry entry =
                first == null ? new TarArchiveEntry(name) : new TarArchiveEntry(name, TarConstants.LF_LINK);
        entry.setMode(part.mode());
        entry.setModTime(built.toInstant(ZoneOffset.UTC).toEpochMilli());
        if (first == null) {
            entry.setSize(content.length);
        } else {
            entry.setLinkName(first);
        }
        tar.putArchiveEntry(entry);
        if (first == null) {
            tar.write(content);
        }
        tar.closeArchiveEntry();
    }

    /** All that is in it, in order, by its path. */
    private Map<String, Part> parts(LocalDateTime built) throws IOException {
        Map<String, Part> parts = new TreeMap<>();
        Path home = installation.home();
        for (String file : FILES) {
            parts.put(file, Part.of(home.resolve(file)));
        }
        for (String folder : FOLDERS) {
            addAll(parts, home.resolve(folder));
        }
        add(parts, installation.cliJar());
        addAll(parts, installation.cliJar().resolveSibling("lib"));
        for (FleetService service : FleetService.values()) {
            addAll(parts, installation.runner(service).resolveSibling(".").normalize());
        }
        for (Path sbom : sboms(installation)) {
            add(parts, sbom);
        }
        parts.put("INSTALL", Part.of(resource("/distribution/INSTALL")));
        parts.put("completions/calico-fleet.bash", Part.of(resource("/completion/calico-fleet.bash")));
        parts.put("completions/_calico_fleet", Part.of(resource("/completion/calico-fleet.zsh")));
        parts.put("completions/calico-fleet.fish", Part.of(resource("/completion/calico-fleet.fish")));
        ManPages.of(line, installation.version(), built.toLocalDate())
                .forEach((name, page) -> parts.put("man/man1/" + name, Part.of(page.getBytes(StandardCharsets.UTF_8))));
        return parts;
    }

    private void addAll(Map<String, Part> parts, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(file -> add(parts, file));
        }
    }

    private void add(Map<String, Part> parts, Path file) {
        parts.put(installation.home().relativize(file).toString(), Part.of(file));
    }

    /** The time that the build gives all it makes: the first entry of a jar has it. */
    private LocalDateTime built() throws IOException {
        try (JarFile jar = new JarFile(installation.cliJar().toFile())) {
            return jar.stream().findFirst().orElseThrow().getTimeLocal();
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DistributionArchive.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    /**
     * A file of the archive.
     *
     * @param mode as the file system has it
     * @param content read each time it is asked for; the largest are some 70 MB
     */
    private record Part(int mode, Content content) {

        static Part of(Path file) {
            return new Part(Files.isExecutable(file) ? RUNNABLE : READABLE, () -> Files.readAllBytes(file));
        }

        static Part of(byte[] content) {
            return new Part(READABLE, () -> content);
        }
    }

    @FunctionalInterface
    private interface Content {
        byte[] read() throws IOException;
    }
}
