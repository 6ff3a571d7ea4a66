package io.calicofleet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The command line talks to the planner by REST; of the planner it has the core, for simulations, and what makes and checks reports. */
@AnalyzeClasses(packages = "io.calicofleet.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule of_the_planner_only_the_core_and_the_reports_are_here = noClasses()
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.calicofleet.planner..")
                    .and(JavaClass.Predicates.resideOutsideOfPackages(
                            "io.calicofleet.planner.core..", "io.calicofleet.planner.report..")));

    @ArchTest
    static final ArchRule the_core_is_for_simulations_only = noClasses()
            .that()
            .resideOutsideOfPackages("io.calicofleet.cli.simulate..", "io.calicofleet.cli.command..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.calicofleet.planner.."));
}
