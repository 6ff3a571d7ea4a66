package io.calicofleet.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.local.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A burst of seeds with the real processes; {@code -Dcalicofleet.seed} sets other ones, {@code ./calico-fleet chaos} runs many. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChaosIT {

    private static final long SEED = Long.getLong("calicofleet.seed", 1);
    private static final int SEEDS = 3;

    @TempDir
    private Path folder;

    @Test
    @Timeout(400)
    void every_invariant_holds_though_parts_of_the_system_fail() throws InterruptedException {
        List<Path> missing = Installation.here().missing().stream()
                .filter(path -> path.toString().contains("quarkus-app"))
                .toList();
        assumeTrue(missing.isEmpty(), () -> "not packaged, run ./mvnw verify at the top: " + missing);
        List<String> told = new CopyOnWriteArrayList<>();
        Burst burst = Burst.of(SEED, SEEDS, 2, Duration.ofSeconds(12));

        History history = new ChaosRun(burst, folder, told::add).run(told::add);

        List<String> findings = new ArrayList<>();
        for (Invariant invariant : Invariant.values()) {
            invariant
                    .check(history)
                    .forEach(finding ->
                            findings.add(invariant.text() + ": seeds " + burst.seedsOf(finding) + ": " + finding));
        }
        assertThat(findings)
                .as("seeds from " + SEED + ":\n" + String.join("\n", told))
                .isEmpty();
        assertThat(history.campaigns()).hasSizeGreaterThanOrEqualTo(SEEDS);
        assertThat(history.clusters().values()).anyMatch(log -> !log.writes().isEmpty());
    }
}
