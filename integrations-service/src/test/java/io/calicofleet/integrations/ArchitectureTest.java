package io.calicofleet.integrations;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The layers: core is pure, adapter brings Kafka and HTTP, only app wires. A rule that matches nothing fails. */
@AnalyzeClasses(packages = "io.calicofleet.integrations", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CORE = "io.calicofleet.integrations.core..";
    private static final String ADAPTER = "io.calicofleet.integrations.adapter..";
    private static final String APP = "io.calicofleet.integrations.app..";

    @ArchTest
    static final ArchRule core_knows_nothing_but_the_contract_and_the_jdk = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(CORE, "io.calicofleet.event", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule core_reads_no_clock_and_throws_no_dice = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, InstantSource.class, ThreadLocalRandom.class, java.util.Random.class);

    @ArchTest
    static final ArchRule core_does_no_input_or_output = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.util.concurrent..", "org.slf4j..");

    @ArchTest
    static final ArchRule adapters_do_not_know_who_wires_them = noClasses()
            .that()
            .resideInAPackage(ADAPTER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(APP, "io.quarkus..", "io.micrometer..", "jakarta..", "org.eclipse.microprofile..");

    @ArchTest
    static void no_layer_is_empty(JavaClasses classes) {
        for (String layer : new String[] {
            "core",
            "core.chat",
            "port",
            "adapter.webhook",
            "adapter.sql",
            "adapter.slack",
            "adapter.mattermost",
            "adapter.teams",
            "app"
        }) {
            assertThat(classes.stream()
                            .filter(type -> type.getPackageName().equals("io.calicofleet.integrations." + layer)))
                    .as(layer)
                    .isNotEmpty();
        }
    }
}
