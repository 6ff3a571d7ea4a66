package io.calicofleet.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only this user may read; where file systems have no such rights, the folder of the user guards them. */
public final class PrivateFiles {

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Makes a folder where it is missing. */
    public static void folder(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (hasRights(folder)) {
            Files.setPosixFilePermissions(folder, DIRECTORY);
        }
    }

    /** Writes a file in a folder that is there, so that a reader sees the old one or the new one. */
    public static void write(Path file, String text) throws IOException {
        Path folder = file.resolveSibling(".");
        // A temporary file is its owner's alone from the beginning.
        Path next = Files.createTempFile(folder, "private", ".new");
        if (hasRights(next)) {
            Files.setPosixFilePermissions(next, FILE);
        }
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean hasRights(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }
}
