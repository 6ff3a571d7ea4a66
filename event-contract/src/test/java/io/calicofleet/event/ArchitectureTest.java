package io.calicofleet.event;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;

/** The contract is plain: whoever reads events needs nothing but this and a JSON parser. */
@AnalyzeClasses(packages = "io.calicofleet.event", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule depends_on_nothing_but_java_and_annotations = classes()
            .that()
            .resideInAPackage("io.calicofleet.event..")
            .should()
            .onlyDependOnClassesThat(resideInAPackage("io.calicofleet.event..")
                    .or(resideInAPackage("java.."))
                    .or(resideInAPackage("com.fasterxml.jackson.annotation"))
                    .or(resideInAPackage("org.jspecify.annotations")));

    @ArchTest
    static final ArchRule reads_no_clock_and_makes_nothing_up = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule every_payload_is_a_record = classes()
            .that()
            .implement(FleetEvent.class)
            .and()
            .areNotInterfaces()
            .should()
            .beRecords();
}
