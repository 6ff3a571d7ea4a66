package io.calicofleet.executor.adapter.calico.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PrivateKeysTest {

    @Test
    void an_rsa_key_is_read_from_pkcs_8_and_from_the_pkcs_1_that_kubeadm_writes() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        // PKCS 8 is SEQUENCE { INTEGER 0, SEQUENCE { OID, NULL }, OCTET STRING pkcs1 }: 26 bytes of envelope at this
        // size.
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

        assertThat(PrivateKeys.read(pem("PRIVATE KEY", pkcs8))).isEqualTo(keys.getPrivate());
        PrivateKey read = PrivateKeys.read(pem("RSA PRIVATE KEY", pkcs1));
        assertThat(((RSAPrivateCrtKey) read).getModulus())
                .isEqualTo(((RSAPrivateCrtKey) keys.getPrivate()).getModulus());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void an_ec_key_is_read_from_pkcs_8(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair keys = generator.generateKeyPair();

        assertThat(PrivateKeys.read(pem("PRIVATE KEY", keys.getPrivate().getEncoded())))
                .isEqualTo(keys.getPrivate());
    }

    @Test
    void an_ec_key_is_read_from_the_sec_1_that_cfssl_writes() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        byte[] number = new byte[32];
        byte[] s = key.getS().toByteArray();
        int from = Math.max(0, s.length - 32);
        System.arraycopy(s, from, number, 32 - (s.length - from), s.length - from);
        // SEQUENCE { INTEGER 1, OCTET STRING number, [0] OID prime256v1 }
        ByteArrayOutputStream sec1 = new ByteArrayOutputStream();
        sec1.writeBytes(new byte[] {0x30, 49, 2, 1, 1, 4, 32});
        sec1.writeBytes(number);
        sec1.writeBytes(new byte[] {(byte) 0xa0, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7});

        PrivateKey read = PrivateKeys.read(pem("EC PRIVATE KEY", sec1.toByteArray()));

        assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "PRIVATE"})
    void what_is_no_key_is_refused_without_quoting_it(String text) {
        assertThatThrownBy(() -> PrivateKeys.read(text))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("there is no private key without a password that can be read");
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + new String(Base64.getMimeEncoder().encode(der), StandardCharsets.US_ASCII) + "\n-----END " + what
                + "-----\n";
    }
}
