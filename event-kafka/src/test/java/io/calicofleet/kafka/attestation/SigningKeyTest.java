package io.calicofleet.kafka.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SigningKeyTest {

    private static final String OPENSSL = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIFOp4pBNOLcbUNCrBR2u8TcWZ7hLJrK5I7EQ3/FAW8lB
            -----END PRIVATE KEY-----
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAkC+qwK32EhhvhX3S+wyt605v3cK0QewyXz0DLDsgh6o=
            -----END PUBLIC KEY-----
            """;

    @TempDir
    Path directory;

    @Test
    void a_key_is_read_from_its_own_file() throws Exception {
        SigningKey key = SigningKey.generate();

        SigningKey read = SigningKey.read(Files.writeString(directory.resolve("planner.pem"), key.pem()));

        assertThat(read.id()).isEqualTo(key.id());
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
    }

    /** Made by openssl 3: {@code genpkey -algorithm ed25519}, and {@code pkey -pubout} after it. */
    @Test
    void a_key_of_openssl_is_read() throws Exception {
        Path file = Files.writeString(directory.resolve("planner.pem"), OPENSSL);

        assertThat(SigningKey.read(file).publicKey())
                .isEqualTo("MCowBQYDK2VwAyEAkC+qwK32EhhvhX3S+wyt605v3cK0QewyXz0DLDsgh6o=");
    }

    /** Keys and signatures of before are from the JDK: each reads what the other wrote. */
    @Test
    void the_jdks_ed25519_and_ours_are_one() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] data = {4, 5, 6};
        SigningKey ours = SigningKey.read(Files.writeString(
                directory.resolve("jdk.pem"),
                Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded())
                        + Pem.of("PUBLIC KEY", pair.getPublic().getEncoded())));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(data);

        assertThat(ours.sign(data)).isEqualTo(signature.sign());
        assertThat(Pem.find(ours.pem(), "PRIVATE KEY"))
                .contains(pair.getPrivate().getEncoded());
        assertThat(ours.publicKey())
                .isEqualTo(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
    }

    @Test
    void what_is_wrong_with_a_file_is_told_without_what_is_in_it() throws Exception {
        String pem = SigningKey.generate().pem();
        String other = SigningKey.generate().pem();
        int half = pem.indexOf("-----BEGIN PUBLIC");

        assertRefused("no.pem", null, "There is no signing key at");
        assertRefused("empty.pem", "", "has no block of PEM named PRIVATE KEY");
        assertRefused("half.pem", pem.substring(0, half), "openssl pkey -in");
        assertRefused("mixed.pem", pem.substring(0, half) + other.substring(half), "do not belong together");
        assertRefused("broken.pem", pem.replace("MC4", "MC5"), "holds no Ed25519 key");
    }

    @Test
    void a_key_does_not_tell_its_secret() {
        SigningKey key = SigningKey.generate();

        assertThat(key.toString()).isEqualTo("signing key " + key.id());
    }

    private void assertRefused(String name, @Nullable String text, String why) throws Exception {
        Path file = directory.resolve(name);
        if (text != null) {
            Files.writeString(file, text);
        }
        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why)
                .hasNoCause();
    }
}
