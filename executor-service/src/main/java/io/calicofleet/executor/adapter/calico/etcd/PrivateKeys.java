package io.calicofleet.executor.adapter.calico.etcd;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads private keys in PEM. The JDK knows PKCS 8 only, but kubeadm writes etcd's keys as PKCS 1 (RSA) and cfssl as SEC 1
 * (EC): those are put into the envelope of PKCS 8, whose algorithm says what is in it.
 */
final class PrivateKeys {

    private static final Pattern PEM = Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([^-]+)-----END");
    private static final int SEQUENCE = 0x30;
    private static final byte[] RSA = {0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1};
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] NULL = {5, 0};
    /** The named curves TLS uses, by their object identifiers. */
    private static final List<byte[]> CURVES = List.of(
            new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7},
            new byte[] {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x22},
            new byte[] {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x23});

    private PrivateKeys() {}

    /**
     * The key of a PEM text.
     *
     * @throws GeneralSecurityException where it holds none that can be read; the message does not quote it
     */
    static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.find()) {
            throw new InvalidKeyException("there is no private key without a password");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(matcher.group(2).getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("the private key is no base64");
        }
        return switch (matcher.group(1)) {
            case "RSA " -> key(envelope(RSA, NULL, der), "RSA");
            case "EC " -> key(envelope(EC, curve(der), der), "EC");
            default -> ofAnyKind(der);
        };
    }

    private static PrivateKey ofAnyKind(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return key(pkcs8, algorithm);
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new InvalidKeyException("the private key is neither RSA nor EC nor Ed25519");
    }

    private static PrivateKey key(byte[] pkcs8, String algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The curve's identifier, which the key itself holds. */
    private static byte[] curve(byte[] sec1) throws InvalidKeyException {
        String bytes = new String(sec1, StandardCharsets.ISO_8859_1);
        return CURVES.stream()
                .filter(curve -> bytes.contains(new String(curve, StandardCharsets.ISO_8859_1)))
                .findFirst()
                .orElseThrow(() -> new InvalidKeyException("the private key is of a curve that TLS does not use"));
    }

    private static byte[] envelope(byte[] algorithm, byte[] parameters, byte[] key) {
        return der(SEQUENCE, VERSION, der(SEQUENCE, algorithm, parameters), der(4, key));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() < 128) {
            all.write(content.size());
        } else {
            byte[] length = BigInteger.valueOf(content.size()).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            all.write(0x80 | (length.length - from));
            all.write(length, from, length.length - from);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
