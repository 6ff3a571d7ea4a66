package io.calicofleet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CertificateTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @TempDir
    private Path folder;

    private static Certificate of(String whose, Duration left) {
        return new Certificate(whose, NOON.plus(left), "Renew it");
    }

    @Test
    void what_has_ended_is_bad_what_ends_soon_is_told_and_of_the_rest_the_next() {
        List<Finding> findings = Certificate.judged(
                List.of(
                        of("c03's", Duration.ofDays(300)),
                        of("c01's", Duration.ofDays(-3)),
                        of("c02's", Duration.ofHours(30)),
                        of("c04's", Duration.ofDays(60))),
                NOON);

        assertThat(findings)
                .containsExactly(
                        Finding.ok("certificates", "2 good for two weeks or more; the next to end, in 60 days: c04's"),
                        Finding.bad("certificates", "c01's ended 3 days ago", "Renew it"),
                        Finding.look("certificates", "c02's ends in 1 day", "Renew it"));
        assertThat(Certificate.judged(List.of(), NOON)).isEmpty();
    }

    @Test
    void of_a_fleet_whose_certificates_all_ended_not_every_one_is_a_line() {
        List<Certificate> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(of("c" + i, Duration.ofDays(-i - 1)));
        }

        List<Finding> findings = Certificate.judged(all, NOON);

        assertThat(findings).hasSize(11);
        assertThat(findings.getLast().what()).isEqualTo("30 more ended, or end within two weeks");
        assertThat(findings).allMatch(finding -> finding.state() == Finding.State.BAD);
    }

    @Test
    void the_end_of_a_token_is_read_out_of_it_and_other_tokens_have_none() {
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"exp\":1796040000}".getBytes(StandardCharsets.UTF_8));

        assertThat(Kubeconfig.tokenEnds("header." + claims + ".signature")).contains(Instant.ofEpochSecond(1796040000));
        for (String other : List.of("", "opaque", "a.b.c", "a.!!.c", "a." + claims)) {
            assertThat(Kubeconfig.tokenEnds(other)).as(other).isEmpty();
        }
    }

    @Test
    void a_kubeconfig_that_cannot_be_read_is_told_without_what_is_in_it() throws Exception {
        Path file = folder.resolve("c01.yaml");
        String secret = "TOPSECRET";
        for (String text : List.of(
                "users: [{name: a, user: {token: " + secret + "}\n  - : :",
                "",
                "token: " + secret,
                "current-context: a\ncontexts: [{name: a, context: {cluster: a}}]\nclusters: [{name: a, cluster: {}}]\n")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> Kubeconfig.read(file))
                    .isInstanceOf(java.io.IOException.class)
                    .satisfies(thrown ->
                            assertThat(thrown.getMessage()).isNotBlank().doesNotContain(secret));
        }
        Files.writeString(file, """
                current-context: a
                contexts: [{name: a, context: {cluster: a, user: a}}]
                clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: a, user: {client-certificate-data: VE9QU0VDUkVU, token: TOPSECRET}}]
                """);
        Kubeconfig read = Kubeconfig.read(file);
        assertThat(read.toString()).doesNotContain(secret);
        assertThatThrownBy(() -> read.ending("c01"))
                .hasMessage("its client-certificate cannot be read: it is no certificate");
    }
}
