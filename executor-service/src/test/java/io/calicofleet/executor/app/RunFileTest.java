package io.calicofleet.executor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RunFileTest {

    @TempDir
    private Path directory;

    @Test
    void a_run_knows_that_those_before_it_are_over() {
        Path file = directory.resolve("new/e1.runs");
        try (RunFile first = RunFile.begin(file, "e1/a")) {
            assertThat(first.isOver("e1/a")).isFalse();
        }
        try (RunFile second = RunFile.begin(file, "e1/b")) {
            assertThat(second.isOver("e1/a")).isTrue();
            assertThat(second.isOver("e1/b")).isFalse();
            assertThat(second.isOver("e2/a")).isFalse();
        }
        try (RunFile third = RunFile.begin(file, "e1/c")) {
            assertThat(third.isOver("e1/a")).isTrue();
            assertThat(third.isOver("e1/b")).isTrue();
        }
    }

    @Test
    void nothing_is_over_while_the_run_before_lives() {
        Path file = directory.resolve("e1.runs");
        try (RunFile first = RunFile.begin(file, "e1/a");
                RunFile second = RunFile.begin(file, "e1/b")) {
            assertThat(first.isOver("e1/b")).isFalse();
            assertThat(second.isOver("e1/a")).isFalse();
        }
        try (RunFile third = RunFile.begin(file, "e1/c")) {
            assertThat(third.isOver("e1/a")).isTrue();
            assertThat(third.isOver("e1/b")).isFalse();
        }
    }

    @Test
    void where_the_file_cannot_be_had_nothing_is_over() throws Exception {
        Path notADirectory = Files.writeString(directory.resolve("file"), "");
        try (RunFile run = RunFile.begin(notADirectory.resolve("e1.runs"), "e1/a")) {
            assertThat(run.isOver("e1/b")).isFalse();
        }
    }
}
