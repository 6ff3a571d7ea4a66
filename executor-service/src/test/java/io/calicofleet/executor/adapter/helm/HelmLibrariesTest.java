package io.calicofleet.executor.adapter.helm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmLibrariesTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, helm-linux-amd64.so",
        "Linux, x86_64, helm-linux-amd64.so",
        "Linux, aarch64, helm-linux-arm64.so",
        "Mac OS X, aarch64, helm-darwin-10.12-arm64.dylib",
        "Windows 11, amd64, helm-windows-4.0-amd64.dll"
    })
    void knows_the_library_of_a_platform(String system, String processor, String binary) {
        assertThat(HelmLibraries.fits(binary, HelmLibraries.platform(system, processor)))
                .isTrue();
    }

    @Test
    void never_takes_that_of_another() {
        assertThat(HelmLibraries.fits("helm-linux-amd64.so", HelmLibraries.platform("Mac OS X", "aarch64")))
                .isFalse();
        assertThat(HelmLibraries.fits("helm-linux-amd64.so", HelmLibraries.platform("Linux", "s390x")))
                .isFalse();
    }

    @Test
    void says_what_to_do_where_the_platform_has_none() {
        assertThat(HelmLibraries.missing("Linux", "s390x"))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("no native library for Linux on s390x")
                        .contains("it has helm-linux-amd64.so")
                        .contains("Run the executor on linux amd64"));
        assertThat(HelmLibraries.missing("Linux", "amd64")).isEmpty();
    }
}
