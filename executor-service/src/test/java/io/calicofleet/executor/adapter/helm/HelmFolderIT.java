package io.calicofleet.executor.adapter.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.executor.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes leave of Helm that were killed, told by processes that really are. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmFolderIT {

    @TempDir
    private Path temporary;

    /** Takes a folder, says where it is, and stays until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws IOException {
            HelmProcess.clearLeftovers();
            Path folder = HelmFolder.get();
            Files.writeString(HelmFolder.forCall().resolve("values.yaml"), "password: secret");
            System.out.println(folder);
            int unused = System.in.read();
        }
    }

    @Test
    void what_a_killed_process_left_goes_with_the_next_and_what_a_living_one_uses_stays() throws Exception {
        // Given
        Path others = Files.createDirectory(temporary.resolve("calico-fleet-helm-of-somebody"));
        Process living = holder();
        Process killed = holder();
        Path used = folder(living);
        Path left = folder(killed);
        assertThat(killed.destroyForcibly().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(left).isDirectory();
        // When
        Process next = holder();
        Path own = folder(next);
        // Then
        assertThat(left).doesNotExist();
        assertThat(used).isDirectory();
        assertThat(others).as("of nobody who held it").isDirectory();
        assertThat(own).isDirectory();
        // When
        for (Process process : List.of(living, next)) {
            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        // Then
        assertThat(used).doesNotExist();
        assertThat(own).doesNotExist();
    }

    private Process holder() throws IOException {
        return JavaProcess.start(temporary, Holder.class);
    }

    private static Path folder(Process process) throws IOException {
        String line = process.inputReader()
                .lines()
                .filter(text -> text.startsWith("/"))
                .findFirst()
                .orElseThrow();
        return Path.of(line);
    }
}
