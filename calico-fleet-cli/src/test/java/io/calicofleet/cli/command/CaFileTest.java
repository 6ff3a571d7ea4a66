package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.simulator.kubernetes.http.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CaFileTest {

    @TempDir
    private Path folder;

    @Test
    void what_has_no_certificate_or_is_not_there_is_refused_with_its_name() throws IOException {
        Path key = Files.writeString(folder.resolve("key.pem"), Tls.create().privateKeyPem());
        Path empty = Files.createFile(folder.resolve("empty.pem"));

        for (Path file : new Path[] {key, empty}) {
            assertThatThrownBy(() -> CaFile.trust(file))
                    .isInstanceOf(CliException.class)
                    .hasMessage(
                            "--ca-file " + file + " has no certificate: it starts with -----BEGIN CERTIFICATE-----");
        }
        assertThatThrownBy(() -> CaFile.trust(folder.resolve("none")))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void a_context_keeps_the_file_of_its_authorities_and_takes_none_that_is_wrong() throws IOException {
        Path config = folder.resolve("config");
        Path authorities =
                Files.writeString(folder.resolve("ca.pem"), Tls.create().certificatePem());

        Run set = set(config, authorities);
        Run wrong = set(config, folder.resolve("none"));

        assertThat(set.exitCode()).as(set.err()).isEqualTo(ExitCodes.OK);
        assertThat(Contexts.read(config).named("prod").caFile()).isEqualTo(authorities.toString());
        assertThat(wrong.exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private static Run set(Path config, Path authorities) {
        return Run.of(
                "context",
                "set",
                "prod",
                "--server",
                "https://fleet.example.com",
                "--ca-file",
                authorities.toString(),
                "--config",
                config.toString());
    }
}
