package io.calicofleet.planner.adapter.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.planner.People;
import io.calicofleet.planner.core.access.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TokenFileTest {

    @TempDir
    private Path folder;

    @Test
    void the_first_start_makes_a_token_that_only_its_owner_can_read_and_the_next_one_keeps_it() throws IOException {
        Path file = folder.resolve("data").resolve("token");

        TokenFile made = TokenFile.madeFor(file, "ada l");

        String[] line = Files.readString(file).strip().split(" ", -1);
        assertThat(line[0]).isEqualTo("ada-l");
        assertThat(line[1]).hasSizeGreaterThan(40).startsWith(TokenFile.PREFIX);
        assertThat(made.owner(line[1])).contains(Person.local("ada-l"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(TokenFile.madeFor(file, "bob").owner(line[1])).contains(Person.local("ada-l"));
    }

    @Test
    void a_token_that_is_withdrawn_counts_no_longer() throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, "ada " + People.ADA + "\nbob " + People.token("bob") + "\n");
        TokenFile tokens = TokenFile.of(file);
        assertThat(tokens.owner(People.token("bob"))).contains(Person.local("bob"));

        Files.writeString(file, "ada " + People.ADA + "\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-29T10:00:00Z")));

        assertThat(tokens.owner(People.token("bob"))).isEmpty();
        assertThat(tokens.owner(People.ADA)).contains(Person.local("ada"));
        Files.delete(file);
        assertThat(tokens.owner(People.ADA)).isEmpty();
    }

    @Test
    void a_line_that_is_none_is_named_and_not_quoted() throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, "# people\n\nada hunter2\n");

        assertThatThrownBy(() -> TokenFile.of(file))
                .hasMessageContaining("token, line 3")
                .hasMessageNotContaining("hunter2");
    }
}
