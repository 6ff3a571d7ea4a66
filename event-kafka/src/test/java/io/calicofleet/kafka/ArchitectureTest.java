package io.calicofleet.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The contract on Kafka needs a Kafka client and no framework, nor our broker; Kafka Streams only where that is the topic. */
@AnalyzeClasses(packages = "io.calicofleet.kafka", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knows_no_framework_and_no_broker = noClasses()
            .that()
            .resideInAPackage("io.calicofleet.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quarkus..",
                    "io.smallrye..",
                    "jakarta..",
                    "kafka..",
                    "org.apache.kafka.streams..",
                    "io.calicofleet.broker..",
                    "io.calicofleet.runtime..");
}
