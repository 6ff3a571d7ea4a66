package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the script that makes a shell complete our commands. */
@Command(
        name = "completion",
        description =
                "Print the script with which a shell completes commands, options, and the names of what is there.",
        footer = {
            "",
            "bash: source <(calico-fleet completion bash)      in ~/.bashrc",
            "zsh:  source <(calico-fleet completion zsh)       in ~/.zshrc, after compinit",
            "fish: calico-fleet completion fish > ~/.config/fish/completions/calico-fleet.fish",
            "kubectl calico_fleet: with the project's folder on the PATH, kubectl's own completion asks for ours."
        })
final class CompletionCommand implements Callable<Integer> {

    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Terminal terminal;

    @Parameters(
            paramLabel = "SHELL",
            completionCandidates = Shells.class,
            description = "One of ${COMPLETION-CANDIDATES}")
    private String shell = "";

    /** Prints to {@code terminal}. */
    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!SHELLS.contains(shell)) {
            throw CliException.usage("there is no completion for '" + shell + "': " + String.join(", ", SHELLS));
        }
        try (InputStream script = Objects.requireNonNull(
                CompletionCommand.class.getResourceAsStream("/completion/calico-fleet." + shell), shell)) {
            terminal.document(new String(script.readAllBytes(), StandardCharsets.UTF_8).stripTrailing());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitCodes.OK;
    }

    /** For the completion of shells. */
    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SHELLS.iterator();
        }
    }
}
