package io.calicofleet.runtime.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.fuzz.SoftwareAuthenticator;
import io.calicofleet.kafka.attestation.KeyFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose signature counts, by a real authenticator in software. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PasskeysTest {

    private static final String SITE = "fleet.example.com";
    private static final String ORIGIN = "https://fleet.example.com";
    private static final String DIGEST = "5f".repeat(32);

    private final SoftwareAuthenticator grace = new SoftwareAuthenticator("grace-1", SITE, ORIGIN);
    private final SoftwareAuthenticator eve = new SoftwareAuthenticator("eve-1", SITE, ORIGIN);
    private final Passkeys passkeys = new Passkeys(
            new Passkeys.Site(SITE, Set.of(ORIGIN)), List.of(new Passkeys.Passkey("grace", grace.id(), grace.key())));

    @TempDir
    private Path folder;

    @Test
    void what_somebody_signed_counts_for_them_and_for_that_digest_alone() {
        PasskeyAssertion signed = grace.sign(DIGEST);
        assertThat(passkeys.check(signed, DIGEST)).isEqualTo(new Passkeys.Checked("grace", ""));
        assertThat(passkeys.signer(signed, DIGEST))
                .as("as often as it is looked at")
                .hasValue("grace");
        assertThat(passkeys.signer(signed, "5e" + DIGEST.substring(2))).isEmpty();
    }

    @Test
    void a_passkey_that_is_not_known_here_does_not_count_whatever_it_calls_itself() {
        assertThat(passkeys.check(eve.sign(DIGEST), DIGEST).problem()).isEqualTo("the passkey is not known here");
        PasskeyAssertion forged = eve.sign(DIGEST);
        PasskeyAssertion asGrace =
                new PasskeyAssertion(grace.id(), forged.authenticatorData(), forged.clientData(), forged.signature());
        assertThat(passkeys.check(asGrace, DIGEST).problem()).startsWith("its signature does not count");
    }

    @Test
    void one_for_another_site_or_page_does_not_count() {
        assertThat(passkeys.signer(grace.on("evil.example.com", ORIGIN).sign(DIGEST), DIGEST))
                .isEmpty();
        assertThat(passkeys.signer(grace.on(SITE, "https://evil.example.com").sign(DIGEST), DIGEST))
                .isEmpty();
    }

    @Test
    void one_whose_authenticator_did_not_know_its_owner_does_not_count() {
        assertThat(passkeys.signer(grace.knowingNobody().sign(DIGEST), DIGEST)).isEmpty();
    }

    @Test
    void nonsense_does_not_count_and_breaks_nothing() {
        PasskeyAssertion signed = grace.sign(DIGEST);
        assertThat(List.of(
                        new PasskeyAssertion(grace.id(), "", "", ""),
                        new PasskeyAssertion(grace.id(), "%%", "e30", "AA"),
                        new PasskeyAssertion(signed.id(), signed.authenticatorData(), "e30", signed.signature()),
                        new PasskeyAssertion(signed.id(), signed.authenticatorData(), signed.clientData(), "AAAA")))
                .allSatisfy(one -> assertThat(passkeys.signer(one, DIGEST)).isEmpty());
        assertThat(passkeys.signer(signed, "no digest")).isEmpty();
    }

    @Test
    void a_passkey_is_registered_for_whom_it_was_made_and_signs_from_then_on() throws Exception {
        // Given
        String client = eve.clientData(Passkeys.registration("eve"));
        Passkeys.Passkey made = passkeys.registered("eve", eve.attestation(), client);
        assertThat(made.id()).isEqualTo(eve.id());
        assertThatThrownBy(() -> passkeys.registered("grace", eve.attestation(), client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("it is no passkey made for grace here");
        // When
        Path file =
                write("site: {id: " + SITE + ", origins: [\"" + ORIGIN + "\"]}\npeople:\n" + PasskeysFile.entry(made));
        // Then
        Passkeys read = PasskeysFile.read(file).passkeys();
        assertThat(read.signer(eve.sign(DIGEST), DIGEST)).hasValue("eve");
        assertThat(read.of("eve")).containsExactly(eve.id());
    }

    @Test
    void the_rules_of_an_executor_are_in_the_file_too() throws Exception {
        PasskeysFile.Content content = PasskeysFile.read(write(people()
                + "rules:\n- {clusters: [\"prod-*\", eu], quorum: 1, people: [grace], validFor: P3D, restores: false}\n"
                + "- {clusters: [\"*\"]}\n"));
        PasskeysFile.Rule first = content.rules().getFirst();
        assertThat(first.clusters().test(ClusterId.of("prod-1"))).isTrue();
        assertThat(first.clusters().test(ClusterId.of("eu"))).isTrue();
        assertThat(first.clusters().test(ClusterId.of("eu-prod-1"))).isFalse();
        assertThat(first.validFor()).isEqualTo(Duration.ofDays(3));
        assertThat(first.restores()).isFalse();
        PasskeysFile.Rule second = content.rules().getLast();
        assertThat(second.quorum()).isEqualTo(1);
        assertThat(second.people()).isEmpty();
        assertThat(second.restores()).isTrue();
        assertThat(second.validFor()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void what_is_wrong_with_a_file_is_said_with_its_place() throws Exception {
        assertThat(problem("people: []")).contains("site is missing");
        assertThat(problem(people() + "rules:\n- {quorum: 1}\n")).contains("rules[0].clusters names no cluster");
        assertThat(problem(people() + "rules:\n- {clusters: [a], people: [eve]}\n"))
                .contains("rules[0].people: 'eve' has no passkey in this file.");
        assertThat(problem(people() + "rules:\n- {clusters: [a], quorum: 2}\n"))
                .contains("rules[0].quorum is 2; it is from 1 to the number of people, which is 1.");
        assertThat(problem(people() + "rules:\n- {clusters: [a], validFor: soon}\n"))
                .contains("no duration");
        assertThat(problem(people().replace(grace.publicKey(), "AAAA"))).contains("people[0].passkeys[0].publicKey");
        assertThat(problem(people() + "rule: []\n")).contains("'rule' is unknown; there are people, rules, site.");
        assertThatThrownBy(() -> PasskeysFile.read(folder.resolve("none.yaml")))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("There is no file of passkeys");
    }

    private String people() {
        return "site: {id: " + SITE + ", origins: [\"" + ORIGIN
                + "\"]}\npeople:\n- name: grace\n  passkeys:\n  - {id: \"" + grace.id() + "\", publicKey: \""
                + grace.publicKey() + "\"}\n";
    }

    private String problem(String text) throws IOException {
        Path file = write(text);
        return catchThrowableOfType(KeyFileException.class, () -> PasskeysFile.read(file))
                .getMessage();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("passkeys.yaml"), text);
    }
}
