package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

/**
 * An Ed25519 key that signs. Its file has two blocks of PEM, {@code PRIVATE KEY} (PKCS #8) and {@code PUBLIC KEY}, as
 * {@code calico-fleet keys new} writes it, or {@code openssl genpkey} and {@code openssl pkey -pubout}. Nothing tells the private part.
 */
public final class SigningKey {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final byte[] PROBE = {1, 2, 3};

    private final Ed25519PrivateKeyParameters key;
    private final PublicKeys.Known known;

    private SigningKey(Ed25519PrivateKeyParameters key, PublicKeys.Known known) {
        this.key = requireNonNull(key, "key");
        this.known = requireNonNull(known, "known");
    }

    /** A new one. */
    public static SigningKey generate() {
        Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(new SecureRandom());
        return new SigningKey(key, PublicKeys.of(key.generatePublicKey()));
    }

    /**
     * Reads one.
     *
     * @throws KeyFileException where the file holds none; the message names the file and what would be right, and shows nothing of it
     */
    public static SigningKey read(Path file) throws KeyFileException {
        String pem;
        try {
            pem = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new KeyFileException("There is no signing key at " + file + "; `calico-fleet keys new` makes one.");
        } catch (IOException e) {
            throw new KeyFileException("The signing key " + file + " cannot be read: "
                    + e.getClass().getSimpleName());
        }
        byte[] secret = Pem.find(pem, PRIVATE)
                .orElseThrow(() -> new KeyFileException(file + " has no block of PEM named " + PRIVATE
                        + "; `calico-fleet keys new` makes such a file."));
        byte[] open = Pem.find(pem, PublicKeys.PUBLIC)
                .orElseThrow(() -> new KeyFileException(file + " has no block of PEM named " + PublicKeys.PUBLIC
                        + "; append what `openssl pkey -in " + file + " -pubout` prints."));
        SigningKey read = new SigningKey(key(file, secret), known(file, open));
        if (!read.known.verifies(PROBE, read.sign(PROBE))) {
            throw new KeyFileException("The two keys in " + file + " do not belong together.");
        }
        return read;
    }

    private static Ed25519PrivateKeyParameters key(Path file, byte[] pkcs8) throws KeyFileException {
        try {
            if (PrivateKeyFactory.createKey(pkcs8) instanceof Ed25519PrivateKeyParameters key) {
                return key;
            }
        } catch (IOException | RuntimeException expected) {
            // What is no key at all ends in any exception of the parser's.
        }
        throw noKey(file);
    }

    private static PublicKeys.Known known(Path file, byte[] x509) throws KeyFileException {
        try {
            return PublicKeys.of(x509);
        } catch (IllegalArgumentException e) {
            throw noKey(file);
        }
    }

    private static KeyFileException noKey(Path file) {
        return new KeyFileException(file + " holds no Ed25519 key; `calico-fleet keys new` makes one.");
    }

    /** The file of it, as {@link #read} reads it: a secret. */
    public String pem() {
        try {
            // Without the public part, which other tools do not expect in there (RFC 5208).
            PrivateKeyInfo whole = PrivateKeyInfoFactory.createPrivateKeyInfo(key);
            byte[] pkcs8 = new PrivateKeyInfo(whole.getPrivateKeyAlgorithm(), whole.parsePrivateKey()).getEncoded();
            return Pem.of(PRIVATE, pkcs8) + Pem.of(PublicKeys.PUBLIC, known.x509());
        } catch (IOException e) {
            throw new IllegalStateException("a private key has an encoding", e);
        }
    }

    /** The part others trust: the key in Base64, as files of trusted keys have it. */
    public String publicKey() {
        return known.encoded();
    }

    /** What names it: the first 16 hexadecimal digits of the SHA-256 of its public key. */
    public String id() {
        return known.id();
    }

    byte[] sign(byte[] data) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(data, 0, data.length);
        return signer.generateSignature();
    }

    @Override
    public String toString() {
        return "signing key " + id();
    }
}
