package io.calicofleet.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.PasskeyAssertion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** An authenticator and its browser in software, as WebAuthn Level 2 has them: one passkey, P-256, without attestation. */
public final class SoftwareAuthenticator {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int PRESENT = 0x01;
    private static final int VERIFIED = 0x04;
    private static final int ATTESTED = 0x40;
    private static final int SIZE = 32;

    private final byte[] id;
    private final KeyPair keys;
    private final String site;
    private final String origin;
    private final boolean verifies;

    /** One whose passkey has this id, in a browser that shows a page of this origin, for this site. */
    public SoftwareAuthenticator(String id, String site, String origin) {
        this(id.getBytes(UTF_8), made(), site, origin, true);
    }

    private SoftwareAuthenticator(byte[] id, KeyPair keys, String site, String origin, boolean verifies) {
        this.id = id;
        this.keys = keys;
        this.site = site;
        this.origin = origin;
        this.verifies = verifies;
    }

    private static KeyPair made() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same passkey on another page, for another site. */
    public SoftwareAuthenticator on(String otherSite, String otherOrigin) {
        return new SoftwareAuthenticator(id, keys, otherSite, otherOrigin, verifies);
    }

    /** The same passkey, where nobody is asked for a finger or a PIN. */
    public SoftwareAuthenticator knowingNobody() {
        return new SoftwareAuthenticator(id, keys, site, origin, false);
    }

    /** The passkey, in Base64 for URLs. */
    public String id() {
        return BASE64.encodeToString(id);
    }

    /** Its public key. */
    public PublicKey key() {
        return keys.getPublic();
    }

    /** In the form of the file of passkeys. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    /** Signs that digest, in hexadecimal. */
    public PasskeyAssertion sign(String digest) {
        byte[] data = data(0, new byte[0]);
        byte[] client = client("webauthn.get", HexFormat.of().parseHex(digest));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(data);
            signature.update(sha256(client));
            return new PasskeyAssertion(
                    id(),
                    BASE64.encodeToString(data),
                    BASE64.encodeToString(client),
                    BASE64.encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the browser says of a passkey that was made for that challenge. */
    public String clientData(byte[] challenge) {
        return BASE64.encodeToString(client("webauthn.create", challenge));
    }

    /** What the authenticator says of it: CBOR, {@code {"fmt": "none", "attStmt": {}, "authData": ...}}. */
    public String attestation() {
        ByteArrayOutputStream credential = new ByteArrayOutputStream();
        credential.writeBytes(new byte[16]);
        credential.writeBytes(length(id));
        credential.writeBytes(id);
        credential.writeBytes(coseKey());
        byte[] data = data(ATTESTED, credential.toByteArray());
        ByteArrayOutputStream cbor = new ByteArrayOutputStream();
        cbor.write(0xa3);
        text(cbor, "fmt");
        text(cbor, "none");
        text(cbor, "attStmt");
        cbor.write(0xa0);
        text(cbor, "authData");
        cbor.write(0x59);
        cbor.writeBytes(length(data));
        cbor.writeBytes(data);
        return BASE64.encodeToString(cbor.toByteArray());
    }

    /** {@code {1: 2, 3: -7, -1: 1, -2: x, -3: y}}. */
    private byte[] coseKey() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        ByteArrayOutputStream cbor = new ByteArrayOutputStream();
        cbor.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, SIZE});
        cbor.writeBytes(coordinate(key.getW().getAffineX().toByteArray()));
        cbor.writeBytes(new byte[] {0x22, 0x58, SIZE});
        cbor.writeBytes(coordinate(key.getW().getAffineY().toByteArray()));
        return cbor.toByteArray();
    }

    private static byte[] coordinate(byte[] number) {
        byte[] fixed = new byte[SIZE];
        int length = Math.min(number.length, SIZE);
        System.arraycopy(number, number.length - length, fixed, SIZE - length, length);
        return fixed;
    }

    private static byte[] length(byte[] of) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) of.length).array();
    }

    private static void text(ByteArrayOutputStream cbor, String text) {
        cbor.write(0x60 + text.length());
        cbor.writeBytes(text.getBytes(UTF_8));
    }

    private byte[] data(int flags, byte[] credential) {
        return ByteBuffer.allocate(SIZE + 1 + Integer.BYTES + credential.length)
                .put(sha256(site.getBytes(UTF_8)))
                .put((byte) (flags | PRESENT | (verifies ? VERIFIED : 0)))
                .putInt(0)
                .put(credential)
                .array();
    }

    private byte[] client(String type, byte[] challenge) {
        return ("{\"type\":\"" + type + "\",\"challenge\":\"" + BASE64.encodeToString(challenge) + "\",\"origin\":\""
                        + origin + "\",\"crossOrigin\":false}")
                .getBytes(UTF_8);
    }

    private static byte[] sha256(byte[] of) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(of);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
