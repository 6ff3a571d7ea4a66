package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * An Ed25519 key that signs. Its file has two blocks of PEM, {@code PRIVATE KEY} (PKCS #8) and {@code PUBLIC KEY}, as
 * {@code calico-fleet keys new} writes it, or {@code openssl genpkey} and {@code openssl pkey -pubout}. Nothing tells the private part.
 */
public final class SigningKey {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final byte[] PROBE = {1, 2, 3};

    private final PrivateKey key;
    private final PublicKeys.Known known;

    private SigningKey(PrivateKey key, PublicKeys.Known known) {
        this.key = requireNonNull(key, "key");
        this.known = requireNonNull(known, "known");
    }

    /** A new one. */
    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(PublicKeys.ALGORITHM).generateKeyPair();
            return new SigningKey(pair.getPrivate(), PublicKeys.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw PublicKeys.impossible(e);
        }
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
        try {
            PrivateKey key =
                    KeyFactory.getInstance(PublicKeys.ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(secret));
            SigningKey read = new SigningKey(key, PublicKeys.of(open));
            if (!read.known.verifies(PROBE, read.sign(PROBE))) {
                throw new KeyFileException("The two keys in " + file + " do not belong together.");
            }
            return read;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeyFileException(file + " holds no Ed25519 key; `calico-fleet keys new` makes one.");
        }
    }

    /** The file of it, as {@link #read} reads it: a secret. */
    public String pem() {
        return Pem.of(PRIVATE, key.getEncoded())
                + Pem.of(PublicKeys.PUBLIC, known.key().getEncoded());
    }

    /** The part others trust: the key in Base64, as files of trusted keys have it. */
    public String publicKey() {
        return known.encode();
    }

    /** What names it: the first 16 hexadecimal digits of the SHA-256 of its public key. */
    public String id() {
        return known.id();
    }

    byte[] sign(byte[] data) {
        try {
            Signature signature = Signature.getInstance(PublicKeys.ALGORITHM);
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw PublicKeys.impossible(e);
        }
    }

    @Override
    public String toString() {
        return "signing key " + id();
    }
}
