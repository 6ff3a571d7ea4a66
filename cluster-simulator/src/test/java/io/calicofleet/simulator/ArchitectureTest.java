package io.calicofleet.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchitectureTest {

    private static final String ROOT = "io.calicofleet.simulator";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test/"))
            .importPackages(ROOT);

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.api", "kubernetes.http", "kubernetes.store", "calico", "calico.operator"})
    void no_layer_is_empty_so_that_no_rule_is_about_nothing(String layer) {
        assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(ROOT + "." + layer)))
                .isNotEmpty();
    }

    @Test
    void the_API_server_knows_nothing_of_what_runs_on_it() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".kubernetes..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, ROOT + ".calico..", ROOT + ".etcd..", ROOT + ".demo..")
                .check(CLASSES);
    }
}
