package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.engine.StepNotes;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notes in a file. What was appended outlives the process, since the operating system has it by then; nothing is
 * forced to the disk, for a machine that loses its power was not killed by a step. A disk of no use is told once, and
 * nothing is noted from then on.
 */
final class NotesFile implements StepNotes.Notebook {

    private static final Logger LOGGER = LoggerFactory.getLogger(NotesFile.class);
    /** Of a file that is larger nothing is ours. */
    private static final long LARGEST = 64L * 1024 * 1024;

    private final Path file;
    /** Not a channel, which an interrupted thread would close. */
    private @Nullable FileOutputStream stream;

    private boolean useless;

    /** Of this executor on this machine, and of no other run that lives. */
    NotesFile(Path file) {
        this.file = requireNonNull(file, "file");
    }

    @Override
    public List<String> read() {
        try {
            boolean any = Files.isRegularFile(file) && Files.size(file) <= LARGEST;
            return any ? new String(Files.readAllBytes(file), UTF_8).lines().toList() : List.of();
        } catch (IOException e) {
            giveUp(e);
            return List.of();
        }
    }

    @Override
    public void rewrite(List<String> lines) {
        if (useless) {
            return;
        }
        try {
            Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent(), "parent"));
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, lines);
            FileOutputStream opened = new FileOutputStream(fresh.toFile(), true);
            close();
            stream = opened;
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public void append(String line) {
        FileOutputStream to = stream;
        if (useless || to == null) {
            return;
        }
        try {
            to.write((line + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public void close() {
        FileOutputStream open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOGGER.atDebug().addKeyValue(LogKeys.REASON, e.toString()).log("a file could not be closed");
            }
        }
    }

    private void giveUp(IOException why) {
        useless = true;
        close();
        try {
            Files.deleteIfExists(file); // Or steps that have ended would count as cut off.
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        LOGGER.atWarn()
                .addKeyValue(LogKeys.OBJECT, file)
                .addKeyValue(LogKeys.REASON, why.toString())
                .log("it cannot be noted which steps run; one that ends this process again and again is not set aside");
    }
}
