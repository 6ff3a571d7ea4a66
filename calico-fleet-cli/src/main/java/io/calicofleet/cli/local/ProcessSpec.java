package io.calicofleet.cli.local;

import java.nio.file.Path;
import java.util.List;

/**
 * How a process is started.
 *
 * @param name its name in messages and of its log file
 * @param command program and arguments
 * @param log where its output goes; what is there already stays
 */
public record ProcessSpec(String name, List<String> command, Path log) {

    public ProcessSpec {
        command = List.copyOf(command);
    }
}
