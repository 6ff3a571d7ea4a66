package io.calicofleet.cli.local;

import io.calicofleet.model.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Archives of loaded classes (JEP 350): a process that has one starts with a quarter less work. The first of a kind that ends in
 * order after a build makes it; those that come later use it. What cannot be read or written costs that time and nothing else.
 */
final class ClassArchives {

    private static final int NAME = 16;

    private final Path folder;
    /** What processes that run now make at their end, by where it will be. */
    private final Map<Path, Path> made = new ConcurrentHashMap<>();

    ClassArchives(Path folder) {
        this.folder = folder;
    }

    /**
     * Options for a process.
     *
     * @param kind which processes load the same classes
     * @param options what else its JVM is started with: an archive is of the same collector and layout of objects
     * @param classPath the jars of its class path: another jar, another archive
     * @param temporary its directory for temporary files
     */
    List<String> options(String kind, List<String> options, List<Path> classPath, Path temporary) {
        Path archive = folder.resolve(kind + "-" + name(options, classPath) + ".jsa");
        List<String> all = new ArrayList<>();
        if (Files.isReadable(archive)) {
            all.add("-XX:SharedArchiveFile=" + archive);
        } else {
            Path making = temporary.resolve("classes.jsa");
            made.put(making, archive);
            all.add("-XX:ArchiveClassesAtExit=" + making);
        }
        // Which classes are left out is of no use to anybody.
        all.add("-Xlog:cds*=off");
        if (Runtime.version().feature() >= 24) {
            all.add("-Xlog:aot*=off");
        }
        return all;
    }

    /** Whether the processes take some seconds more for their end. */
    boolean isMaking() {
        return !made.isEmpty();
    }

    /** Keeps what was made, once its processes have ended, in place of that of an earlier build. */
    void keep() {
        made.forEach((making, archive) -> {
            try {
                if (isWhole(making)) {
                    Files.createDirectories(folder);
                    deleteEarlier(archive);
                    // Data may be on another file system: what is found under its name is whole at any time.
                    Path beside = Files.createTempFile(folder, "making", ".tmp");
                    Files.move(making, beside, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException expected) {
                // The folder cannot be written: the next ones start as slowly.
            }
        });
        made.clear();
    }

    /** The JVM writes the beginning last. */
    private static boolean isWhole(Path archive) throws IOException {
        if (!Files.exists(archive)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(archive)) {
            for (byte one : in.readNBytes(Integer.BYTES)) {
                if (one != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private void deleteEarlier(Path archive) throws IOException {
        String name = archive.getFileName().toString();
        String kind = name.substring(0, name.length() - NAME - ".jsa".length());
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, kind + "?".repeat(NAME) + ".jsa")) {
            for (Path one : earlier) {
                Files.deleteIfExists(one);
            }
        }
    }

    private static String name(List<String> options, List<Path> classPath) {
        StringBuilder all = new StringBuilder(Runtime.version().toString());
        options.stream()
                .filter(option -> option.startsWith("-XX"))
                .forEach(option -> all.append('\n').append(option));
        for (Path jar : classPath) {
            all.append('\n').append(jar);
            try {
                all.append(' ').append(Files.size(jar)).append(' ').append(Files.getLastModifiedTime(jar));
            } catch (IOException expected) {
                // The process will say that it is not there.
            }
        }
        return Digests.sha256(all.toString()).substring(0, NAME);
    }
}
