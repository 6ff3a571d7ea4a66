package io.calicofleet.model;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.time.Instant;
import java.util.UUID;

/** The model is pure: whoever uses it needs no cluster, no clock and no network to know what it will say. */
@AnalyzeClasses(packages = "io.calicofleet.model", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule depends_on_the_contract_and_on_trees_of_json_and_yaml_only = classes()
            .should()
            .onlyDependOnClassesThat(resideInAPackage("io.calicofleet.model..")
                    .or(resideInAPackage("io.calicofleet.event.."))
                    .or(resideInAPackage("com.fasterxml.jackson.core.."))
                    .or(resideInAPackage("com.fasterxml.jackson.databind.."))
                    // Of the text it is given.
                    .or(resideInAPackage("org.yaml.snakeyaml.."))
                    .or(resideInAPackage("org.jspecify.annotations.."))
                    .or(resideInAPackage("java.lang.."))
                    // To read what it knows as data from its own archive.
                    .or(belongToAnyOf(InputStream.class, IOException.class, UncheckedIOException.class))
                    .or(resideInAPackage("java.math.."))
                    .or(resideInAPackage("java.nio.charset.."))
                    // To decode bytes it is given.
                    .or(belongToAnyOf(ByteBuffer.class, CharBuffer.class))
                    .or(resideInAPackage("java.security.."))
                    .or(resideInAPackage("java.time.."))
                    .or(resideInAPackage("java.util..")));

    @ArchTest
    static final ArchRule reads_no_clock_and_makes_nothing_up = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.calicofleet.model.(*)..").should().beFreeOfCycles();
}
