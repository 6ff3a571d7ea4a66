package io.calicofleet.executor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NotesFileTest {

    @TempDir
    Path directory;

    @Test
    void what_was_noted_is_read_by_the_next_run_though_nothing_was_closed() {
        Path file = directory.resolve("executors/it.steps");
        NotesFile first = new NotesFile(file);
        assertThat(first.read()).isEmpty();
        first.rewrite(List.of("a"));
        first.append("b");
        first.append("c");
        assertThat(new NotesFile(file).read()).containsExactly("a", "b", "c");
        // When
        first.rewrite(List.of("d"));
        first.append("e");
        // Then
        assertThat(new NotesFile(file).read()).containsExactly("d", "e");
        first.close();
        first.append("f");
        assertThat(new NotesFile(file).read()).containsExactly("d", "e");
    }

    @Test
    void an_interrupted_thread_notes_as_well() {
        Path file = directory.resolve("it.steps");
        NotesFile notes = new NotesFile(file);
        notes.rewrite(List.of());
        Thread.currentThread().interrupt();
        notes.append("a");
        assertThat(Thread.interrupted()).isTrue();
        notes.append("b");
        assertThat(new NotesFile(file).read()).containsExactly("a", "b");
    }

    @Test
    void where_nothing_can_be_written_nothing_is_noted_and_nothing_thrown() throws Exception {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");
        NotesFile notes = new NotesFile(inTheWay.resolve("it.steps"));
        assertThat(notes.read()).isEmpty();
        notes.rewrite(List.of("a"));
        notes.append("b");
        notes.rewrite(List.of("a"));
        notes.close();
        assertThat(Files.readString(inTheWay)).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_written_anew_is_removed_so_that_nobody_is_blamed_by_old_notes() throws Exception {
        Path file = directory.resolve("it.steps");
        NotesFile notes = new NotesFile(file);
        notes.rewrite(List.of("began u1/c01/upgrade/1"));
        Files.createDirectories(directory.resolve("it.steps.new/full"));
        // When
        notes.rewrite(List.of());
        notes.append("began u1/c02/upgrade/1");
        // Then
        assertThat(file).doesNotExist();
    }
}
