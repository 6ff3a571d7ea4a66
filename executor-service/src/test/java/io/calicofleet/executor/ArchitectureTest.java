package io.calicofleet.executor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchitectureTest {

    private static final String ROOT = "io.calicofleet.executor";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "core.merge",
                "core.datastore",
                "core.detect",
                "core.policy",
                "core.lockout",
                "core.observe",
                "core.helm",
                "port",
                "engine",
                "step",
                "step.upgrade",
                "adapter.calico",
                "adapter.calico.etcd",
                "adapter.helm",
                "adapter.dns",
                "adapter.kubernetes",
                "adapter.kubeconfig",
                "adapter.kafka",
                "adapter.release",
                "adapter.drill",
                "app"
            })
    void no_layer_is_empty_so_that_no_rule_is_about_nothing(String layer) {
        assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(ROOT + "." + layer)))
                .isNotEmpty();
    }

    @Test
    void the_core_is_pure() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".core..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        ROOT + ".core..",
                        "io.calicofleet.event..",
                        "io.calicofleet.model..",
                        "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.databind..",
                        "org.jspecify.annotations..",
                        "java..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".core..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .check(CLASSES);
    }

    @Test
    void the_ports_know_the_core_only_so_that_they_point_inwards() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".port..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        ROOT + ".port..",
                        ROOT + ".core..",
                        "io.calicofleet.event..",
                        "io.calicofleet.model..",
                        "com.fasterxml.jackson.databind..",
                        "org.jspecify.annotations..",
                        "java..")
                .check(CLASSES);
    }

    @Test
    void steps_know_the_core_and_nothing_of_how_a_cluster_or_a_message_is_reached() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".step..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".engine..",
                        ROOT + ".adapter..",
                        ROOT + ".app..",
                        "io.fabric8..",
                        "io.quarkus..",
                        "org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void the_engine_knows_neither_steps_nor_adapters_nor_frameworks() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".step..",
                        ROOT + ".adapter..",
                        ROOT + ".app..",
                        "io.fabric8..",
                        "io.quarkus..",
                        "io.smallrye..",
                        "org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void packages_have_no_cycles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void adapters_know_no_steps() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".adapter..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".step..")
                .check(CLASSES);
    }

    @Test
    void adapters_do_not_know_each_other() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void one_adapter_speaks_to_etcd() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".adapter.calico.etcd..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.etcd..", "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void only_the_app_knows_quarkus_and_nobody_knows_the_app() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".app..", "io.quarkus..", "jakarta..", "org.eclipse.microprofile..")
                .check(CLASSES);
    }
}
