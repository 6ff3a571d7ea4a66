package io.calicofleet.kafka.attestation;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Ed25519 as the JDK has it (JEP 339). */
final class PublicKeys {

    static final String ALGORITHM = "Ed25519";
    static final String PUBLIC = "PUBLIC KEY";
    private static final int ID_BYTES = 8;

    private PublicKeys() {}

    /** A public key and what names it. */
    record Known(PublicKey key, String id) {

        boolean verifies(byte[] data, byte[] signed) {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initVerify(key);
                signature.update(data);
                return signature.verify(signed);
            } catch (SignatureException e) {
                return false;
            } catch (GeneralSecurityException e) {
                throw impossible(e);
            }
        }

        String encode() {
            return Base64.getEncoder().encodeToString(key.getEncoded());
        }
    }

    static Known of(PublicKey key) {
        byte[] digest = Hashes.sha256().digest(key.getEncoded());
        return new Known(key, HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES)));
    }

    /** @throws IllegalArgumentException where it is no Ed25519 key */
    static Known of(byte[] x509) {
        try {
            return of(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(x509)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no Ed25519 public key", e);
        }
    }

    static IllegalStateException impossible(GeneralSecurityException e) {
        return new IllegalStateException("every Java since 15 has " + ALGORITHM, e);
    }
}
