package io.calicofleet.planner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** What may know what around the core. A layer or rule that matches no class fails, as ArchUnit does by default. */
@AnalyzeClasses(packages = "io.calicofleet.planner", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    private static final String ADAPTERS = "io.calicofleet.planner.adapter..";
    private static final String PORTS = "io.calicofleet.planner.port..";

    @ArchTest
    static final ArchRule only_app_knows_the_adapters = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(false)
            .layer("core")
            .definedBy("io.calicofleet.planner.core..")
            .layer("port")
            .definedBy(PORTS)
            .layer("adapter")
            .definedBy(ADAPTERS)
            .layer("app")
            .definedBy("io.calicofleet.planner.app..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("adapter")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("port")
            .mayOnlyBeAccessedByLayers("adapter", "app")
            .whereLayer("core")
            .mayOnlyBeAccessedByLayers("port", "adapter", "app");

    @ArchTest
    static final ArchRule adapters_do_not_know_each_other = SlicesRuleDefinition.slices()
            .matching("io.calicofleet.planner.adapter.(*)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule reports_are_made_of_what_rest_answers_alone = noClasses()
            .that()
            .resideInAPackage("io.calicofleet.planner.report..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.calicofleet.planner..")
                    .and(resideOutsideOfPackage("io.calicofleet.planner.report..")))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "io.quarkus..", "java.nio.file..", "java.net..");

    @ArchTest
    static final ArchRule ports_know_neither_kafka_nor_http = noClasses()
            .that()
            .resideInAPackage(PORTS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "jakarta..", "io.quarkus..");
}
