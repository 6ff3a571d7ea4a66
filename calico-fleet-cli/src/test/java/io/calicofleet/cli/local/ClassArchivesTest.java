package io.calicofleet.cli.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes start with the classes that one before them has loaded. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClassArchivesTest {

    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx64m");

    @TempDir
    private Path directory;

    private Path folder;
    private Path jar;

    @BeforeEach
    void installed() throws IOException {
        folder = directory.resolve("classes");
        jar = Files.writeString(directory.resolve("a.jar"), "one build");
    }

    @Test
    void the_first_process_makes_it_and_the_next_has_its_classes_from_it() throws Exception {
        // When
        ClassArchives first = new ClassArchives(folder);
        List<String> making = options(first);
        run(making);
        first.keep();
        List<String> using = options(new ClassArchives(folder));
        String loaded =
                run(Stream.concat(using.stream(), Stream.of("-Xlog:class+load")).toList());
        // Then
        assertThat(making).anyMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit="));
        assertThat(using).anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
        assertThat(archives()).hasSize(1);
        assertThat(loaded.lines())
                .anyMatch(line -> line.contains(Idle.class.getName() + " source: shared objects file"));
    }

    @Test
    void one_of_an_earlier_build_is_not_used_and_goes_once_there_is_another() throws IOException {
        // Given
        ClassArchives first = new ClassArchives(folder);
        write(options(first), new byte[] {1, 2, 3, 4});
        first.keep();
        List<Path> earlier = archives();
        // When
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-11-29T00:00:00Z")));
        ClassArchives second = new ClassArchives(folder);
        List<String> making = options(second);
        write(making, new byte[] {1, 2, 3, 4});
        second.keep();
        // Then
        assertThat(making).anyMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit="));
        assertThat(archives()).hasSize(1).doesNotContainAnyElementsOf(earlier);
    }

    @Test
    void what_a_killed_process_has_begun_is_not_kept() throws IOException {
        ClassArchives archives = new ClassArchives(folder);
        write(options(archives), new byte[4096]);

        archives.keep();

        assertThat(archives()).isEmpty();
        assertThat(options(new ClassArchives(folder)))
                .anyMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit="));
    }

    @Test
    void where_it_cannot_be_written_nothing_is_kept_and_nothing_fails() throws IOException {
        Files.writeString(folder, "a file, not a folder");
        ClassArchives archives = new ClassArchives(folder);
        write(options(archives), new byte[] {1, 2, 3, 4});

        archives.keep();

        assertThat(folder).isRegularFile();
    }

    /** What is started: it loads a class of the class path and ends. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] arguments) {}
    }

    private List<String> options(ClassArchives archives) {
        return archives.options("idle", JVM, List.of(jar), directory);
    }

    private static void write(List<String> making, byte[] content) throws IOException {
        for (String option : making) {
            if (option.startsWith("-XX:ArchiveClassesAtExit=")) {
                Files.write(Path.of(option.substring(option.indexOf('=') + 1)), content);
            }
        }
    }

    private List<Path> archives() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Archives are of classes in jars: the compiled tests are none. */
    private String run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JvmOptions.java()));
        command.addAll(JVM);
        command.addAll(options);
        command.addAll(List.of("-cp", idle().toString(), Idle.class.getName()));
        File output = Files.createTempFile(directory, "run", ".log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readString(output.toPath());
    }

    private Path idle() throws IOException {
        Path idle = directory.resolve("idle.jar");
        if (!Files.exists(idle)) {
            String name = Idle.class.getName().replace('.', '/') + ".class";
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(idle));
                    InputStream in = requireNonNull(Idle.class.getClassLoader().getResourceAsStream(name))) {
                out.putNextEntry(new JarEntry(name));
                in.transferTo(out);
            }
        }
        return idle;
    }
}
