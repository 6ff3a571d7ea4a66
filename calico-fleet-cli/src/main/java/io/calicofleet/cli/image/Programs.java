package io.calicofleet.cli.image;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs of the system that make a part of an image. */
final class Programs {

    private Programs() {}

    /**
     * Runs one to its end.
     *
     * @param work where it runs; what it says is kept there
     * @throws CliException with what it said, where it fails
     */
    static void run(Path work, String... command) throws IOException, InterruptedException {
        Path said = work.resolve("said.txt");
        int code = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw CliException.failed(command[0] + " ended with " + code + ": "
                    + Files.readString(said).strip());
        }
    }
}
