package io.calicofleet.runtime.passkey;

import com.webauthn4j.data.attestation.authenticator.COSEKey;
import com.webauthn4j.data.attestation.authenticator.EC2COSEKey;
import com.webauthn4j.data.attestation.authenticator.EdDSACOSEKey;
import com.webauthn4j.data.attestation.authenticator.RSACOSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Public keys as files have them, X.509 in Base64, and as authenticators have them. */
final class CoseKeys {

    private static final List<String> ALGORITHMS = List.of("EC", "Ed25519", "RSA");
    private static final int P256 = 256;

    private CoseKeys() {}

    /** @throws IllegalArgumentException where it is no key that a passkey has */
    static PublicKey read(String base64) {
        byte[] encoded = Base64.getDecoder().decode(base64.strip());
        PublicKey key = ALGORITHMS.stream()
                .flatMap(algorithm -> read(algorithm, encoded).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it is no public key"));
        of(key).validate();
        return key;
    }

    private static Optional<PublicKey> read(String algorithm, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException ofAnother) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException where it is no key that a passkey has */
    static COSEKey of(PublicKey key) {
        if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == P256) {
            return EC2COSEKey.create(ec, COSEAlgorithmIdentifier.ES256);
        }
        if (key instanceof EdECPublicKey ed) {
            return EdDSACOSEKey.create(ed, COSEAlgorithmIdentifier.EdDSA);
        }
        if (key instanceof RSAPublicKey rsa) {
            return RSACOSEKey.create(rsa, COSEAlgorithmIdentifier.RS256);
        }
        throw new IllegalArgumentException("a passkey has a key of P-256, Ed25519 or RSA");
    }
}
