package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.kafka.attestation.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LocalKeysTest {

    @TempDir
    Path data;

    @Test
    void keys_are_made_once_for_this_user_alone_and_all_of_them_are_trusted() throws Exception {
        var options = LocalKeys.in(settings(null)).options(FleetService.PLANNER);

        Path folder = data.resolve("keys");
        assertThat(options)
                .containsExactly(
                        "-Dsigning.key=" + folder.resolve("planner.pem"),
                        "-Dsigning.trusted-keys=" + folder.resolve("trusted.yaml"));
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        String trusted = Files.readString(folder.resolve("trusted.yaml"));
        for (String service : new String[] {"planner", "executor", "verifier"}) {
            Path file = folder.resolve(service + ".pem");
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(trusted)
                    .contains("- sender: " + service)
                    .contains("publicKey: " + SigningKey.read(file).publicKey());
        }
        LocalKeys.in(settings(null));
        assertThat(Files.readString(folder.resolve("trusted.yaml"))).isEqualTo(trusted);
    }

    @Test
    void where_there_are_or_may_be_records_from_before_those_count_unsigned() throws IOException {
        Files.createDirectory(data.resolve("kafka"));
        assertThat(LocalKeys.in(settings(null)).options(FleetService.EXECUTOR))
                .contains("-Dsigning.accept-unsigned=true");
    }

    @Test
    void on_a_kafka_of_others_there_may_be_records_from_before() {
        assertThat(LocalKeys.in(settings("kafka:9092")).options(FleetService.EXECUTOR))
                .contains("-Dsigning.accept-unsigned=true");
    }

    private SystemSettings settings(@Nullable String kafka) {
        return new SystemSettings(data, 0, 0, kafka, null, null, 0);
    }
}
