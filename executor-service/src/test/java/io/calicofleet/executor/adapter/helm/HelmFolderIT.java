package io.calicofleet.executor.adapter.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.executor.JavaProcess;
import io.calicofleet.executor.port.FenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
            Path call = HelmFolder.forCall();
            Files.writeString(call.resolve("values.yaml"), "password: secret");
            System.out.println(folder);
            int unused = System.in.read();
            HelmFolder.endCall(call);
        }
    }

    /** Ends while a call runs, and begins others until none may be begun. */
    static final class Ending {
        public static void main(String[] arguments) throws IOException {
            Path running = HelmFolder.forCall();
            Thread.ofPlatform().start(() -> System.exit(0));
            try {
                while (true) {
                    HelmFolder.endCall(HelmFolder.forCall());
                }
            } catch (FenceException fenced) {
                System.out.println(fenced.why() + " " + Files.isDirectory(running) + " " + running);
            } finally {
                HelmFolder.endCall(running);
            }
        }
    }

    @Test
    void a_process_that_ends_begins_no_call_and_keeps_the_folder_of_one_that_runs_until_it_has_let_go()
            throws Exception {
        Process ending = JavaProcess.start(temporary, Ending.class);
        List<String> told = ending.inputReader().lines().toList();
        assertThat(ending.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(told).singleElement().asString().startsWith("HANDED_BACK true " + temporary);
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("calico-fleet-helm-")))
                    .isEmpty();
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
