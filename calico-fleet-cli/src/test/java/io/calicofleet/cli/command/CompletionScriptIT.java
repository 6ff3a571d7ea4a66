package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in the shells themselves, where there are these, with a program that says what it was asked. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompletionScriptIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void program() throws IOException {
        Path program = folder.resolve("calico-fleet");
        Files.writeString(program, """
                #!/bin/sh
                shift
                for last; do :; done
                echo "$@" >> "$0.asked"
                case $last in
                  --for=*) printf -- '--for=phase=held\\twaits\\n:4\\n' ;;
                  f*) echo :0 ;;
                  none) ;;
                  *) printf 'calico-3-22\\truns: in wave one\\nother\\n:4\\n' ;;
                esac
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("file.yaml"), "");
        for (String shell : new String[] {"bash", "zsh", "fish"}) {
            Files.writeString(
                    folder.resolve("script." + shell),
                    Run.of("completion", shell).out());
        }
    }

    @Test
    void bash_offers_what_the_program_says_and_replaces_what_it_takes_for_a_word() throws Exception {
        String offer = """
                source script.bash
                offer() { COMP_LINE=$1 COMP_POINT=${#1}; _calico_fleet 2>/dev/null; printf '%s|' "${COMPREPLY[@]}"; echo; }
                offer 'calico-fleet status '; offer 'calico-fleet wait --for=phase=h'; offer 'calico-fleet none'
                offer 'no-such-program x'
                """;

        assertThat(run("bash", "--norc", "-c", offer)).isEqualTo("calico-3-22|other|\nheld|\n|\n|\n");
        assertThat(folder.resolve("calico-fleet.asked")).hasContent("status \nwait --for=phase=h\nnone\n");
    }

    @Test
    void zsh_offers_what_the_program_says_with_what_it_is_and_files_where_these_are_meant() throws Exception {
        String offer = """
                compdef() { : }
                _describe() { print -rl -- ${(P)2} }
                _files() { print files }
                source ./script.zsh
                offer() { words=("$@"); CURRENT=$#; _calico_fleet }
                offer calico-fleet status ''; offer calico-fleet apply f; offer calico-fleet none
                """;

        assertThat(run("zsh", "-f", "-c", offer)).isEqualTo("calico-3-22:runs: in wave one\nother\nfiles\n");
    }

    @Test
    void zsh_offers_the_same_when_the_script_is_a_file_in_a_folder_of_fpath() throws Exception {
        String offer = """
                _describe() { print -rl -- ${(P)2} }
                mkdir functions && cp script.zsh functions/_calico_fleet
                fpath=(functions) && autoload -U _calico_fleet
                offer() { words=("$@"); CURRENT=$#; _calico_fleet }
                offer calico-fleet status ''; offer calico-fleet status ''
                """;

        assertThat(run("zsh", "-f", "-c", offer)).isEqualTo("calico-3-22:runs: in wave one\nother\n".repeat(2));
    }

    @Test
    void fish_offers_what_the_program_says_with_what_it_is_and_files_where_these_are_meant() throws Exception {
        String offer = """
                source script.fish
                complete -C 'calico-fleet status '
                complete -C 'calico-fleet apply f'
                complete -C 'calico-fleet none'
                """;

        assertThat(run("fish", "--no-config", "-c", offer))
                .isEqualTo("calico-3-22\truns: in wave one\nother\nfile.yaml\n");
    }

    private String run(String... command) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin", command[0])) || Files.isExecutable(Path.of("/bin", command[0])),
                () -> "there is no " + command[0] + " here");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        builder.environment().put("HOME", folder.toString());
        builder.redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
