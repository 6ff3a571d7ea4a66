package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read is what the schemas say. {@code -Dgolden.update} writes the pages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReferencePagesTest {

    private static final Path FOLDER = Path.of("../docs/reference");

    @ParameterizedTest
    @ValueSource(strings = {"topics.md", "events.md"})
    void the_page_is_up_to_date(String name) throws IOException {
        String page = switch (name) {
            case "topics.md" -> ReferencePages.topics();
            default -> ReferencePages.events();
        };
        Path file = FOLDER.resolve(name);
        if (System.getProperty("golden.update") != null) {
            Files.writeString(file, page);
        }

        assertThat(file).as("write it with -Dgolden.update").exists();
        assertThat(Files.readString(file))
                .as("%s; write it anew with -Dgolden.update", file)
                .isEqualTo(page);
    }
}
