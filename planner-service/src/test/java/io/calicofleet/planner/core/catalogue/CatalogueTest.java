package io.calicofleet.planner.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code calico-versions.yaml} is complete and consistent. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CatalogueTest {

    private static final VersionCatalogue CATALOGUE = Fleet.CATALOGUE;

    @Test
    void has_every_release_line_from_the_first_to_the_last_in_order() {
        assertThat(CATALOGUE.releases())
                .extracting(Release::line)
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 33)
                        .mapToObj(minor -> "v3." + minor)
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> every_release_is_consistent() {
        return CATALOGUE.releases().stream()
                .map(release -> DynamicTest.dynamicTest(release.line(), () -> {
                    CalicoVersion first = CalicoVersion.parse(release.line() + ".0");
                    assertThat(release.upgradesFrom()).isLessThanOrEqualTo(first);
                    KubernetesRange tested = release.tested();
                    if (!tested.equals(KubernetesRange.ALL)) {
                        assertThat(tested.from()).isLessThanOrEqualTo(tested.to());
                    }
                    release.operator().forEach((calico, operator) -> {
                        assertThat(CalicoVersion.parse(calico).line()).isEqualTo(release.line());
                        assertThat(operator).isNotEmpty().allMatch(version -> version.matches("v1\\.\\d+\\.\\d+"));
                    });
                    assertThat(CATALOGUE.release(first)).contains(release);
                }));
    }

    /** Those whose authors said what they test. */
    private static List<Release> tested() {
        return CATALOGUE.releases().stream()
                .filter(release -> !release.tested().equals(KubernetesRange.ALL))
                .toList();
    }

    @Test
    void only_the_first_release_and_the_one_that_is_being_made_are_tested_with_nobody_says_what() {
        assertThat(tested()).hasSize(CATALOGUE.releases().size() - 2);
    }

    @Test
    void tested_kubernetes_never_goes_back() {
        List<Release> releases = tested();
        for (int i = 1; i < releases.size(); i++) {
            assertThat(releases.get(i).tested().from())
                    .as(releases.get(i).line())
                    .isGreaterThanOrEqualTo(releases.get(i - 1).tested().from());
            assertThat(releases.get(i).tested().to())
                    .as(releases.get(i).line())
                    .isGreaterThanOrEqualTo(releases.get(i - 1).tested().to());
        }
    }

    @Test
    void no_release_is_refused_on_every_kubernetes_it_is_tested_with() {
        for (Release release : tested()) {
            CalicoVersion version =
                    release.last() == null ? CalicoVersion.parse(release.line() + ".0") : release.last();
            var facts = new Fleet.Facts();
            facts.kubernetes = release.tested().from() + ".0";
            assertThat(CATALOGUE.hazards())
                    .filteredOn(hazard -> hazard.severity() == Severity.REFUSE)
                    .noneMatch(hazard -> hazard.appliesTo(release.upgradesFrom(), version, facts.build()));
        }
    }

    @TestFactory
    Stream<DynamicTest> every_hazard_is_consistent() {
        assertThat(CATALOGUE.hazards()).extracting(Hazard::id).doesNotHaveDuplicates();
        return CATALOGUE.hazards().stream()
                .map(hazard -> DynamicTest.dynamicTest(hazard.id(), () -> {
                    assertThat(hazard.id()).matches("[a-z0-9-]+");
                    assertThat(hazard.sentence()).matches("[A-Z].*\\.");
                    assertThat(hazard.instead()).matches("[A-Z].*\\.");
                    for (VersionRange range : List.of(hazard.source(), hazard.target())) {
                        if (range.from() != null && range.before() != null) {
                            assertThat(range.from()).isLessThan(range.before());
                        }
                        Stream.of(range.from(), range.before())
                                .filter(version -> version != null)
                                .forEach(version ->
                                        assertThat(CATALOGUE.release(version)).isPresent());
                    }
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, v3.22.5, true",
        "v3.13.4, v3.14.0, true",
        "v3.0.1, v3.13.4, false",
        "v3.14.0, v3.22.5, false",
        "v3.22.5, v3.28.5, false"
    })
    void knows_which_way_closes_host_endpoints(String source, String target, boolean closes) {
        assertThat(CATALOGUE.closesHostEndpoints(CalicoVersion.parse(source), CalicoVersion.parse(target)))
                .isEqualTo(closes);
    }

    @ParameterizedTest
    @CsvSource({"v1.21.14, 1.21", "1.9, 1.9", "v1.27.3-gke.100, 1.27", "1.21+, 1.21", "v1.29.4+k3s1, 1.29"})
    void reads_versions_of_kubernetes(String text, String version) {
        assertThat(KubernetesVersion.parse(text)).hasToString(version);
    }

    @Test
    void a_mistake_in_the_file_is_named() {
        var reading = CatalogueReader.read(Map.of(
                "hostEndpointsDenyByDefault", "v3.14.0",
                "releases", List.of(Map.of("line", "v3.22", "upgradesFrom", "3", "tests", "x")),
                "hazards", List.of(Map.of("id", "x", "severity", "refuze", "when", List.of("rain")))));

        assertThat(((Reading.Refused<VersionCatalogue>) reading).problems())
                .extracting(Problem::field)
                .containsExactlyInAnyOrder(
                        "releases[0].upgradesFrom",
                        "releases[0].tests",
                        "hazards[0].severity",
                        "hazards[0].when[0]",
                        "hazards[0].sentence",
                        "hazards[0].instead");
    }
}
