package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.SigningKey;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SigningTest {

    private final SigningKey planner = SigningKey.generate();
    private final SigningKey executor = SigningKey.generate();
    private final SigningKey verifier = SigningKey.generate();

    @TempDir
    Path directory;

    @Test
    void without_settings_nothing_is_signed_or_checked() {
        Signing signing = Signing.of(config(Map.of()), Sender.PLANNER);

        assertThat(signing.checked(Map.of("a", "b"), Refused.DROPPED)).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void with_a_key_and_trusted_keys_consumers_check() throws IOException {
        Signing signing = Signing.of(config(both(trusted())), Sender.PLANNER);

        assertThat(signing.checked(Map.of(), Refused.DROPPED)).containsKey("interceptor.classes");
    }

    @Test
    void half_of_the_settings_is_refused_with_the_one_that_is_missing() throws IOException {
        Map<String, String> both = both(trusted());

        refused(Map.of("signing.key", both.get("signing.key")), "signing.trusted-keys is not set, but signing.key is");
        refused(
                Map.of("signing.trusted-keys", both.get("signing.trusted-keys")),
                "signing.key is not set, but signing.trusted-keys is");
    }

    @Test
    void keys_under_which_nothing_would_count_are_refused_at_the_start() throws IOException {
        refused(
                both(trusted()
                        .replace(planner.publicKey(), SigningKey.generate().publicKey())),
                "has no key of the planner with the id " + planner.id());
        refused(both(trusted() + "  revoked: true\n"), "has no key of the verifier");
        refused(both(trusted().replace("sender: verifier", "sender: planner")), "has no key of the verifier");
    }

    @Test
    void what_is_wrong_with_trusted_keys_is_told_with_its_place() throws IOException {
        wrong("", "has no keys");
        wrong("keys: []\n", "has no keys");
        wrong("keys:\n- sender: planner\n", "keys[0] needs sender and publicKey");
        wrong(
                trusted().replace("sender: verifier", "sender: judge"),
                "keys[2].sender is 'judge'; it is planner, executor or verifier");
        wrong(trusted().replace("  clusters: [\"*\"]\n", ""), "keys[1].clusters: an executor's key names the clusters");
        wrong(trusted() + "  clusters: [\"*\"]\n", "keys[2].clusters");
        wrong(trusted().replace(verifier.publicKey(), "bm8ga2V5"), "keys[2].publicKey is no Ed25519 key in Base64");
        wrong(
                trusted().replace(verifier.publicKey(), planner.publicKey()),
                "keys[2] is the key " + planner.id() + " once more");
        wrong(
                trusted() + "  revokd: true\n",
                "keys[2].revokd is unknown; there are clusters, publicKey, revoked, sender");
        wrong("keys: [", "while parsing a flow node");
        assertThatThrownBy(() -> TrustedKeysFile.read(directory.resolve("none.yaml"), false))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("There is no file of trusted keys at");
    }

    private void refused(Map<String, String> settings, String why) {
        assertThatThrownBy(() -> Signing.of(config(settings), Sender.PLANNER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }

    private void wrong(String yaml, String why) throws IOException {
        Path file = Files.writeString(directory.resolve("wrong.yaml"), yaml);
        assertThatThrownBy(() -> TrustedKeysFile.read(file, false))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }

    private Map<String, String> both(String trusted) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "signing.key",
                Files.writeString(directory.resolve("planner.pem"), planner.pem())
                        .toString());
        settings.put(
                "signing.trusted-keys",
                Files.writeString(directory.resolve("trusted.yaml"), trusted).toString());
        return settings;
    }

    private String trusted() {
        return "keys:\n- sender: planner\n  publicKey: " + planner.publicKey()
                + "\n- sender: executor\n  clusters: [\"*\"]\n  publicKey: " + executor.publicKey()
                + "\n- sender: verifier\n  publicKey: " + verifier.publicKey() + "\n";
    }

    private static Config config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }
}
