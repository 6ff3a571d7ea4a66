package io.calicofleet.planner.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The core of the planner is pure. A rule that matches no class fails, as ArchUnit does by default. */
@AnalyzeClasses(packages = "io.calicofleet.planner", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CORE = "io.calicofleet.planner.core..";

    @ArchTest
    static final ArchRule core_depends_on_nothing_but_the_contract_and_the_model = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    CORE,
                    "java..",
                    "io.calicofleet.event..",
                    "io.calicofleet.model..",
                    "org.pcollections..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule core_does_no_input_or_output = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.util.concurrent..",
                    "java.util.logging..");

    @ArchTest
    static final ArchRule core_does_not_look_at_the_clock = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule core_does_not_throw_dice = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class);

    @ArchTest
    static final ArchRule packages_of_the_core_have_no_cycles = SlicesRuleDefinition.slices()
            .matching("io.calicofleet.planner.(core..)")
            .should()
            .beFreeOfCycles();
}
