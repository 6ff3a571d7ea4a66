package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Ed25519 (RFC 8032) of Bouncy Castle: in JVMs that compile with the first compiler alone, that of the JDK takes seven times as long. */
final class PublicKeys {

    static final String PUBLIC = "PUBLIC KEY";
    private static final int ID_BYTES = 8;

    private PublicKeys() {}

    /**
     * A public key.
     *
     * @param encoded it in Base64 (X.509)
     * @param id what names it
     */
    record Known(String encoded, String id, Ed25519PublicKeyParameters key) {

        Known {
            requireNonNull(encoded, "encoded");
            requireNonNull(id, "id");
            requireNonNull(key, "key");
        }

        boolean verifies(byte[] data, byte[] signed) {
            Ed25519Signer signer = new Ed25519Signer();
            signer.init(false, key);
            signer.update(data, 0, data.length);
            return signer.verifySignature(signed);
        }

        byte[] x509() {
            return Base64.getDecoder().decode(encoded);
        }

        /** Two are the same where they are written in the same way. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Known known && encoded.equals(known.encoded);
        }

        @Override
        public int hashCode() {
            return encoded.hashCode();
        }
    }

    static Known of(Ed25519PublicKeyParameters key) {
        try {
            byte[] x509 =
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
            byte[] digest = Hashes.sha256().digest(x509);
            return new Known(
                    Base64.getEncoder().encodeToString(x509),
                    HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES)),
                    key);
        } catch (IOException e) {
            throw new IllegalStateException("a public key has an encoding", e);
        }
    }

    /** @throws IllegalArgumentException where it is no Ed25519 key */
    static Known of(byte[] x509) {
        try {
            if (PublicKeyFactory.createKey(x509) instanceof Ed25519PublicKeyParameters key) {
                return of(key);
            }
            throw new IllegalArgumentException("another kind of public key");
        } catch (IOException | RuntimeException e) {
            // What is no key at all ends in any exception of the parser's.
            throw new IllegalArgumentException("no Ed25519 public key", e);
        }
    }
}
